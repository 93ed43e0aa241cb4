/** Pictures that were drawn, as a classifier sees them: which of them are not kept, and what is noted of the others. */
import { NeufError } from '../../errors/errors.ts'
import { decodePicture } from '../../image/codec.ts'
import type { ReasonText } from '../../safety/explain.ts'
import { judgePicture, type PictureJudge } from '../../safety/picture-classifier.ts'
import type { Policy } from '../../safety/policy.ts'
import type { SeenPicture } from '../job.ts'
import type { Picture } from './messages.ts'

export type Looked = {
  /** Those that the policy lets be shown, covered or not. */
  readonly kept: readonly Picture[]
  readonly seen: readonly SeenPicture[]
  /** Whether the strictest policy has something against one of those that are kept. */
  readonly notable: boolean
  /** Why the others are not, by index. */
  readonly refused: ReadonlyMap<number, ReasonText>
}

/** A classifier that says nothing for so long says nothing any more: a picture takes a network seconds, and there are 64 at most. */
const longestLook = 10 * 60_000

export type Looking = {
  readonly judge: PictureJudge | undefined
  readonly policy: Pick<Policy, 'level'>
  /** Nobody waits for the answer any more. */
  readonly signal: AbortSignal
  readonly millisecondsToLook?: number
}

/**
 * Has a classifier look at pictures' files. Without one all are kept, and nothing is seen.
 * @throws NeufError `engine` for a classifier that fails, gives no sound answer, or none in time: then nothing passes for harmless; what the
 * signal was aborted for
 */
export async function lookAt(
  pictures: readonly Picture[],
  { judge, policy, signal, millisecondsToLook = longestLook }: Looking,
): Promise<Looked> {
  const kept: Picture[] = []
  const seen: SeenPicture[] = []
  const refused = new Map<number, ReasonText>()
  let notable = false
  if (judge === undefined || pictures.length === 0) return { kept: pictures, seen, notable, refused }
  const { classifier, thresholds } = judge
  const by = { name: classifier.name, thresholds }
  try {
    const pixels = await Promise.all(pictures.map(([, png]) => decodePicture(png, { alpha: 'keep' })))
    const answers = await answerIn(millisecondsToLook, signal, (stop) => classifier.classify(pixels, stop))
    if (answers.length !== pictures.length) throw new RangeError(`${answers.length} answers of ${pictures.length}`)
    for (const [i, picture] of pictures.entries()) {
      const probabilities = answers[i]!
      const [index] = picture
      const { outcome, reasons } = judgePicture('allowed', probabilities, policy, by)
      if (outcome === 'refused') {
        refused.set(index, reasons.find((reason) => reason.outcome === 'refused')!.why)
        continue
      }
      kept.push(picture)
      seen.push({ index, classifier: classifier.name, probabilities, thresholds })
      notable ||= judgePicture('allowed', probabilities, { level: 'strict' }, by).outcome !== 'allowed'
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NeufError('engine', { what: `looking at pictures with ${classifier.name}`, why }, { cause })
  }
  return { kept, seen, notable, refused }
}

/** What is answered, unless it takes too long or nobody waits any more: then whoever was asked is told to stop, and not waited for. */
async function answerIn<T>(
  milliseconds: number,
  signal: AbortSignal,
  ask: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted()
  const late = new AbortController()
  const stop = AbortSignal.any([signal, late.signal])
  const stopped = Promise.withResolvers<never>()
  const onStop = () => stopped.reject(stop.reason)
  stop.addEventListener('abort', onStop)
  const why = `no answer within ${milliseconds / 1000} s`
  const timer = setTimeout(() => late.abort(new Error(why)), milliseconds)
  try {
    return await Promise.race([ask(stop), stopped.promise])
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', onStop)
  }
}
