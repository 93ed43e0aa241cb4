/** Against Hugging Face's CLIP (tools/parity/published_vectors.py). */
import { describe, expect, it } from 'vitest'
import { publishedClip } from '../families/dalle-mini/published/clip.ts'
import { readWeights } from '../families/dalle-mini/published/match-weights.ts'
import { createParameters, input, lower } from '../graph/index.ts'
import { type Given, prepare } from '../graph/testing/evaluate.ts'
import { type ClipSettings, clipScores, clipVitB32, embedClipPicture, embedClipText } from './clip.ts'
import { difference, type Parity, parity, pseudoPixels, publishedCheckpoint, type Some } from './testing/parity.ts'

const vectors = parity<Parity<ClipSettings> & { ids: number[]; texts: Some; pictures: Some; scores: Some }>('clip')
const { settings } = vectors

function towers(of: ClipSettings) {
  const p = createParameters()
  const { side } = of.picture
  const texts = embedClipText(p, of, input('ids', ['texts', of.text.length], 'int32'))
  const pictures = embedClipPicture(p, of, input('pixels', ['pictures', side, side, 3], 'uint8'))
  return { p, outputs: { texts, pictures, scores: clipScores(p, texts, pictures) } }
}

describe('CLIP', () => {
  const shape = [2, 32, 32, 3]
  const pixels: Given = { shape, data: pseudoPixels('seen', shape), type: 'uint8' }
  const ids: Given = { shape: [3, 12], data: vectors.ids, type: 'int32' }
  const load = async () => {
    const weights = await Array.fromAsync(readWeights(publishedClip(publishedCheckpoint(vectors, 'clip'), settings)))
    return prepare(lower(towers(settings).outputs, new Map(weights)))
  }

  it("places texts and pictures as Hugging Face's does", async () => {
    const found = await (await load())({ ids, pixels })
    for (const name of ['texts', 'pictures', 'scores'] as const) {
      expect(difference(found[name], vectors[name]), name).toBeLessThan(1e-5)
    }
  })

  it('does not see what stands after the end of a text', async () => {
    const run = await load()
    const { texts } = await run({ ids, pixels })
    const other = vectors.ids.map((id, i) => (i > 5 && i < 12 ? 7 : id))
    expect(other).not.toEqual(vectors.ids)
    expect((await run({ ids: { ...ids, data: other }, pixels })).texts!.values).toEqual(texts!.values)
  })

  it('has the size of the published one', () => {
    const { p, outputs } = towers(clipVitB32)
    expect(outputs.scores.shape).toEqual(['texts', 'pictures'])
    const sizes = [...p.all().values()].map(({ shape: own }) => (own as number[]).reduce((a, b) => a * b))
    expect(sizes.reduce((a, b) => a + b)).toBe(151_277_313)
  })
})
