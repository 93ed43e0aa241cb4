import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { drawSmallArt, smallConcepts } from '../corpus/testing/small-art.ts'
import { openVerifier } from '../evaluate/verifier-folder.ts'
import { conceptsOf } from '../evaluate/verifier-network.ts'
import { writeRandomModel } from '../families/testing/random-model.ts'
import { readTrainingData } from '../train/batch-files.ts'
import { readTensors, writeCheckpoint } from '../train/checkpoint.ts'
import { runCommand } from './testing/run-command.ts'
import { command } from './train-verifier.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-train-verifier-'))
  await drawSmallArt(join(folder, 'art'))
  await writeRandomModel(join(folder, 'model'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const given = ['--art', 'art', '--run', 'run', '--steps', '1', '--batch', '4', '--renders', '2', '--threads', '1']
const train = (...argv: string[]) => runCommand(command, folder, [...given, ...argv])

it('makes a verifier for a model, whose tokenizer its pictures pass through', async () => {
  const { status, out } = await train('--model', './model', '--name', 'judge')
  expect(status).toBe(0)
  expect(out).toMatch(
    /^judge in .*verifier\nsha256 [0-9a-f]{64}\nfinds what was asked for in [\d.]+ % of \d+ true renders/,
  )
  const stored = await openVerifier(join(folder, 'run', 'verifier'))
  expect(stored.network.settings.side).toBe(16)
  expect(conceptsOf(stored.network)).toEqual(smallConcepts)
  expect(stored.training).toMatchObject({ steps: 1, model: expect.stringMatching(/^[0-9a-f]{64}$/) })
  // Finished, it is read back; with other settings it is another run.
  expect((await train('--model', './model', '--name', 'judge')).out).toBe(out)
  await expect(train('--model', './model', '--scenes', '100')).rejects.toMatchObject({ code: 'run-other-settings' })
}, 120_000)

it('is trained elsewhere: exported, fed, brought back, then packed', async () => {
  const elsewhere = (...argv: string[]) => train('--model', './model', '--run', 'away', ...argv)
  const files = () => readdirSync(join(folder, 'training'))
  expect((await elsewhere('--export', 'training')).out).toMatch(
    /^verifier in .*training: step 0 of 1, 4 x 1 scenes a step/,
  )
  expect(files().filter((name) => name.startsWith('batches'))).toEqual([])
  expect((await elsewhere('--feed', 'training')).status).toBe(0)
  expect(files()).toContain('batches-00000.bin')
  const { initialState, snapshot, identity, parameters } = await readTrainingData(join(folder, 'training'))
  const { tensors } = await readTensors(join(folder, 'training', initialState))
  await writeCheckpoint(join(folder, 'training', snapshot), { step: 1, tensors }, identity)
  await expect(elsewhere('--import', 'training', '--batch', '8')).rejects.toMatchObject({ code: 'run-other-settings' })
  expect((await elsewhere('--import', 'training')).out).toMatch(/^verifier trained: step 1 of 1 in /)
  expect((await elsewhere()).out).toMatch(/^verifier in .*away.verifier\n/)
  const stored = await openVerifier(join(folder, 'away', 'verifier'))
  expect(stored.weights.size).toBe(parameters.length)
  await expect(elsewhere('--export', 'a', '--feed', 'b')).rejects.toMatchObject({ code: 'usage' })
}, 120_000)

it('says what it needs to know', async () => {
  await expect(train()).rejects.toMatchObject({ code: 'usage', exitStatus: 2 })
  await expect(train('--model', './model', '--side', '64')).rejects.toMatchObject({ code: 'option-value' })
  await expect(train('--model', './nowhere')).rejects.toMatchObject({ code: 'model-missing' })
  await expect(train('--model', './model', '--from', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
  await expect(train('--recipe', 'skeleton', '--art', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
})
