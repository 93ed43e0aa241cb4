/** A job and its events as the API tells them. */
import type { Job, JobEvent, JobPicture } from '../job.ts'
import type { Place } from '../jobs.ts'
import type { JobVerdict, Judged } from '../verdicts.ts'
import type { JobJson } from './schemas.ts'

export const jobPath = (id: string): string => `/api/v1/jobs/${id}`

const pictureJson = (id: string, picture: JobPicture) => ({
  ...picture,
  url: `${jobPath(id)}/pictures/${picture.index}.png`,
})

/** What is to be done with a job's pictures where they are shown, and why. */
const policyJson = ({ outcome, reasons }: JobVerdict): JobJson['policy'] => ({
  outcome,
  reasons: reasons.map(({ category, severity, matched, why }) => ({ category, severity, matched, why: { ...why } })),
})

export function jobJson(job: Job, place: Place | null, verdict: JobVerdict): JobJson {
  const { id, state, model, request, engine, drawn, reading } = job
  return {
    id,
    state,
    place: place?.place ?? null,
    secondsToWait: place === null ? null : Math.round(place.seconds * 10) / 10,
    model,
    ...request,
    engine,
    drawn,
    reading:
      reading === null
        ? null
        : {
            normalisedPrompt: reading.normalisedPrompt,
            unknownWords: [...reading.unknownWords],
            likelySlips: [...reading.likelySlips],
            wordless: reading.wordless,
            cut: reading.cut,
          },
    policy: policyJson(verdict),
    pictures: job.pictures.map((picture) => pictureJson(id, picture)),
    favourites: [...job.favourites],
    shares: job.shares,
    sheet: job.hasSheet ? `${jobPath(id)}/sheet.png` : null,
    events: `${jobPath(id)}/events`,
    error: job.fault,
    created: job.created.toISOString(),
    started: job.started?.toISOString() ?? null,
    finished: job.finished?.toISOString() ?? null,
  }
}

/** An event's data with addresses in it, and the job it is about; with what was read, what the policy says of it. */
export function eventJson(job: string, { kind, data }: JobEvent, judge: (judged: Judged) => JobVerdict): object {
  // What a classifier saw is told by what the policy makes of it.
  const { seen: _, ...told } = data as { readonly seen?: unknown }
  const pictures = 'pictures' in data ? (data.pictures as readonly JobPicture[]) : undefined
  return {
    job,
    ...told,
    ...(pictures !== undefined && { pictures: pictures.map((picture) => pictureJson(job, picture)) }),
    ...(kind === 'prompt' && { policy: policyJson(judge(data as Judged)) }),
    ...(kind === 'done' && { sheet: `${jobPath(job)}/sheet.png` }),
  }
}
