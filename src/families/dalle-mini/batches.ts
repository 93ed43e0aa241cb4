/** Cutting work into runs of the engine such that no result depends on the cut. */
import type { Pixels } from '../../image/pixels.ts'
import { onWhite } from '../../image/transparency.ts'
import { type DalleMiniSettings, positionsOf } from '../../networks/dalle-mini.ts'
import { type ImageTokenizerSettings, isVqgan, tokenCount } from '../../networks/image-tokenizer.ts'
import type { Value } from '../../runtime/index.ts'

/** Runs of at most `size` items, in order. */
export function* inBatches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/**
 * How many rows a run of `count` items gets: even and at least 2. Kernels treat a single row, and some an odd last one,
 * by other code that rounds otherwise; measured to be all that matters from 1 to 33 rows.
 */
export const evenRows = (count: number): number => Math.max(2, count + (count % 2))

/**
 * How many rows each of `groups` gets in a run of `count` candidates. With guidance every candidate is in two groups, which makes
 * the rows of a product even whatever their number; attention to the prompt sees those of one group.
 */
export const candidateRows = (count: number, groups: number): number =>
  groups % 2 === 0 ? Math.max(2, count) : evenRows(count)

/** More gain no speed. */
const mostCandidates = 64

/** What the keys and values of candidates that are drawn side by side may fill: 21 of DALL·E mini's, 5 of mega's. */
const cacheBytes = 2 ** 30

/** Candidates drawn side by side, on all engines together; with guidance, each is in two groups. */
export function candidatesAtOnce(settings: DalleMiniSettings, groups: number): number {
  const ofOne =
    groups * settings.decoderLayers * 2 * positionsOf(settings) * settings.width * Float32Array.BYTES_PER_ELEMENT
  return Math.max(2, Math.min(mostCandidates, Math.floor(cacheBytes / ofOne)))
}

/**
 * Pictures in one run, by their image tokens and pixels: what bounds the memory of a run. VQGAN's go one by one: one is work enough
 * for all threads, at the same speed, and each more takes 200 MB.
 */
export const picturesAtOnce = (settings: ImageTokenizerSettings): number =>
  isVqgan(settings) ? 1 : Math.max(2, Math.floor(Math.min(4096 / tokenCount(settings), 2 ** 18 / settings.side ** 2)))

/** How many rows a run of `count` pictures gets. The rows of VQGAN's products are a picture's places, never a single one. */
export const pictureRows = (settings: ImageTokenizerSettings, count: number): number =>
  isVqgan(settings) ? count : evenRows(count)

/**
 * Pictures as an input, uint8 [rows, side, side, channels], as `onWhite` has them.
 * @throws RangeError unless each is side x side
 */
export function stackPictures(
  pictures: readonly (Pixels | undefined)[],
  side: number,
  channels: 3 | 4,
  rows: number = evenRows(pictures.length),
): Value {
  const size = side * side * channels
  const data = new Uint8Array(rows * size)
  for (const [i, picture] of pictures.entries()) {
    if (picture?.width !== side || picture.height !== side) {
      throw new RangeError(`this model reads pictures of ${side} x ${side}`)
    }
    data.set(onWhite(picture, channels), i * size)
  }
  return { type: 'uint8', shape: [rows, side, side, channels], data }
}

/** Rows of codes as an input, int32 [rows, length]. */
export function stackCodes(
  codes: readonly Uint16Array[],
  length: number,
  rows: number = evenRows(codes.length),
): Value {
  const data = new Int32Array(rows * length)
  for (const [i, row] of codes.entries()) data.set(row, i * length)
  return { type: 'int32', shape: [rows, length], data }
}
