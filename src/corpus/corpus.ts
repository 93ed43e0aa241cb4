/** What every corpus offers, wherever its pictures come from: a folder, or drawing them when they are asked for. */
import { NeufError } from '../errors/errors.ts'
import type { CorpusInfo, CorpusRecord, PictureRecord, PicturesInfo, SceneRecord, ScenesInfo } from './format.ts'

type CorpusOf<Info extends CorpusInfo, Record extends CorpusRecord> = {
  readonly side: number
  /** Pictures in all. */
  readonly count: number
  readonly info: Info
  /** What is known of picture `index`, its captions first of all. Throws RangeError outside 0..count - 1. */
  record(index: number): Record
  /** Picture `index`: RGB on white, side * side * 3 bytes, a copy of the caller's own. */
  pixels(index: number): Uint8Array
  /** Its coverage, side * side bytes, 255 where it is whole; null for a picture that is whole everywhere. */
  alpha(index: number): Uint8Array | null
  /** Where pictures are drawn: makes these ready on other threads, so that `pixels` and `alpha` need not. */
  prefetch?(indices: readonly number[]): Promise<void>
  /** Closes files and ends threads. */
  dispose(): void
}

/** Generated scenes: what each shows is known. */
export type SceneCorpus = CorpusOf<ScenesInfo, SceneRecord>
/** Somebody's own pictures: only their captions are known. */
export type PictureCorpus = CorpusOf<PicturesInfo, PictureRecord>
export type Corpus = SceneCorpus | PictureCorpus

export const isScenes = (corpus: Corpus): corpus is SceneCorpus => corpus.info.kind === 'scenes'

/** The corpus as one of generated scenes. @throws NeufError `corpus-other-settings` where it holds pictures of one's own */
export function scenesOf(corpus: Corpus): SceneCorpus {
  if (isScenes(corpus)) return corpus
  const difference = 'it holds pictures of your own, and generated scenes are needed here'
  throw new NeufError('corpus-other-settings', { folder: 'the corpus', difference })
}

/** Refuses an index that is none of a corpus. */
export function requireIndex(index: number, { count }: { readonly count: number }): void {
  if (Number.isInteger(index) && index >= 0 && index < count) return
  throw new RangeError(`picture ${index} is not in a corpus of ${count}`)
}

/** RGB on white (side * side * 3 bytes), and coverage (side * side) or null for a picture that is whole everywhere. */
export type Picture = { readonly pixels: Uint8Array; readonly alpha: Uint8Array | null }

/** Coverage as a corpus gives it: null where every pixel is whole. */
export const partlyClear = (alpha: Uint8Array | null): Uint8Array | null =>
  alpha?.some((coverage) => coverage < 255) ? alpha : null
