import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawSamples } from '../cli/training-samples.ts'
import { buildCorpus } from '../corpus/build.ts'
import { type Corpus, openCorpus } from '../corpus/read.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { packCalibrated } from '../evaluate/pack-calibrated.ts'
import { openFamily } from '../families/open.ts'
import { decodePicture } from '../image/codec.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { type MakingSettings, makeNetworks } from './make-model.ts'
import { packModel } from './pack.ts'
import { type Recipe, skeleton } from './recipe.ts'
import { type TrainingSettings, trainingDefaults } from './trainer.ts'

const short: TrainingSettings = { ...trainingDefaults, steps: 6, batchSize: 16, warmupSteps: 2, averageDecay: 0.5 }

const recipe: Recipe = {
  ...skeleton,
  name: 'test',
  corpus: { side: 32, count: 160, seed: 3, sample: smallSample, validationCount: 32 },
  text: { ...skeleton.text, vocabularySize: 320, minimumCount: 2 },
  codebook: { seed: 1, patches: 1500, iterations: 3 },
  imageTokenizer: {
    settings: { ...skeleton.imageTokenizer.settings, codes: 64, width: 32, layers: 1 },
    training: { ...short, steps: 20 },
  },
  generator: {
    settings: {
      ...skeleton.generator.settings,
      width: 32,
      heads: 2,
      feedForward: 32,
      textVocabulary: 320,
      imageVocabulary: 64,
    },
    dropCaption: 0.1,
    training: short,
  },
  scorer: {
    settings: { ...skeleton.scorer.settings, width: 32, embedding: 32, textVocabulary: 320 },
    training: { ...short, batchSize: 32 },
  },
}

describe('makeNetworks', () => {
  let folder: string
  let corpus: Corpus
  const engine = createNodeEngine({ threads: 2 })

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neuf-make-'))
    await drawSmallArt(join(folder, 'art'))
    const { side, count, seed, sample } = recipe.corpus
    const out = join(folder, 'corpus')
    await buildCorpus({ art: join(folder, 'art'), out, side, count, seed, sample, concurrency: 1 })
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
    ...more,
  })

  it('goes from scenes to a model that draws, and does nothing twice', async () => {
    const stages: string[] = []
    const onCheckpoint = drawSamples(engine, recipe, corpus, join(folder, 'a'))
    const first = await makeNetworks(engine, making('a', { onProgress: (stage) => stages.push(stage), onCheckpoint }))
    for (const stage of ['image-tokenizer', 'generator']) {
      const sheet = await decodePicture(await readFile(join(folder, 'a', `${stage}-samples.png`)))
      expect(new Set(sheet.data).size, stage).toBeGreaterThan(10)
    }
    expect([...new Set(stages)]).toEqual(['text', 'codebook', 'image-tokenizer', 'image-tokens', 'generator', 'scorer'])
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
    expect(json.calibration).toEqual({ slope: report.slope, offset: report.offset })
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
    for (const [name, { data }] of whole.generator) expect(resumed.generator.get(name)!.data, name).toEqual(data)
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

  it('names the file when a result is damaged', async () => {
    const path = join(folder, 'a', 'codebook.safetensors')
    await writeFile(path, 'nonsense')
    await expect(makeNetworks(engine, making('a'))).rejects.toThrow(/codebook\.safetensors/)
  })
})
