import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { fileExists, readCheckpoint, readResult, readTensors, writeCheckpoint } from './checkpoint.ts'
import { exportTraining } from './export.ts'
import { importTraining } from './import.ts'
import { writeSnapshotPieces } from './snapshot-pieces.ts'
import { smallGenerator } from './testing/small-objectives.ts'
import { smallRecipe } from './testing/small-recipe.ts'
import { checkpointPath, resultPath, stageIdentity, stagePlaces, withSteps } from './trained-stages.ts'
import type { TrainingData } from './training-data.ts'

let training: string
let run: string
let data: TrainingData

/** A recipe whose generator's training is the small objective's, as far as its identity goes. */
const objective = smallGenerator()
const recipe = withSteps(
  { ...smallRecipe, corpus: { ...smallRecipe.corpus, count: objective.count + 8, validationCount: 8 } },
  'generator',
  6,
)
const settings = recipe.generator.training

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'neuf-import-'))
  training = join(folder, 'training')
  run = join(folder, 'run')
  data = await exportTraining(objective, settings, training)
  return () => rm(folder, { recursive: true })
})

/** What a runner leaves: the state to start from, as if it were that of a step; averages of one number. */
async function reach(step: number): Promise<void> {
  const { tensors } = await readTensors(join(training, data.initialState))
  for (const { average } of data.parameters) tensors.get(average)!.data.fill(0.25)
  await writeCheckpoint(join(training, data.snapshot), { step, tensors }, data.identity)
}

describe('importTraining', () => {
  it('knows a stage by what the recipe says of it', () => {
    expect(stageIdentity(recipe, 'generator')).toBe(data.identity)
  })

  it('takes an unfinished state as the checkpoint that the run goes on from', async () => {
    await reach(4)
    const path = checkpointPath(run, 'generator')
    expect(await importTraining(training, stagePlaces(recipe, run))).toEqual({
      ...{ name: 'generator', step: 4, steps: 6, encoding: 'exact', path },
    })
    expect(await readFile(path)).toEqual(await readFile(join(training, data.snapshot)))
    expect((await readCheckpoint(path, data.identity))!.step).toBe(4)
    expect(await fileExists(resultPath(run, 'generator'))).toBe(false)
  })

  it.each([
    [6, false],
    [4, true],
  ])('takes the averages of step %i as the result (finish: %s)', async (step, finish) => {
    await reach(step)
    const { path } = await importTraining(training, stagePlaces(recipe, run), { finish })
    expect(path).toBe(resultPath(run, 'generator'))
    const weights = (await readResult(path, data.identity))!
    expect([...weights.keys()].sort()).toEqual(data.parameters.map(({ name }) => name).sort())
    for (const { data } of weights.values()) expect(data.every((x) => x === 0.25)).toBe(true)
  })

  it('takes the newest whole snapshot in pieces, and its log without what was done twice', async () => {
    await reach(4)
    const { tensors } = await readTensors(join(training, data.snapshot))
    const { name, identity, steps, state } = data
    const log = ['{"started":1}', '{"step":2,"loss":9}', '{"step":5,"loss":9}', 'half a li', '{"step":2,"loss":1}']
    const limits = { pieceBytes: 4096, totalBytes: 1e9 }
    const pieces = join(training, 'pieces')
    await importTraining(training, stagePlaces(recipe, run))
    await rm(run, { recursive: true })
    await mkdir(pieces)
    await writeSnapshotPieces(pieces, { name, identity, steps, state, step: 4, log }, tensors, limits)
    expect((await importTraining(pieces, stagePlaces(recipe, run))).step).toBe(4)
    expect(await readFile(checkpointPath(run, 'generator'))).toEqual(await readFile(join(training, data.snapshot)))
    expect(await readFile(join(run, 'generator.jsonl'), 'utf8')).toBe('{"step":2,"loss":1}\n')
  })

  it('refuses what is not there, what is of another training, and to go back', async () => {
    const importing = (from = training, by = recipe) => importTraining(from, stagePlaces(by, run))
    await expect(importing(run)).rejects.toMatchObject({ code: 'file-missing' })
    await expect(importing()).rejects.toMatchObject({ code: 'file-missing' })
    await reach(4)
    const longer = withSteps(recipe, 'generator', 7)
    await expect(importing(training, longer)).rejects.toMatchObject({ code: 'run-other-settings' })
    await importing()
    await reach(3)
    await expect(importing()).rejects.toMatchObject({ code: 'stage-trained', details: { stage: 'generator', step: 4 } })
    await reach(5)
    expect((await importing()).step).toBe(5)

    for (const step of [Number.NaN, 7, 5.5]) {
      await reach(step)
      await expect(importing()).rejects.toMatchObject({ code: 'weights-broken' })
    }
    await reach(5)
    const { tensors } = await readTensors(join(training, data.snapshot))
    const [first] = tensors.keys()
    tensors.delete(first!)
    await writeCheckpoint(join(training, data.snapshot), { step: 6, tensors }, data.identity)
    await expect(importing()).rejects.toMatchObject({ code: 'weights-broken' })
    await writeCheckpoint(join(training, data.snapshot), { step: 6, tensors }, 'another')
    await expect(importing()).rejects.toMatchObject({ code: 'run-other-settings' })
    await writeFile(join(training, 'training.json'), '{"format":"neuf-training","version":2}')
    await expect(importing()).rejects.toMatchObject({ code: 'file-unreadable' })
    await writeFile(join(training, 'training.json'), 'no JSON')
    await expect(importing()).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})
