/**
 * A corpus on disk, format 2: `corpus.json`, and for every `shardSize` pictures three files: `shard-00000.pixels` (raw RGB on
 * white, picture after picture), `shard-00000.alpha` (a byte of coverage a pixel; only where `alpha` is true) and
 * `shard-00000.jsonl` (one record a picture, in the same order). A shard is finished once its final names are there; the
 * records come last. All are written under temporary names first.
 */
import { join } from 'node:path'
import { captionSettings } from './captions.ts'
import type { SampleSettings } from './sample.ts'
import type { Caption, Scene } from './scene.ts'
import { splitSettings, splitsHash } from './splits.ts'

export const corpusFormat = 2

/** Pixels of a shard in memory while it is made, by each thread: 50 MB. */
const shardBytes = 4096 * 64 * 64 * 3

/** Pictures in a shard: 4096 of 64 x 64, 256 of 256 x 256. Part of the format, so it depends on nothing but the side. */
export const shardSizeOf = (side: number): number =>
  Math.max(64, Math.min(4096, Math.floor(shardBytes / (side * side * 3))))

type Shape = {
  readonly format: typeof corpusFormat
  /** Pictures are side x side. */
  readonly side: number
  /** Pictures in all. */
  readonly count: number
  readonly shardSize: number
  /** Whether some pictures are partly clear. */
  readonly alpha: boolean
}

/** Generated scenes: all that they are a function of. */
export type ScenesInfo = Shape & {
  readonly kind: 'scenes'
  readonly seed: number
  /** Scenes at the end that are of the part kept for validation (scene-hash.ts): none of them is among the others. */
  readonly validationCount: number
  readonly splits: typeof splitSettings & { readonly hash: string }
  readonly sample: SampleSettings
  readonly concepts: readonly string[]
  readonly styles: readonly string[]
  /** Over the pictures of the art pack that were used. */
  readonly artSha256: string
  readonly captions: typeof captionSettings
}

/** How a picture that is not square is made so: its middle, or all of it between white edges. */
export const fits = ['crop', 'pad'] as const
export type Fit = (typeof fits)[number]

/** Pictures that somebody brought. */
export type PicturesInfo = Shape & {
  readonly kind: 'pictures'
  readonly fit: Fit
  /** Over all pixels, coverage and records: two corpora with the same one are the same. */
  readonly sha256: string
}

export type CorpusInfo = ScenesInfo | PicturesInfo

/** One line of a shard of scenes. */
export type SceneRecord = { readonly captions: readonly Caption[]; readonly scene: Scene; readonly seed: number }
/** One line of a shard of pictures; `source` is the file, or the row or member of one, below the folder they came from. */
export type PictureRecord = { readonly captions: readonly Caption[]; readonly source: string }
export type CorpusRecord = SceneRecord | PictureRecord

/** What `corpus.json` of generated scenes says. */
export function scenesInfo(settings: {
  side: number
  count: number
  seed: number
  /** None unless given; then scenes of both parts come anywhere. */
  validationCount?: number
  sample: SampleSettings
  artSha256: string
}): ScenesInfo {
  const { side, count, seed, validationCount = 0, sample, artSha256 } = settings
  return {
    format: corpusFormat,
    kind: 'scenes',
    side,
    count,
    shardSize: shardSizeOf(side),
    alpha: sample.transparentShare > 0 || sample.backgrounds[0] === 'transparent',
    seed,
    validationCount,
    splits: { ...splitSettings, hash: splitsHash() },
    sample,
    concepts: sample.concepts,
    styles: sample.styles,
    artSha256,
    captions: captionSettings,
  }
}

export const shardCount = ({ count, shardSize }: CorpusInfo): number => Math.ceil(count / shardSize)

/** Pictures in one shard: all are full but the last. */
export const picturesIn = ({ count, shardSize }: CorpusInfo, shard: number): number =>
  Math.min(shardSize, count - shard * shardSize)

export type ShardFiles = { readonly pixels: string; readonly alpha: string; readonly records: string }

export function shardFiles(folder: string, shard: number): ShardFiles {
  const name = join(folder, `shard-${String(shard).padStart(5, '0')}`)
  return { pixels: `${name}.pixels`, alpha: `${name}.alpha`, records: `${name}.jsonl` }
}
