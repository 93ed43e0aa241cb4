/** Sample pictures as a training goes: what the network can do by now, for a person to look at. */
import { join } from 'node:path'
import { plainCaption } from '../corpus/captions.ts'
import type { Corpus } from '../corpus/read.ts'
import { decodingGraph, encodingGraph, promptGraph, stepGraph } from '../families/dalle-mini/graphs.ts'
import { createSampler } from '../families/dalle-mini/sampler.ts'
import { encodePng } from '../image/codec.ts'
import { type Pixels, wrapPixels } from '../image/pixels.ts'
import { composeSheet } from '../image/sheet.ts'
import { tokenCount } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { normalise } from '../text/normalise.ts'
import type { MakingSettings, NetworksSoFar } from '../train/make-model.ts'
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
    const data = new Uint8Array(scenes * side * side * 3)
    for (const [i, example] of examples.entries()) data.set(corpus.pixels(example), i * side * side * 3)
    const before = picturesOf(data, side)
    const pixels = { type: 'uint8', shape: [scenes, side, side, 3], data: data.slice() } as const
    const { codes } = await encoding.run({ pixels }, { fetch: ['codes'] })
    const { pixels: after } = await decoding.run({ codes: codes! }, { fetch: ['pixels'] })
    await encoding.dispose()
    await decoding.dispose()
    return [...before, ...picturesOf(after!.data as Uint8Array, side)]
  }

  async function drawn({ tokenizer, imageTokenizer, generator }: Required<Omit<NetworksSoFar, 'scorer'>>) {
    const { settings } = recipe.generator
    const load = (graph: Parameters<Engine['load']>[0]) => engine.load(graph, { keepWeights: true })
    const sessions = {
      prompt: await load(promptGraph(settings, generator)),
      step: await load(stepGraph(settings, generator)),
      decoding: await load(decodingGraph(tokenizerSettings, imageTokenizer)),
    }
    const lane = { engine, prompt: Promise.resolve(sessions.prompt), step: Promise.resolve(sessions.step) }
    const decoding = Promise.resolve(sessions.decoding)
    const parts = { lanes: [lane], settings, imageTokenizer: tokenizerSettings, tokenizer, decoding }
    const sampler = createSampler(parts)
    const tokens: Uint16Array[] = []
    for (const example of examples) {
      const prompt = normalise(plainCaption(corpus.record(example).scene, 'en'), recipe.text.normaliser)
      const indices = [...Array(candidates).keys()]
      const row: Uint16Array[] = indices.map(() => new Uint16Array(tokenCount(tokenizerSettings)))
      for await (const event of sampler.sample({ prompt, seed: 1, sampling: recipe.sampling, indices })) {
        if (event.kind === 'candidate') row[event.candidate.index] = event.candidate.tokens
      }
      tokens.push(...row)
    }
    const pictures = await sampler.decode(tokens)
    for (const session of Object.values(sessions)) await session.dispose()
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

const picturesOf = (data: Uint8Array, side: number): Pixels[] =>
  Array.from({ length: data.length / (side * side * 3) }, (_, i) =>
    wrapPixels(side, side, 3, data.slice(i * side * side * 3, (i + 1) * side * side * 3)),
  )
