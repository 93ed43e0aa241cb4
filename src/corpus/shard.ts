/** Makes one shard: samples, draws and captions its scenes. The same settings and art give the same bytes, whoever makes it. */
import { atomicWrite } from '../storage/atomic-write.ts'
import { captions } from './captions.ts'
import { render } from './compose.ts'
import { type CorpusInfo, type CorpusRecord, scenesIn, shardFiles } from './format.ts'
import { sceneSeed } from './random.ts'
import { sampleAnyScene, sampleScene } from './sample.ts'
import type { Art } from './sprite.ts'

/** The record and the picture (RGB, side * side * 3 bytes) of scene `index`. */
export function makeScene(info: CorpusInfo, art: Art, index: number): { record: CorpusRecord; pixels: Uint8Array } {
  const seed = sceneSeed(info.seed, index)
  const scene = info.sample.allowHeldOut ? sampleAnyScene(seed, info.sample) : sampleScene(seed, info.sample)
  return {
    record: { seed, scene, captions: captions(scene, seed) },
    pixels: render(scene, seed, art, info.side, info.sample).data,
  }
}

/** How many scenes are made between two reports. */
const reportEvery = 256

/** Writes both files of a shard, records last. `onScenes` is told how many scenes were made since it was last told. */
export async function writeShard(
  folder: string,
  info: CorpusInfo,
  art: Art,
  shard: number,
  onScenes: (made: number) => void,
): Promise<void> {
  const count = scenesIn(info, shard)
  const bytes = info.side * info.side * 3
  const pixels = new Uint8Array(count * bytes)
  const lines: string[] = []
  for (let k = 0; k < count; k++) {
    const made = makeScene(info, art, shard * info.shardSize + k)
    pixels.set(made.pixels, k * bytes)
    lines.push(JSON.stringify(made.record))
    if ((k + 1) % reportEvery === 0) onScenes(reportEvery)
  }
  const files = shardFiles(folder, shard)
  await atomicWrite(files.pixels, pixels)
  await atomicWrite(files.records, `${lines.join('\n')}\n`)
  onScenes(count % reportEvery)
}
