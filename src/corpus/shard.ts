/** One scene as it stands in a corpus, and one shard of them: the same whichever thread makes it. */
import { atomicWriteAll } from '../storage/atomic-write.ts'
import { captions } from './captions.ts'
import { drawScene } from './compose.ts'
import { type Picture, partlyClear } from './corpus.ts'
import { picturesIn, type SceneRecord, type ScenesInfo, shardFiles } from './format.ts'
import { sceneSeed } from './random.ts'
import { type SampleSettings, sampleAnyScene, sampleScene } from './sample.ts'
import type { Art } from './sprite.ts'

/** What scene `index` shows and its captions, without drawing it. */
export function sceneRecord(info: ScenesInfo, index: number): SceneRecord {
  const seed = sceneSeed(info.seed, index)
  const sample = sampleAt(info, index)
  const scene = sample.allowHeldOut ? sampleAnyScene(seed, sample) : sampleScene(seed, sample)
  return { captions: captions(scene, seed), scene, seed }
}

const parts = new WeakMap<ScenesInfo, { readonly training: SampleSettings; readonly validation: SampleSettings }>()

/** Scenes to learn from and those kept for validation never show the same, where the corpus keeps some. */
function sampleAt(info: ScenesInfo, index: number): SampleSettings {
  const { sample, count, validationCount } = info
  if (validationCount === 0) return sample
  let both = parts.get(info)
  if (!both) {
    both = { training: { ...sample, part: 'training' }, validation: { ...sample, part: 'validation' } }
    parts.set(info, both)
  }
  return index < count - validationCount ? both.training : both.validation
}

/** The picture of a record. */
export function drawRecord({ side, sample }: ScenesInfo, art: Art, { scene, seed }: SceneRecord): Picture {
  const { pixels, alpha } = drawScene(scene, seed, art, side, sample)
  return { pixels: pixels.data, alpha: partlyClear(alpha) }
}

/** The record and the picture of scene `index`. */
export function makeScene(info: ScenesInfo, art: Art, index: number): Picture & { readonly record: SceneRecord } {
  const record = sceneRecord(info, index)
  return { record, ...drawRecord(info, art, record) }
}

/** How many scenes are made between two reports. */
const reportEvery = 64

/** Writes the files of a shard, records last. `onScenes` is told how many scenes were made since it was last told. */
export async function writeShard(
  folder: string,
  info: ScenesInfo,
  art: Art,
  shard: number,
  onScenes: (made: number) => void,
): Promise<void> {
  const count = picturesIn(info, shard)
  const area = info.side * info.side
  const pixels = new Uint8Array(count * area * 3)
  const alpha = new Uint8Array(info.alpha ? count * area : 0).fill(255)
  const lines: string[] = []
  for (let k = 0; k < count; k++) {
    const made = makeScene(info, art, shard * info.shardSize + k)
    pixels.set(made.pixels, k * area * 3)
    if (made.alpha) alpha.set(made.alpha, k * area)
    lines.push(JSON.stringify(made.record))
    if ((k + 1) % reportEvery === 0) onScenes(reportEvery)
  }
  const files = shardFiles(folder, shard)
  await atomicWriteAll([
    [files.pixels, pixels],
    ...(info.alpha ? [[files.alpha, alpha] as const] : []),
    [files.records, `${lines.join('\n')}\n`],
  ])
  onScenes(count % reportEvery)
}
