import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { gelu, input, log, meanOfAll, mul, type Parameters, sub } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { linear } from '../networks/layers.ts'
import { philoxUniform } from '../random/philox.ts'
import type { Engine, Value } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import type { Objective } from './objective.ts'
import { createTrainer, type TrainingSettings, trainingDefaults } from './trainer.ts'

const settings: TrainingSettings = { ...trainingDefaults, steps: 20, batchSize: 4, warmupSteps: 2, seed: 3 }

/** Learns y = x0 x1 from points with a little noise that depends on the draw. */
function objective({ noise = 0.1, validationCount = 6 } = {}): Objective {
  const count = 10
  const values = (rows: readonly (readonly number[])[], width: number): Value => ({
    type: 'float32',
    shape: [rows.length, width],
    data: Float32Array.from(rows.flat()),
  })
  const point = (example: number) => [philoxUniform(9, example, 0) * 2 - 1, philoxUniform(9, example, 1) * 2 - 1]
  const batchOf = (points: readonly (readonly number[])[]) => ({
    x: values(points, 2),
    y: values(
      points.map(([a, b]) => [a! * b!]),
      1,
    ),
  })
  return {
    name: 'product',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const h = gelu(linear(p.in('in'), input('x', [batchSize, 2]), 8, { bias: true, initial: { normal: 1 } }))
      const error = sub(linear(p.in('out'), h, 1, { bias: true, initial: { normal: 0.5 } }), input('y', [batchSize, 1]))
      return { loss: meanOfAll(mul(error, error)), metrics: { bias: meanOfAll(error) } }
    },
    batch: (examples, draw) =>
      batchOf(examples.map((example, i) => point(example).map((v) => v + noise * philoxUniform(4, draw + i)))),
    validationBatch: (examples) => batchOf(examples.map((example) => point(count + example))),
  }
}

let engine: Engine
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(() => engine.dispose())

async function steps(trainer: Awaited<ReturnType<typeof createTrainer>>, count: number) {
  const reports = []
  for (let i = 0; i < count; i++) reports.push(await trainer.advance())
  return reports
}

describe('a trainer', () => {
  it('begins at given weights, and refuses those of another network', async () => {
    const first = await createTrainer(engine, objective(), settings)
    await steps(first, 3)
    const weights = await first.weights()
    await first.dispose()
    const further = await createTrainer(engine, objective(), settings, { weights })
    expect([further.step, (await further.weights()).get('out.weight')]).toEqual([0, weights.get('out.weight')])
    await further.dispose()
    const refused = (change: (other: typeof weights) => unknown, said: RegExp) => {
      const other = new Map(weights)
      change(other)
      return expect(createTrainer(engine, objective(), settings, { weights: other })).rejects.toMatchObject({
        code: 'weights-broken',
        message: expect.stringMatching(said),
      })
    }
    await refused((other) => other.delete('in.bias'), /no "in\.bias"/)
    await refused((other) => other.set('in.bias', weights.get('out.weight')!), /"in\.bias" is \[1, 8\], not \[8\]/)
    await refused((other) => other.set('more', weights.get('in.bias')!), /"more" belongs/)
  })

  it('learns', async () => {
    const trainer = await createTrainer(engine, objective({ noise: 0 }), { ...settings, steps: 300, peakRate: 0.03 })
    const before = await trainer.validate()
    const reports = await steps(trainer, 300)
    const after = await trainer.validate()
    expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss / 20)
    expect(after.loss).toBeLessThan(before.loss / 2)
    expect(Object.keys(after.metrics)).toEqual(['bias'])
    expect([reports[0]!.step, trainer.step]).toEqual([1, 300])
    await trainer.dispose()
  })

  for (const accumulate of [1, 2]) {
    it(`goes on from its state as if it had not stopped (accumulate ${accumulate})`, async () => {
      const own = { ...settings, accumulate }
      const straight = await createTrainer(engine, objective(), own)
      const expected = await steps(straight, 6)
      const expectedState = await straight.state()
      await straight.dispose()

      const first = await createTrainer(engine, objective(), own)
      const reports = await steps(first, 3)
      const state = await first.state()
      await first.dispose()
      // As a file gives them: views of one buffer.
      const buffer = new Float32Array([...state.tensors.values()].reduce((sum, { data }) => sum + data.length, 0))
      let at = 0
      const tensors = new Map(
        [...state.tensors].map(([name, { shape, data }]) => {
          buffer.set(data, at)
          at += data.length
          return [name, { shape, data: buffer.subarray(at - data.length, at) }]
        }),
      )
      const second = await createTrainer(engine, objective(), own, { step: state.step, tensors })
      expect(second.step).toBe(3)
      reports.push(...(await steps(second, 3)))
      expect(reports).toEqual(expected)
      expect(await second.state()).toEqual(expectedState)
      expect(buffer.length).toBe(at)
      await second.dispose()
    })
  }

  it('makes of two half batches what it makes of one whole', async () => {
    const plain = objective({ noise: 0 })
    const ends = []
    for (const [batchSize, accumulate] of [
      [4, 1],
      [2, 2],
      [1, 4],
    ] as const) {
      const trainer = await createTrainer(engine, plain, { ...settings, batchSize, accumulate })
      const reports = await steps(trainer, 5)
      ends.push({ reports, state: await trainer.state(), weights: await trainer.weights() })
      await trainer.dispose()
    }
    const [whole, ...parts] = ends
    for (const { reports, state, weights } of parts) {
      for (const [name, { data }] of state.tensors) {
        // Adam divides by the gradient's own size: where that is near 0, rounding shows.
        expect(relativeError(data, whole!.state.tensors.get(name)!.data), name).toBeLessThan(2e-3)
      }
      expect([...weights.keys()]).toEqual(['in.weight', 'in.bias', 'out.weight', 'out.bias'])
      for (const [i, { loss, gradientNorm }] of reports.entries()) {
        expect(loss).toBeCloseTo(whole!.reports[i]!.loss, 5)
        expect(gradientNorm).toBeCloseTo(whole!.reports[i]!.gradientNorm, 4)
      }
    }
  })

  it('validates on as many examples as there are, if fewer than a batch', async () => {
    const few = await createTrainer(engine, objective({ validationCount: 2 }), settings)
    expect((await few.validate()).loss).toBeGreaterThan(0)
    await few.dispose()
    const none = await createTrainer(engine, objective({ validationCount: 0 }), settings)
    expect(await none.validate()).toEqual({ loss: Number.NaN, metrics: {} })
    await none.dispose()
  })

  it('leaves nothing behind in the engine', async () => {
    const trainer = await createTrainer(engine, objective(), { ...settings, accumulate: 2 })
    await trainer.advance()
    await trainer.dispose()
    for (const name of ['weight:in.weight', 'firstMoment:in.weight', 'average:in.weight', 'gradient:in.weight']) {
      await expect(engine.get(name)).rejects.toThrow('no value is held')
    }
  })

  it('stops with a fault when the loss is not a number, and stays stopped', async () => {
    const broken: Objective = {
      ...objective(),
      build(p, batchSize) {
        const { loss } = objective().build(p, batchSize)
        return { loss: log(mul(loss, -1)), metrics: {} }
      },
    }
    for (const accumulate of [1, 2]) {
      const trainer = await createTrainer(engine, broken, { ...settings, accumulate })
      const error: unknown = await trainer.advance().catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(NeufError)
      expect(error).toMatchObject({ code: 'training-diverged', details: { name: 'product', step: 1 } })
      expect((error as Error).message).toContain('the loss is NaN')
      for (const again of [trainer.advance(), trainer.state(), trainer.weights(), trainer.validate()]) {
        await expect(again).rejects.toBe(error)
      }
      expect(trainer.step).toBe(0)
      await trainer.dispose()
    }
  })
})
