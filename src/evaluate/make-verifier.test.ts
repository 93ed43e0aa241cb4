import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import { buildCorpus } from '../corpus/build.ts'
import { openCorpus } from '../corpus/read.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { randomWeights, smallModel } from '../families/testing/random-model.ts'
import { createParameters, input } from '../graph/index.ts'
import { decodeCodes, encodePicture } from '../networks/image-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { packVerifier, trainVerifier, type VerifierMaking } from './make-verifier.ts'
import { openVerifier } from './verifier-folder.ts'
import type { FrozenTokenizer } from './verifier-objective.ts'
import { verifierTraining } from './verifier-recipe.ts'

const side = 16
const { concepts, styles } = smallSample
const training = { ...verifierTraining, steps: 2, batchSize: 4 }
let folder = ''
let engine: Engine
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-make-verifier-'))
  await drawSmallArt(join(folder, 'art'))
  engine = createNodeEngine({ threads: 1 })
})
afterAll(async () => {
  await engine?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const corpusOf = async (name: string, allowHeldOut: boolean, seed = 9) => {
  const mix = { ...smallSample.mix, count: 0, relation: 0 }
  const sample = { ...smallSample, mix, ...(allowHeldOut && { allowHeldOut: true as const }) }
  await buildCorpus({ art: join(folder, 'art'), out: join(folder, name), side, count: 40, seed, sample })
  return openCorpus(join(folder, name))
}

it('trains, packs and measures; the folder holds what was measured', async () => {
  const corpus = await corpusOf('corpus', true)
  const weights = await trainVerifier(engine, { corpus, training, folder: join(folder, 'run'), now: () => 0 })
  corpus.dispose()
  const out = join(folder, 'verifier')
  const { sha256, accuracy } = await packVerifier(engine, weights, {
    folder: out,
    name: 'small',
    side,
    concepts,
    styles,
    wander: false,
    art: await readArt({ folder: join(folder, 'art'), concepts, styles, side }),
    renders: { count: 8, seed: 1 },
    training: { steps: 2 },
  })
  const stored = await openVerifier(out)
  expect(stored).toMatchObject({ name: 'small', sha256, accuracy, training: { steps: 2 } })
  expect(accuracy.all.count).toBe(40)
  expect(accuracy.kinds['colour-held-out'].count).toBe(8)
  expect(accuracy.falseAccepts.count).toBe(40)
  expect(accuracy.nearMissAccepts.count).toBe(32)
  expect(accuracy.brokenFound.count).toBe(10)
}, 60_000)

it('refuses a corpus that keeps pairs from it', async () => {
  const corpus = await corpusOf('without', false)
  const refused = trainVerifier(engine, { corpus, training, folder: join(folder, 'other'), now: () => 0 })
  await expect(refused).rejects.toMatchObject({ code: 'corpus-other-settings' })
  corpus.dispose()
}, 60_000)

it('goes on only with the corpus and the tokenizer that the run began with', async () => {
  const [one, other] = [await corpusOf('one', true), await corpusOf('other-seed', true, 10)]
  const run = join(folder, 'claimed')
  const tokenizer = { ...smallTokenizer(), model: 'a'.repeat(64) }
  const train = (change: Partial<VerifierMaking> = {}) =>
    trainVerifier(engine, { corpus: one, tokenizer, training, folder: run, now: () => 0, ...change })
  const stopped = train({ signal: AbortSignal.abort() })
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
  const another = { ...tokenizer, model: 'b'.repeat(64) }
  const refused = { code: 'run-other-settings', details: { path: join(run, 'run.json') } }
  const refuseOthers = async () => {
    await expect(train({ tokenizer: another })).rejects.toMatchObject(refused)
    await expect(train({ corpus: other })).rejects.toMatchObject(refused)
    await expect(trainVerifier(engine, { corpus: one, training, folder: run, now: () => 0 })).rejects.toMatchObject(
      refused,
    )
  }
  await refuseOthers()
  const made = await train()
  // Finished, it is only read back, and no less refused.
  await refuseOthers()
  expect(await train()).toEqual(made)
  expect(JSON.parse(readFileSync(join(run, 'run.json'), 'utf8'))).toMatchObject({
    corpus: { count: 40, seed: 9 },
    examples: { brokenShare: 0.12, shift: 2, decodedShare: 0.25, validationCount: 10 },
    network: { side, stem: 48 },
    model: tokenizer.model,
  })
  one.dispose()
  other.dispose()
}, 60_000)

function smallTokenizer(): FrozenTokenizer {
  const settings = smallModel.imageTokenizer
  const p = createParameters()
  decodeCodes(p, settings, encodePicture(p, settings, input('pixels', [1, side, side, 3], 'uint8')))
  return { settings, weights: randomWeights(p, 1) }
}
