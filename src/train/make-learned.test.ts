/** Making a model whose image tokenizer learns its codes, with two at a position and clear backgrounds. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import { openDrawnCorpus } from '../corpus/drawn.ts'
import { scenesInfo } from '../corpus/format.ts'
import type { Corpus } from '../corpus/read.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { drawForScorer } from '../evaluate/drawn-pictures.ts'
import { drawSamples } from '../evaluate/training-samples.ts'
import { openFamily } from '../families/open.ts'
import { decodePicture } from '../image/codec.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { readEarlierModel } from './earlier-model.ts'
import { type MakingSettings, makeNetworks } from './make-model.ts'
import { packModel } from './pack.ts'
import type { Recipe } from './recipe.ts'
import { shortTraining, smallRecipe } from './testing/small-recipe.ts'

const sample = { ...smallSample, transparentShare: 0.3 }
const { codebook: _, ...withoutCodebook } = smallRecipe

/** 32 x 32 pixels in 4 x 4 places of two codes. */
const recipe: Recipe = {
  ...withoutCodebook,
  corpus: { ...smallRecipe.corpus, sample },
  imageTokenizer: {
    settings: {
      side: 32,
      channels: 4,
      quantiser: [4, 4, 4],
      codesPerPlace: 2,
      levels: [
        { cell: [4, 4], width: 16, encoder: 1, decoder: 1 },
        { cell: [2, 2], width: 32, encoder: 1, decoder: 1 },
      ],
    },
    encoderTraining: { ...shortTraining, steps: 30, peakRate: 2e-3 },
    noise: { most: 0.2, near: 4 },
    training: { ...shortTraining, steps: 10 },
  },
  generator: {
    ...smallRecipe.generator,
    settings: { ...smallRecipe.generator.settings, imageVocabulary: 64, imageLength: 32, codesPerPosition: 2 },
  },
  scorer: {
    ...smallRecipe.scorer,
    settings: { ...smallRecipe.scorer.settings, reads: { codes: 64, grid: [4, 8] } },
  },
}

describe('makeNetworks with learned codes', () => {
  let folder: string
  let corpus: Corpus
  const engine = createNodeEngine({ threads: 2 })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neuf-learned-'))
    await drawSmallArt(join(folder, 'art'))
    const { side, count, seed, validationCount } = recipe.corpus
    const art = await readArt({ folder: join(folder, 'art'), ...sample, side })
    corpus = openDrawnCorpus({
      art,
      info: scenesInfo({ side, count, seed, validationCount, sample, artSha256: art.sha256 }),
    })
  }, 60_000)

  afterAll(async () => {
    corpus.dispose()
    await engine.dispose()
    await rm(folder, { recursive: true })
  })

  const making = (run: string, more: Partial<MakingSettings> = {}): MakingSettings => ({
    ...{ recipe, corpus, folder: join(folder, run), now: () => performance.now() },
    drawPictures: drawForScorer(engine, recipe, corpus),
    ...more,
  })

  it('learns the codes first, then what is made of them, to a model that draws', async () => {
    const stages: string[] = []
    const losses = new Map<string, number[]>()
    const onProgress = (stage: string, _done: number, _total: number, note: string): void => {
      stages.push(stage)
      losses.set(stage, [...(losses.get(stage) ?? []), Number(note.replace('loss ', ''))])
    }
    const onCheckpoint = drawSamples(engine, recipe, corpus, join(folder, 'a'))
    const made = await makeNetworks(engine, making('a', { onProgress, onCheckpoint }))
    expect([...new Set(stages)]).toEqual([
      'text',
      'encoder',
      'image-tokens',
      'image-tokenizer',
      'generator',
      'drawn-pictures',
      'scorer',
    ])
    const sheet = await decodePicture(await readFile(join(folder, 'a', 'image-tokenizer-samples.png')))
    expect(new Set(sheet.data).size).toBeGreaterThan(10)
    const [first, last] = [losses.get('encoder')![0]!, losses.get('encoder')!.at(-1)!]
    expect(last).toBeLessThan(0.8 * first)
    // The decoder goes on from where the encoder's training left it.
    expect(losses.get('image-tokenizer')![0]).toBeLessThan((first + last) / 2)

    const bytes: number[] = []
    for (const precision of ['int4', 'int8'] as const) {
      await packModel(join(folder, 'model'), recipe, made, { precision, calibration: {}, card: '# test\n' })
      const packed = await openModel(join(folder, 'model'))
      bytes.push(packed.json.networks.generator!.bytes)
      const model = await openFamily(packed, engine)
      const tokens: Uint16Array[] = []
      const sampling = { temperature: 1, topK: 0, guidance: 2 }
      for await (const event of model.sampler.sample({ prompt: 'a red cat', seed: 1, sampling, indices: [0, 1] })) {
        if (event.kind === 'candidate') tokens.push(event.candidate.tokens)
      }
      expect(tokens.map((row) => row.length)).toEqual([32, 32])
      expect((await model.sampler.decode(tokens)).map(({ width }) => width)).toEqual([32, 32])
    }
    expect(bytes[0]).toBeLessThan(0.8 * bytes[1]!)
  }, 120_000)

  it('encodes no picture twice: a run that was stopped goes on with the next', async () => {
    const whole = await readFile(join(folder, 'a', 'image-tokens.bin'))
    const stopping = new AbortController()
    let seen = 0
    const onProgress = (stage: string, done: number): void => {
      if (stage !== 'image-tokens') return
      seen = done
      stopping.abort()
    }
    const stopped = makeNetworks(engine, making('b', { signal: stopping.signal, onProgress }))
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    expect(seen).toBeLessThan(recipe.corpus.count)
    const partial = join(folder, 'b', 'image-tokens.partial')
    expect((await stat(partial)).size).toBe(seen * 64)
    // A write that was cut off in the middle of a picture.
    await writeFile(partial, Buffer.concat([await readFile(partial), Buffer.from([1, 2, 3])]))
    const counts: number[] = []
    await makeNetworks(
      engine,
      making('b', { onProgress: (stage, done) => stage === 'image-tokens' && counts.push(done) }),
    )
    expect(counts[0]).toBeGreaterThan(seen)
    expect(await readFile(join(folder, 'b', 'image-tokens.bin'))).toEqual(whole)
  }, 120_000)

  it('goes on from a finished model with the codes that its generator knows', async () => {
    const from = await readEarlierModel(await openModel(join(folder, 'model')), recipe)
    expect([...from.codes.keys()].every((name) => name.startsWith('encoder.'))).toBe(true)
    expect([...from.decoder!.keys()].every((name) => name.startsWith('decoder.'))).toBe(true)
    const stages: string[] = []
    const made = await makeNetworks(engine, making('c', { from, onProgress: (stage) => stages.push(stage) }))
    expect(stages).not.toContain('encoder')
    for (const [name, { data }] of from.codes) expect(made.imageTokenizer.get(name)!.data, name).toEqual(data)
    const finer = { ...recipe.imageTokenizer.settings, quantiser: [8, 4, 2] }
    const other = { ...recipe, imageTokenizer: { ...recipe.imageTokenizer, settings: finer } } as Recipe
    const model = await openModel(join(folder, 'model'))
    await expect(readEarlierModel(model, other)).rejects.toMatchObject({ code: 'start-other-settings' })
  }, 120_000)

  it('asks a recipe how its codes are made', async () => {
    const { encoderTraining: __, ...without } = recipe.imageTokenizer
    const silent = { ...recipe, imageTokenizer: without }
    await expect(makeNetworks(engine, making('d', { recipe: silent }))).rejects.toThrow(/says how it is trained/)
  })
})
