import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { type Corpus, openCorpus } from '../corpus/read.ts'
import { drawSmallArt } from '../corpus/testing/small-art.ts'
import { drawForScorer } from '../evaluate/drawn-pictures.ts'
import { packCalibrated } from '../evaluate/pack-calibrated.ts'
import { drawSamples } from '../evaluate/training-samples.ts'
import { openFamily } from '../families/open.ts'
import { decodePicture } from '../image/codec.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { readEarlierModel } from './earlier-model.ts'
import { type MakingSettings, makeNetworks } from './make-model.ts'
import { packModel } from './pack.ts'
import { smallRecipe as recipe, shortTraining as short } from './testing/small-recipe.ts'

describe('makeNetworks', () => {
  let folder: string
  let corpus: Corpus
  const engine = createNodeEngine({ threads: 2 })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neuf-make-'))
    await drawSmallArt(join(folder, 'art'))
    const { side, count, seed, validationCount, sample } = recipe.corpus
    const out = join(folder, 'corpus')
    await buildCorpus({ art: join(folder, 'art'), out, side, count, seed, validationCount, sample, concurrency: 1 })
    corpus = await openCorpus(out)
  }, 60_000)

  afterAll(async () => {
    corpus.dispose()
    await engine.dispose()
    await rm(folder, { recursive: true })
  })

  const making = (run: string, more: Partial<MakingSettings> = {}): MakingSettings => ({
    recipe,
    corpus,
    folder: join(folder, run),
    now: () => performance.now(),
    drawPictures: drawForScorer(engine, recipe, corpus),
    ...more,
  })

  it('goes from scenes to a model that draws, and does nothing twice', async () => {
    const stages: string[] = []
    const onCheckpoint = drawSamples(engine, recipe, corpus, join(folder, 'a'))
    const onProgress = (stage: string) => stages.push(stage)
    const first = await makeNetworks(engine, making('a', { onProgress, onCheckpoint }))
    for (const stage of ['image-tokenizer', 'generator']) {
      const sheet = await decodePicture(await readFile(join(folder, 'a', `${stage}-samples.png`)))
      expect(new Set(sheet.data).size, stage).toBeGreaterThan(10)
    }
    expect([...new Set(stages)]).toEqual([
      'text',
      'codebook',
      'image-tokens',
      'image-tokenizer',
      'generator',
      'drawn-pictures',
      'scorer',
    ])
    const log = (await readFile(join(folder, 'a', 'image-tokenizer.jsonl'), 'utf8')).trim().split('\n')
    expect(JSON.parse(log.at(-1)!)).toMatchObject({ step: 20, validationLoss: expect.any(Number) })

    stages.length = 0
    const again = await makeNetworks(engine, making('a', { onProgress: (stage) => stages.push(stage) }))
    expect(stages).toEqual([])
    expect(again.generator.get('lm_head.weight')!.data).toEqual(first.generator.get('lm_head.weight')!.data)

    await packModel(join(folder, 'model'), recipe, first, { precision: 'int8', calibration: {}, card: '# test\n' })
    const model = await openFamily(await openModel(join(folder, 'model')), engine)
    const tokens = []
    const sampling = { temperature: 1, topK: 0, guidance: 2 }
    for await (const event of model.sampler.sample({ prompt: 'a red cat', seed: 1, sampling, indices: [0, 1, 2] })) {
      if (event.kind === 'candidate') tokens.push(event.candidate.tokens)
    }
    const [picture] = await model.sampler.decode(tokens)
    expect([picture!.width, picture!.height]).toEqual([32, 32])

    // Calibrated beside its place: a stop on the way leaves the model that is there.
    const packing = {
      corpus,
      out: join(folder, 'model'),
      folder: join(folder, 'a'),
      precision: 'int8',
      card: '',
    } as const
    const before = await readFile(join(folder, 'model', 'model.json'), 'utf8')
    const stopped = packCalibrated(engine, recipe, first, { ...packing, signal: AbortSignal.abort(new Error('stop')) })
    await expect(stopped).rejects.toThrow('stop')
    expect(await readFile(join(folder, 'model', 'model.json'), 'utf8')).toBe(before)
    const done: number[] = []
    const report = await packCalibrated(engine, recipe, first, { ...packing, onProgress: (k, of) => done.push(k / of) })
    expect(done.at(-1)).toBe(1)
    const { json, sha256 } = await openModel(join(folder, 'model'))
    expect(sha256).toBe(report.sha256)
    // Without a verifier there is nothing to fit probabilities on.
    expect([json.calibration, report.calibration]).toEqual([{}, null])
    expect(report.scorer.count).toBeGreaterThan(20)
  }, 120_000)

  it('goes on after a stop with the losses of a run that was not stopped', async () => {
    const stopping = new AbortController()
    const stopped = makeNetworks(
      engine,
      making('b', {
        signal: stopping.signal,
        onProgress: (stage, done) => {
          if (stage === 'generator' && done === 3) stopping.abort()
        },
      }),
    )
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    const resumed = await makeNetworks(engine, making('b'))
    const whole = await makeNetworks(engine, making('c'))
    for (const network of ['imageTokenizer', 'generator', 'scorer'] as const) {
      for (const [name, { data }] of whole[network]) expect(resumed[network].get(name)!.data, name).toEqual(data)
    }
  }, 120_000)

  it('refuses a run of other settings and a corpus of another', async () => {
    const other = { ...recipe, generator: { ...recipe.generator, training: { ...short, peakRate: 0.5 } } }
    await expect(makeNetworks(engine, making('a', { recipe: other }))).rejects.toMatchObject({
      code: 'run-other-settings',
    })
    const wider = { ...recipe, scorer: { ...recipe.scorer, settings: { ...recipe.scorer.settings, width: 64 } } }
    await expect(makeNetworks(engine, making('a', { recipe: wider }))).rejects.toThrow(/run\.json/)
    const larger = { ...recipe, corpus: { ...recipe.corpus, count: 9 } }
    await expect(makeNetworks(engine, making('d', { recipe: larger }))).rejects.toMatchObject({
      code: 'corpus-other-settings',
    })
  })

  it('goes on from a finished model: its text tokenizer and codebook, and every network that fits', async () => {
    const model = await openModel(join(folder, 'model'))
    const from = await readEarlierModel(model, recipe)
    const onStart: Record<string, number> = {}
    const made = await makeNetworks(
      engine,
      making('e', {
        from,
        onProgress(stage, done, _, note) {
          if (done === 1) onStart[stage] = Number(note.replace('loss ', ''))
        },
      }),
    )
    expect(made.tokenizerJson).toEqual(from.tokenizerJson)
    expect(made.imageTokenizer.get('codebook')).toEqual(from.codes.get('codebook'))
    for (const network of ['decoder', 'generator', 'scorer'] as const) expect(from[network]!.size).toBeGreaterThan(3)
    // The decoder has learnt before: it begins below where the first one began.
    const log = (await readFile(join(folder, 'a', 'image-tokenizer.jsonl'), 'utf8')).trim().split('\n')
    expect(onStart['image-tokenizer']).toBeLessThan(1.1 * JSON.parse(log.at(-1)!).validationLoss)
    const word = [...made.words.keys()][0]!
    expect(made.words.get(word)).toBe(2 * from.words.get(word)!)

    await expect(makeNetworks(engine, making('e'))).rejects.toMatchObject({ code: 'run-other-settings' })
    const wider = { ...recipe, scorer: { ...recipe.scorer, settings: { ...recipe.scorer.settings, width: 64 } } }
    const partly = await readEarlierModel(model, wider)
    expect([partly.scorer, partly.generator?.size]).toEqual([undefined, from.generator!.size])
    const settings = { ...recipe.imageTokenizer.settings, codes: 32 }
    const other = { ...recipe, imageTokenizer: { ...recipe.imageTokenizer, settings } }
    await expect(readEarlierModel(model, other)).rejects.toMatchObject({ code: 'start-other-settings' })
  }, 120_000)

  it('names the file when a result is damaged', async () => {
    const path = join(folder, 'a', 'codebook.safetensors')
    await writeFile(path, 'nonsense')
    await expect(makeNetworks(engine, making('a'))).rejects.toThrow(/codebook\.safetensors/)
  })
})
