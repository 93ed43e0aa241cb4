/** What readers of folders, tables and archives hand on: a picture with its captions, or a refusal. */
import type { Caption } from '../scene.ts'
import type { Refusal, Refused } from './refusal.ts'

/** Captions as they were found, and those that were none. */
export type FoundCaptions = { readonly kept: readonly Caption[]; readonly refused: readonly Refused[] }

export type Item = {
  /** Names it in the corpus and in the report. */
  readonly source: string
  readonly captions: FoundCaptions
  /** The file as it is. @throws Refused */
  bytes(): Promise<Uint8Array>
}

export type Found = { readonly item: Item } | { readonly refusal: Refusal }
