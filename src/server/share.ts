/** What a share is: a link by which anybody sees pictures of a job, until somebody ends it. */

/** Why a link shows nothing any more: taken back, past its date, gone with its job, or ended by the host. */
export type ShareEnd = 'revoked' | 'expired' | 'removed' | 'taken-down'

export type Share = {
  /** A secret of 144 random bits; it says nothing of the job. */
  readonly id: string
  /** Null once the job is gone. */
  readonly job: string | null
  /** Indexes of candidates, in the order they are shown. */
  readonly pictures: readonly number[]
  /** Prompt and recipe are shown, too, and stay in the files. */
  readonly recipe: boolean
  /** It stands in the feed, for who has no link. */
  readonly feed: boolean
  readonly created: Date
  readonly expires: Date | null
  /** Null while it stands. */
  readonly end: ShareEnd | null
  /** Where it stands in the feed: another page begins behind it. */
  readonly cursor: string
}

export const reportReasons = ['illegal', 'sexual', 'hateful', 'person', 'other'] as const
export type ReportReason = (typeof reportReasons)[number]

/** What somebody had to say against a link. */
export type ShareReport = {
  readonly id: number
  readonly share: string
  readonly reason: ReportReason
  readonly words: string
  readonly created: Date
  /** Of the link, meanwhile. */
  readonly end: ShareEnd | null
}
