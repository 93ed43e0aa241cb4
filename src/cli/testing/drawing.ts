/** What tests of the commands that draw and look share: two small models of random weights, a folder for each test. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { smallModel, writeRandomModel } from '../../families/testing/random-model.ts'
import type { Context } from '../command.ts'
import { call } from './call.ts'

export const models = mkdtempSync(join(tmpdir(), 'neuf-drawing-'))
export let folder = ''

/** To be called once by a test file. */
export function useDrawing(): void {
  beforeAll(async () => {
    await writeRandomModel(join(models, 'random'), smallModel, 1)
    await writeRandomModel(join(models, 'other'), smallModel, 2)
  })
  afterAll(() => rmSync(models, { recursive: true }))
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'neuf-drawn-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))
}

export const neuf = (argv: readonly string[], change: Partial<Context> = {}) =>
  call(argv, {
    folder,
    environment: { NEUF_MODELS: models },
    now: () => performance.now(),
    randomSeed: () => 4_000_000_000,
    ...change,
  })

export const small = ['--model', 'random', '--count', '2', '--candidates', '5']
export const files = () => readdirSync(folder, { recursive: true }).map(String).sort()
