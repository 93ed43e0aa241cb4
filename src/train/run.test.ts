import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { input, meanOfAll, mul, sub } from '../graph/index.ts'
import { linear } from '../networks/layers.ts'
import { philoxUniform } from '../random/philox.ts'
import type { Engine } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import type { Objective } from './objective.ts'
import { type RunSettings, runTraining } from './run.ts'
import { trainingDefaults } from './trainer.ts'

const batch = (examples: readonly number[]) => ({
  x: {
    type: 'float32' as const,
    shape: [examples.length, 2],
    data: Float32Array.from(examples.flatMap((i) => [philoxUniform(1, i, 0), philoxUniform(1, i, 1)])),
  },
})

/** Learns to add the two columns up. */
const objective: Objective = {
  name: 'sums',
  count: 9,
  validationCount: 3,
  build(p, batchSize) {
    const x = input('x', [batchSize, 2])
    const error = sub(linear(p, x, 1, { bias: true }), mul(x, 1))
    return { loss: meanOfAll(mul(error, error)), metrics: { offset: meanOfAll(error) } }
  },
  batch: (examples) => batch(examples),
  validationBatch: (examples) => batch(examples.map((i) => 9 + i)),
}

const training = { ...trainingDefaults, steps: 10, batchSize: 3, warmupSteps: 2, peakRate: 0.05 }

let engine: Engine
let folder: string
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(() => engine.dispose())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-run-'))
  return () => rm(folder, { recursive: true })
})

const run = (more: Partial<RunSettings> = {}) =>
  runTraining(engine, { folder, objective, training, logEvery: 2, validateEvery: 5, now: () => 0, ...more })

const logOf = async (of: string) =>
  (await readFile(join(of, 'sums.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, number>)

describe('runTraining', () => {
  it('leaves a log, a checkpoint and the averaged weights, and no temporary file', async () => {
    const steps: number[] = []
    const weights = await run({ onStep: ({ step }, total) => steps.push(step / total) })
    expect(steps).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
    expect([...weights.keys()]).toEqual(['weight', 'bias'])
    expect((await readdir(folder)).sort()).toEqual(['sums.checkpoint.safetensors', 'sums.jsonl', 'sums.safetensors'])
    const log = await logOf(folder)
    expect(log.map((line) => ('validationLoss' in line ? `validated ${line.step}` : line.step))).toEqual([
      2,
      4,
      'validated 5',
      6,
      8,
      10,
      'validated 10',
    ])
    expect(log[0]).toMatchObject({ loss: expect.any(Number), rate: expect.any(Number), offset: expect.any(Number) })
    expect(log.at(-2)!.loss).toBeLessThan(log[0]!.loss!)
  })

  it('that is stopped anywhere ends with the log and the weights of one that is not', async () => {
    const whole = join(folder, 'whole')
    const expected = await run({ folder: whole })
    for (const stopAt of [1, 4, 5, 9]) {
      const own = join(folder, String(stopAt))
      const stopping = new AbortController()
      const stopped = run({
        folder: own,
        signal: stopping.signal,
        onStep: ({ step }) => step === stopAt && stopping.abort(),
      })
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
      expect(await run({ folder: own })).toEqual(expected)
      // The first line after a stop is the mean of the steps since then only.
      const cut = stopAt % 2 === 0 ? undefined : stopAt + 1
      const rest = (lines: Record<string, number>[]) => lines.filter(({ step, loss }) => !loss || step !== cut)
      expect(rest(await logOf(own))).toEqual(rest(await logOf(whole)))
      expect((await logOf(own)).map(({ step }) => step)).toEqual((await logOf(whole)).map(({ step }) => step))
    }
  })

  it('that is killed goes on from its last checkpoint, and forgets the lines after it', async () => {
    const expected = await run({ folder: join(folder, 'whole') })
    const own = join(folder, 'killed')
    let clock = 0
    const killed = run({
      folder: own,
      secondsBetweenCheckpoints: 3,
      now: () => clock,
      onStep({ step }) {
        clock = step * 1000
        if (step === 7) throw new Error('killed')
      },
    })
    await expect(killed).rejects.toThrow('killed')
    expect(await readdir(own)).not.toContain('sums.safetensors')
    const lines = `${await readFile(join(own, 'sums.jsonl'), 'utf8')}{"step":6,"loss":123}\n`
    await writeFile(join(own, 'sums.jsonl'), lines)
    expect(await run({ folder: own })).toEqual(expected)
    expect((await logOf(own)).map((line) => line.loss)).not.toContain(123)
  })

  it('shows samples at each checkpoint', async () => {
    const shown: number[] = []
    await run({ onCheckpoint: async (weights, step) => void shown.push(step, weights.size) })
    expect(shown).toEqual([10, 2])
  })

  it('draws none when it is stopped: who stops it waits', async () => {
    const onCheckpoint = vi.fn(async () => undefined)
    await expect(run({ signal: AbortSignal.abort(), onCheckpoint })).rejects.toMatchObject({ code: 'cancelled' })
    expect(onCheckpoint).not.toHaveBeenCalled()
    expect(await readdir(folder)).toContain('sums.checkpoint.safetensors')
  })

  it('refuses a folder of other settings, finished or not, and a damaged checkpoint', async () => {
    const other = { ...training, peakRate: 0.1 }
    const stopping = AbortSignal.abort()
    await expect(run({ signal: stopping })).rejects.toMatchObject({ code: 'cancelled' })
    await expect(run({ training: other })).rejects.toMatchObject({ code: 'run-other-settings' })
    await run()
    await expect(run({ training: other })).rejects.toMatchObject({ code: 'run-other-settings' })
    await rm(join(folder, 'sums.safetensors'))
    await writeFile(join(folder, 'sums.checkpoint.safetensors'), 'half a fi')
    await expect(run()).rejects.toMatchObject({ code: 'weights-broken' })
  })
})
