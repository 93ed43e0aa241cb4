/**
 * A corpus on disk, format 1: `corpus.json`, and for every 4096 scenes `shard-00000.pixels` (raw RGB, scene after scene) with
 * `shard-00000.jsonl` (one record a scene, in the same order). A shard is finished once both final names are there; the
 * records come last. Both are written under a temporary name first.
 */
import { join } from 'node:path'
import { captionSettings } from './captions.ts'
import type { SampleSettings } from './sample.ts'
import type { Caption, Scene } from './scene.ts'
import { splitSettings, splitsHash } from './splits.ts'

export const corpusFormat = 1
export const shardSize = 4096

export type CorpusInfo = {
  readonly format: 1
  /** Pictures are side x side, RGB. */
  readonly side: number
  /** Scenes in all. */
  readonly count: number
  readonly shardSize: number
  readonly seed: number
  readonly splits: typeof splitSettings & { readonly hash: string }
  readonly sample: SampleSettings
  readonly concepts: readonly string[]
  readonly styles: readonly string[]
  /** Over the pictures of the art pack that were used. */
  readonly artSha256: string
  readonly captions: typeof captionSettings
}

/** One line of a shard. */
export type CorpusRecord = { readonly seed: number; readonly scene: Scene; readonly captions: readonly Caption[] }

export function corpusInfo(settings: {
  side: number
  count: number
  seed: number
  sample: SampleSettings
  artSha256: string
}): CorpusInfo {
  const { side, count, seed, sample, artSha256 } = settings
  return {
    format: corpusFormat,
    side,
    count,
    shardSize,
    seed,
    splits: { ...splitSettings, hash: splitsHash() },
    sample,
    concepts: sample.concepts,
    styles: sample.styles,
    artSha256,
    captions: captionSettings,
  }
}

export const shardCount = (info: CorpusInfo): number => Math.ceil(info.count / info.shardSize)

/** Scenes in one shard: all are full but the last. */
export const scenesIn = (info: CorpusInfo, shard: number): number =>
  Math.min(info.shardSize, info.count - shard * info.shardSize)

export function shardFiles(folder: string, shard: number): { pixels: string; records: string } {
  const name = join(folder, `shard-${String(shard).padStart(5, '0')}`)
  return { pixels: `${name}.pixels`, records: `${name}.jsonl` }
}
