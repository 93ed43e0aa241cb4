/** The image tokenizer's codebook: k-means over patches (Lloyd 1982), the assignments done by the engine. */
import type { Corpus } from '../corpus/read.ts'
import { input, lower } from '../graph/index.ts'
import { type CodebookTokenizerSettings, nearestCodes, patchLength } from '../networks/codebook-tokenizer.ts'
import { tokenCount } from '../networks/image-tokenizer.ts'
import type { PatchSize } from '../networks/patch-transformer.ts'
import { philoxBelow } from '../random/philox.ts'
import type { Engine } from '../runtime/index.ts'

export type CodebookSettings = {
  readonly seed: number
  /** Patches that are drawn from the corpus. */
  readonly patches: number
  readonly iterations: number
}

export const codebookDefaults: CodebookSettings = { seed: 1, patches: 160_000, iterations: 16 }

const batchSize = 8000

/** One patch of one picture, in -1..1. */
function readPatch(corpus: Corpus, [height, width]: PatchSize, example: number, place: number, to: Float32Array): void {
  const columns = corpus.side / width
  const left = (place % columns) * width
  const top = Math.floor(place / columns) * height
  const pixels = corpus.pixels(example)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * corpus.side + left) * 3
    for (let i = 0; i < width * 3; i++) to[y * width * 3 + i] = pixels[from + i]! / 127.5 - 1
  }
}

/**
 * Makes the codebook from patches of the first `count` pictures, drawn at random but no two alike, so that the many
 * blank ones do not crowd the rest out at the start. An entry that no patch is nearest to takes the patch that is
 * farthest from its own. `onIteration` hears the mean squared error (pixels in -1..1).
 */
export async function makeCodebook(
  engine: Engine,
  corpus: Corpus,
  count: number,
  settings: CodebookTokenizerSettings,
  { seed, patches: wanted, iterations }: CodebookSettings,
  onIteration: (iteration: number, squaredError: number) => void = () => {},
): Promise<Float32Array<ArrayBuffer>> {
  const { patch, codes } = settings
  const width = patchLength(settings)
  const places = tokenCount(settings)
  const patches = new Float32Array(wanted * width)
  for (let i = 0; i < wanted; i++) {
    const row = patches.subarray(i * width, (i + 1) * width)
    readPatch(corpus, patch, philoxBelow(count, seed, i, 0), philoxBelow(places, seed, i, 1), row)
  }

  const codebook = new Float32Array(codes * width)
  const seen = new Set<string>()
  let filled = 0
  for (let i = 0; filled < codes && i < wanted; i++) {
    const row = patches.subarray(i * width, (i + 1) * width)
    const look = Array.from(row, (value) => Math.round(value * 8)).join()
    if (seen.has(look)) continue
    seen.add(look)
    codebook.set(row, filled++ * width)
  }

  const entries = input('codebook', [codes, width])
  const session = await engine.load(lower({ codes: nearestCodes(entries, input('patches', ['count', width])) }))
  for (let iteration = 1; iteration <= iterations; iteration++) {
    await engine.put('codebook', { type: 'float32', shape: [codes, width], data: codebook.slice() })
    const sums = new Float64Array(codes * width)
    const sizes = new Uint32Array(codes)
    const errors = new Float32Array(wanted)
    for (let start = 0; start < wanted; start += batchSize) {
      const rows = patches.slice(start * width, Math.min(wanted, start + batchSize) * width)
      const shape = [rows.length / width, width]
      const options = { held: { codebook: 'codebook' }, fetch: ['codes'] }
      const { codes: nearest } = await session.run({ patches: { type: 'float32', shape, data: rows } }, options)
      for (const [i, code] of (nearest!.data as Int32Array).entries()) {
        sizes[code]!++
        let error = 0
        for (let at = 0; at < width; at++) {
          const value = patches[(start + i) * width + at]!
          sums[code * width + at]! += value
          error += (value - codebook[code * width + at]!) ** 2
        }
        errors[start + i] = error
      }
    }
    onIteration(iteration, errors.reduce((sum, error) => sum + error, 0) / wanted / width)
    const farthest = Array.from(errors.keys()).sort((a, b) => errors[b]! - errors[a]!)
    let next = 0
    for (let code = 0; code < codes; code++) {
      const size = sizes[code]!
      if (size === 0)
        codebook.set(patches.subarray(farthest[next]! * width, (farthest[next]! + 1) * width), code * width)
      else for (let at = 0; at < width; at++) codebook[code * width + at] = sums[code * width + at]! / size
      if (size === 0) next++
    }
  }
  await session.dispose()
  await engine.drop(['codebook'])
  return codebook
}
