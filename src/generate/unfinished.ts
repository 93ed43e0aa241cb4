/** Pictures of candidates that are still being drawn, as far as a share of the time pays for them. */
import type { Pixels } from '../image/pixels.ts'
import type { Sampler, UnfinishedCandidate } from './contracts.ts'

/** A picture to look at while its candidate is drawn; what it will be is not decided yet. */
export type UnfinishedPicture = {
  readonly index: number
  /** The share of its tokens that is drawn, from a quarter to below 1. */
  readonly drawn: number
  readonly picture: Pixels
}

export type ShowingUnfinished = {
  /** The share of all time, 0 to 1, that decoding such pictures may take. What a picture costs is measured on the first. */
  readonly share: number
  /** Of which candidates. */
  readonly indices: readonly number[]
  /** Milliseconds. */
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

/** Fewer cost hardly less: a run of an engine has two rows at least, and while one decodes, the other waits unless it does, too. */
const fewest = 4
/** The share of a candidate before which hardly more than its ground is to be seen: time for pictures is better spent later. */
const leastDrawn = 0.25

/**
 * Asked whenever something more was drawn, it gives new pictures of those shown longest ago, as many as their time has come for,
 * and mostly none. @throws RangeError for a share that is none
 */
export function createUnfinishedPictures(sampler: Sampler, { share, indices, now, signal }: ShowingUnfinished) {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`showUnfinished is a share of 0 to 1, not ${share}`)
  const since = now()
  const shown = new Map(indices.map((index) => [index, 0]))
  let spent = 0
  let cost: number | undefined

  return async (unfinished: readonly UnfinishedCandidate[]): Promise<UnfinishedPicture[]> => {
    if (share === 0 || sampler.decodeUnfinished === undefined) return []
    const among = unfinished.filter(({ index, tokens, of }) => shown.has(index) && tokens.length >= leastDrawn * of)
    const fresh = among
      .filter(({ index, tokens }) => tokens.length > shown.get(index)!)
      .sort((a, b) => shown.get(a.index)! - shown.get(b.index)! || a.index - b.index)
    const count = cost === undefined ? fewest : Math.floor((share * (now() - since) - spent) / cost)
    const looked = fresh.slice(0, Math.max(0, count))
    if (looked.length === 0 || looked.length < Math.min(fewest, among.length)) return []
    const start = now()
    const pictures = await sampler.decodeUnfinished(looked, signal)
    spent += now() - start
    cost = (now() - start) / looked.length
    return looked.map(({ index, tokens, of }, i) => {
      shown.set(index, tokens.length)
      return { index, drawn: tokens.length / of, picture: pictures[i]! }
    })
  }
}
