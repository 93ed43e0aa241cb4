/** Sharing: links to pictures of a job, what they show, the feed, reports, and how all of it ends. It knows nothing of HTTP. */
import { randomBytes } from 'node:crypto'
import { NeufError } from '../errors/errors.ts'
import { withMark, withoutMetadata } from '../image/provenance.ts'
import { type PictureRecord, readRecipe } from '../image/recipe-metadata.ts'
import { sheetOf } from '../image/sheet-file.ts'
import type { ReasonText } from '../safety/explain.ts'
import { isFinished, type Job } from './job.ts'
import type { PictureFolder } from './picture-folder.ts'
import type { ReportReason, Share, ShareReport } from './share.ts'
import type { Database } from './store/database.ts'
import { readJob } from './store/job-rows.ts'
import {
  countReports,
  insertReport,
  insertShare,
  listFeed,
  listReports,
  listShares,
  readShare,
  revokeShare,
  settleReport,
  shareId,
  takeDownShares,
  wasTakenDown,
} from './store/share-rows.ts'
import { type JobVerdict, type Judged, judgedOf } from './verdicts.ts'

export type ShareOrder = {
  /** Indexes of candidates, no more than nine; the best nine unless told. */
  readonly pictures?: readonly number[] | undefined
  /** Show prompt and recipe, too. */
  readonly recipe: boolean
  /** Put it into the feed. */
  readonly feed: boolean
  readonly expires: Date | null
}

/** What a visitor of a link sees. */
export type Shown = {
  readonly share: Share
  readonly job: Job
  /** Why the pictures are covered until somebody asks to see them; null where they are not. */
  readonly veil: ReasonText | null
}

export type Shares = {
  /** @throws NeufError `job-missing`, `nothing-to-share`, `picture-missing`, `option-value` for a date that is over or a feed there is none */
  create(job: string, order: ShareOrder): Promise<Share>
  /** A job's links that stand. @throws NeufError `job-missing` */
  list(job: string): Promise<Share[]>
  /** @throws NeufError `share-missing` where the job has no such link that stands */
  revoke(job: string, id: string): Promise<void>
  /** @throws NeufError `share-missing`, `share-ended` */
  show(id: string): Promise<Shown>
  /** How its pictures came to be, in the order they are shown. @throws NeufError `picture-missing` */
  records(shown: Shown): Promise<PictureRecord[]>
  /**
   * One of them, or all as a sheet, as a PNG file that others get: marked as made by a network, and bare of all else unless the
   * recipe is shared, too. Places count from 1. @throws NeufError `picture-missing`
   */
  picture(shown: Shown, place: number | 'sheet'): Promise<Uint8Array>
  /** What stands in the feed, the newest first; where there is none, nothing does. @throws NeufError `body-malformed` */
  feed(page: { readonly limit: number; readonly cursor?: string | undefined }): Promise<FeedPage>
  /** @throws NeufError `share-missing`, `share-ended` */
  report(id: string, report: { readonly reason: ReportReason; readonly words: string }): Promise<void>
  /** Reports that wait, the oldest first. */
  reports(limit: number): Promise<ShareReport[]>
  countReports(): Promise<number>
  /** Settles a report and leaves the link. @throws NeufError `report-missing` */
  dismiss(report: number): Promise<void>
  /**
   * Ends a link for good, one that was taken back, too, with all others that show the same drawing, and settles what was reported of
   * them. @throws NeufError `share-missing` where there is none, it was taken down before, or its job is gone
   */
  takeDown(id: string): Promise<void>
}

export type FeedPage = {
  readonly shown: readonly Shown[]
  /** Where a further page begins; null where there is none. */
  readonly next: string | null
}

export type SharesParts = {
  readonly db: Database
  readonly pictures: PictureFolder
  /** What the host's policy says of a job, today. */
  readonly verdict: (judged: Judged) => JobVerdict
  /** The host lets people put links into a feed. */
  readonly feed: boolean
}

const mostPictures = 9
const mostSharesOfJob = 32
/** Of one link; further ones say nothing new. */
const mostReportsWaiting = 20
/** Sheets kept in memory: previews are asked for again and again by those who pass a link on. */
const mostSheets = 32
const idBytes = 18

const ends = {
  revoked: 'whoever made it took it back',
  expired: 'its time is over',
  removed: 'the drawing was deleted',
  'taken-down': 'whoever runs this server took it down',
} as const

export function createShares({ db, pictures: folder, verdict, feed: feedOpen }: SharesParts): Shares {
  const sheets = new Map<string, Promise<Uint8Array>>()

  function veilOf(job: Job): ReasonText | null {
    const { outcome, reasons } = verdict(judgedOf(job))
    return outcome === 'allowed' ? null : (reasons[0]?.why ?? null)
  }

  async function read(id: string): Promise<Share> {
    const share = shareId.test(id) ? await readShare(db, id) : undefined
    if (share === undefined) throw new NeufError('share-missing', { id: id.slice(0, 40).toWellFormed() })
    return share
  }

  async function show(id: string): Promise<Shown> {
    const share = await read(id)
    if (share.end !== null) throw new NeufError('share-ended', { why: ends[share.end] })
    // A job that went this very moment has ended its links.
    if (share.job === null) throw new NeufError('share-ended', { why: ends.removed })
    const job = await readJob(db, db.schema, share.job)
    return { share, job, veil: veilOf(job) }
  }

  const asShared = ({ recipe }: Share, png: Uint8Array) => withMark(recipe ? png : withoutMetadata(png))

  function sheet({ share, job }: Shown): Promise<Uint8Array> {
    const made =
      sheets.get(share.id) ??
      Promise.all(share.pictures.map((index) => folder.read(job.id, index)))
        .then(sheetOf)
        .then((png) => asShared(share, png))
    // The one asked for last goes last.
    sheets.delete(share.id)
    sheets.set(share.id, made)
    if (sheets.size > mostSheets) sheets.delete(sheets.keys().next().value!)
    made.catch(() => sheets.delete(share.id))
    return made
  }

  async function create(id: string, order: ShareOrder): Promise<Share> {
    const job = await readJob(db, db.schema, id)
    const refuse = (why: string) => new NeufError('nothing-to-share', { why })
    if (!isFinished(job.state)) throw refuse('it is not finished yet')
    if (job.pictures.length === 0) throw refuse('it has no pictures')
    if (job.shares >= mostSharesOfJob) throw refuse(`it has ${job.shares} links already, take one back first`)
    if (order.expires !== null && order.expires.getTime() <= Date.now()) {
      const expected = 'a time to come'
      throw new NeufError('option-value', { option: 'expires', value: order.expires.toISOString(), expected })
    }
    if (order.feed && (!feedOpen || veilOf(job) !== null)) {
      const expected = feedOpen ? 'false: it would be covered in the feed' : 'false: this server has no feed'
      throw new NeufError('option-value', { option: 'feed', value: 'true', expected })
    }
    const pictures = order.pictures ?? job.pictures.slice(0, mostPictures).map(({ index }) => index)
    const token = randomBytes(idBytes).toString('base64url')
    const { recipe, feed, expires } = order
    const share = await db.transaction(async (sql) => {
      if (await wasTakenDown(sql, db.schema, id)) throw refuse('whoever runs this server took a link to it down')
      return insertShare(sql, db.schema, { id: token, job: id, pictures, recipe, feed, expires })
    })
    if (share !== undefined) return share
    const missing = pictures.find((index) => !job.pictures.some((picture) => picture.index === index))
    const why = 'no such candidate has one, or it is named twice'
    throw new NeufError('picture-missing', { what: `picture ${missing ?? pictures.join()}`, why })
  }

  return {
    create,
    async list(job) {
      await readJob(db, db.schema, job)
      return listShares(db, job)
    },
    async revoke(job, id) {
      const ended = shareId.test(id) && (await revokeShare(db, job, id))
      if (!ended) throw new NeufError('share-missing', { id: id.slice(0, 40).toWellFormed() })
    },
    show,
    records: ({ share, job }) =>
      Promise.all(
        share.pictures.map(async (index) => {
          const carried = readRecipe(await folder.read(job.id, index))
          if (carried.kind === 'picture') return carried.record
          throw new NeufError('picture-missing', { what: `picture ${index}`, why: 'its file is a sheet' })
        }),
      ),
    async picture(shown, place) {
      if (place === 'sheet') return sheet(shown)
      const index = shown.share.pictures[place - 1]
      if (index !== undefined) return asShared(shown.share, await folder.read(shown.job.id, index))
      throw new NeufError('picture-missing', { what: `picture ${place}`, why: 'this link does not show so many' })
    },
    async feed({ limit, cursor }) {
      if (!feedOpen) return { shown: [], next: null }
      const listed = await listFeed(db, { limit: limit + 1, cursor })
      const shown = await Promise.all(
        listed.slice(0, limit).map(async (share) => {
          const job = await readJob(db, db.schema, share.job!).catch(() => undefined)
          return job === undefined ? undefined : { share, job, veil: veilOf(job) }
        }),
      )
      // What a host's policy covers by now is not for who has no link.
      const open = shown.filter((one) => one !== undefined && one.veil === null) as Shown[]
      return { shown: open, next: listed.length > limit ? listed[limit - 1]!.cursor : null }
    },
    async report(id, { reason, words }) {
      await show(id)
      await insertReport(db, { share: id, reason, words, most: mostReportsWaiting })
    },
    reports: (limit) => listReports(db, limit),
    countReports: () => countReports(db),
    async dismiss(report) {
      if (!(await settleReport(db, report))) throw new NeufError('report-missing', { id: String(report) })
    },
    async takeDown(id) {
      const ended = shareId.test(id) && (await db.transaction((sql) => takeDownShares(sql, db.schema, id)))
      if (!ended) throw new NeufError('share-missing', { id: id.slice(0, 40).toWellFormed() })
    },
  }
}
