/** Sample pictures as a training goes: what the network can do by now, for a person to look at. */
import { join } from 'node:path'
import { plainCaption } from '../corpus/captions.ts'
import type { Corpus } from '../corpus/read.ts'
import { loadGenerator } from '../families/dalle-mini/draw-position.ts'
import { decodingGraph, encodingGraph } from '../families/dalle-mini/graphs.ts'
import { createSampler } from '../families/dalle-mini/sampler.ts'
import { encodePng } from '../image/codec.ts'
import type { Pixels } from '../image/pixels.ts'
import { composeSheet } from '../image/sheet.ts'
import { picturesOf } from '../image/transparency.ts'
import { channelsOf, tokenCount } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { normalise } from '../text/normalise.ts'
import type { MakingSettings, NetworksSoFar } from '../train/make-model.ts'
import { pictureBatch } from '../train/picture-error.ts'
import type { Recipe } from '../train/recipe.ts'

const scenes = 8
const candidates = 6

/**
 * Writes `<network>-samples.png` into the run's folder at every checkpoint: for the image tokenizer scenes that it does
 * not learn from, above what comes back; for the generator a row of candidates for each of their captions.
 */
export function drawSamples(
  engine: Engine,
  recipe: Recipe,
  corpus: Corpus,
  folder: string,
): NonNullable<MakingSettings['onCheckpoint']> {
  const { side } = corpus
  const examples = Array.from({ length: scenes }, (_, i) => corpus.count - 1 - i)
  const tokenizerSettings = recipe.imageTokenizer.settings

  async function throughTokenizer(weights: NonNullable<NetworksSoFar['imageTokenizer']>): Promise<Pixels[]> {
    const keepWeights = { keepWeights: true }
    const encoding = await engine.load(encodingGraph(tokenizerSettings, weights), keepWeights)
    const decoding = await engine.load(decodingGraph(tokenizerSettings, weights), keepWeights)
    const channels = channelsOf(tokenizerSettings)
    const pixels = pictureBatch(corpus, examples, channels)
    const before = picturesOf(pixels.data.slice() as Uint8Array, side, channels)
    const { codes } = await encoding.run({ pixels }, { fetch: ['codes'] })
    const { pixels: after } = await decoding.run({ codes: codes! }, { fetch: ['pixels'] })
    await encoding.dispose()
    await decoding.dispose()
    return [...before, ...picturesOf(after!.data as Uint8Array, side, channels)]
  }

  async function drawn({ tokenizer, imageTokenizer, generator }: Required<Omit<NetworksSoFar, 'scorer'>>) {
    const { settings } = recipe.generator
    const sessions = await loadGenerator(engine, settings, generator)
    const decodingSession = await engine.load(decodingGraph(tokenizerSettings, imageTokenizer), { keepWeights: true })
    const lane = { engine, generator: Promise.resolve(sessions) }
    const decoding = Promise.resolve(decodingSession)
    const parts = { lanes: [lane], settings, imageTokenizer: tokenizerSettings, tokenizer, decoding: [decoding] }
    const sampler = createSampler(parts)
    const tokens: Uint16Array[] = []
    for (const example of examples) {
      const record = corpus.record(example)
      const caption = 'scene' in record ? plainCaption(record.scene, 'en') : record.captions[0]!.text
      const prompt = normalise(caption, recipe.text.normaliser)
      const indices = [...Array(candidates).keys()]
      const row: Uint16Array[] = indices.map(() => new Uint16Array(tokenCount(tokenizerSettings)))
      for await (const event of sampler.sample({ prompt, seed: 1, sampling: recipe.sampling, indices })) {
        if (event.kind === 'candidate') row[event.candidate.index] = event.candidate.tokens
      }
      tokens.push(...row)
    }
    const pictures = await sampler.decode(tokens)
    for (const session of [sessions.prompt, sessions.step, ...sessions.further, decodingSession])
      await session.dispose()
    return pictures
  }

  return async (stage, { tokenizer, imageTokenizer, generator }) => {
    const write = (pictures: readonly Pixels[], columns: number) =>
      atomicWrite(join(folder, `${stage}-samples.png`), encodePng(composeSheet(pictures, { columns, scale: 2 })), {
        flush: false,
      })
    if (stage === 'image-tokenizer' && imageTokenizer) await write(await throughTokenizer(imageTokenizer), scenes)
    if (stage === 'generator' && imageTokenizer && generator) {
      await write(await drawn({ tokenizer, imageTokenizer, generator }), candidates)
    }
  }
}
