import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readArt } from '../corpus/art.ts'
import { buildCorpus } from '../corpus/build.ts'
import { openCorpus } from '../corpus/read.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import type { Engine } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { packVerifier, trainVerifier } from './make-verifier.ts'
import { openVerifier } from './verifier-folder.ts'
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

const corpusOf = async (name: string, allowHeldOut: boolean) => {
  const mix = { ...smallSample.mix, count: 0, relation: 0 }
  const sample = { ...smallSample, mix, ...(allowHeldOut && { allowHeldOut: true as const }) }
  await buildCorpus({ art: join(folder, 'art'), out: join(folder, name), side, count: 40, seed: 9, sample })
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
  expect(() => trainVerifier(engine, { corpus, training, folder: join(folder, 'other'), now: () => 0 })).toThrow(
    expect.objectContaining({ code: 'corpus-other-settings' }),
  )
  corpus.dispose()
}, 60_000)
