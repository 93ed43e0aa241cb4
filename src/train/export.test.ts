import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { GraphData } from '../graph/graph-data.ts'
import { input, type LoweredGraph, meanOfAll, mul } from '../graph/index.ts'
import { readSafetensorsFile } from '../models/safetensors.ts'
import { linear } from '../networks/layers.ts'
import type { Engine, Value } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { batchesOfStep, encodeBatch, feedBatches, writeBatches } from './batch-files.ts'
import { readCheckpoint, readTensors, writeCheckpoint } from './checkpoint.ts'
import { exportTraining } from './export.ts'
import type { Objective } from './objective.ts'
import { runTraining } from './run.ts'
import { runIdentity } from './run-identity.ts'
import {
  smallGenerator,
  smallObjectives,
  smallRounding,
  smallScorer,
  smallVerifier,
} from './testing/small-objectives.ts'
import { createTrainer, type TrainingSettings, trainingDefaults } from './trainer.ts'

const settings: TrainingSettings = { ...trainingDefaults, steps: 5, batchSize: 4, warmupSteps: 2, seed: 3 }

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-export-'))
  return () => rm(folder, { recursive: true })
})

/** An engine that keeps what every run was given, and gives 1 for all that is asked for. */
function recordingEngine(runs: { inputs: Readonly<Record<string, Value>>; held: Map<string, Value> }[]): Engine {
  const held = new Map<string, Value>()
  const one = (): Value => ({ type: 'float32', shape: [], data: Float32Array.of(1) })
  return {
    fingerprint: 'recording',
    load: async (_: LoweredGraph) => ({
      run: async (inputs, options) => {
        runs.push({ inputs, held: new Map(held) })
        return Object.fromEntries((options?.fetch ?? []).map((name) => [name, one()]))
      },
      dispose: async () => {},
    }),
    put: async (name, value) => void held.set(name, value),
    zeros: async () => {},
    get: async (name) => held.get(name)!,
    resize: async () => {},
    drop: async () => {},
    dispose: async () => {},
  }
}

function expectSound(graph: GraphData, stored: ReadonlyMap<string, unknown>): void {
  for (const [place, { op, attributes, inputs, outputs }] of graph.nodes.entries()) {
    for (const [node, output] of inputs) {
      expect(node, `${op} ${place}`).toBeLessThan(place)
      expect(graph.nodes[node]!.outputs[output]).toBeDefined()
    }
    for (const { shape } of outputs) expect(shape.every((size) => Number.isInteger(size))).toBe(true)
    if (op === 'constant' && !('values' in attributes)) expect(stored.has(String(attributes.stored))).toBe(true)
  }
  for (const [node, output] of Object.values(graph.outputs)) expect(graph.nodes[node]!.outputs[output]).toBeDefined()
  for (const { name, shape } of graph.inputs) {
    const [node, ...more] = graph.nodes.filter(({ op, attributes }) => op === 'input' && attributes.name === name)
    expect([node!.outputs[0]!.shape, more.length]).toEqual([shape, 0])
  }
}

describe.each(smallObjectives.map((make) => [make().name, make] as const))('the export of %s', (_, make) => {
  const objective = make()

  it('is whole: references, names, constants, inputs', async () => {
    const data = await exportTraining(objective, settings, folder)
    expect(JSON.parse(await readFile(join(folder, 'training.json'), 'utf8'))).toEqual(data)
    const { tensors: constants } = await readSafetensorsFile(join(folder, data.constants))
    expectSound(data.loss, constants)
    expectSound(data.update, constants)
    if (data.validation !== null) expectSound(data.validation.loss, constants)
    const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)
    for (const list of [data.state, data.parameters, data.loss.inputs, data.loss.parameters, data.update.inputs]) {
      expect(new Set(names(list)).size).toBe(list.length)
    }
    expect([...names(data.batches.inputs), ...names(data.fixedInputs)].sort()).toEqual(names(data.loss.inputs).sort())
    expect(names(data.loss.parameters).sort()).toEqual(names(data.parameters).sort())
    const given = [
      ...data.state.map(({ name }) => name).filter((name) => !name.startsWith('weight:')),
      ...data.parameters.map(({ gradient }) => gradient),
      ...data.schedule.names,
    ]
    expect(names(data.update.inputs).sort()).toEqual(given.sort())
    expect(Object.keys(data.update.outputs).sort()).toEqual([...names(data.state), 'gradientNorm'].sort())
  })

  it.each([1, 2])('gives the runner what the trainer gives the engine (accumulate %i)', async (accumulate) => {
    const own = { ...settings, accumulate }
    const data = await exportTraining(objective, own, folder, { stepsPerFile: 2 })
    await writeBatches(objective, own, folder, { first: 0, count: 3 })
    const runs: { inputs: Readonly<Record<string, Value>>; held: Map<string, Value> }[] = []
    const trainer = await createTrainer(recordingEngine(runs), objective, own)
    for (let step = 0; step < own.steps; step++) await trainer.advance()
    const training = runs.length
    await trainer.validate()

    // A batch and the scalars come in one run, or each part's batch in its own before them.
    const fed = runs.slice(0, training).filter(({ inputs }) => data.batches.inputs.every(({ name }) => name in inputs))
    expect(fed).toHaveLength(own.steps * accumulate)
    const files = await Promise.all([0, 1, 2].map((i) => readFile(join(folder, `batches-0000${i}.bin`))))
    expect(files.map((file) => file.length)).toEqual([2, 2, 1].map((n) => n * accumulate * data.batches.bytes))
    expect(Buffer.concat(files)).toEqual(Buffer.concat(fed.map(({ inputs }) => encodeBatch(inputs, data.batches))))

    const { tensors: schedule } = await readSafetensorsFile(join(folder, data.schedule.file))
    const withScalars = runs.slice(0, training).filter(({ inputs }) => 'rate' in inputs)
    for (const name of data.schedule.names) {
      const expected = Float32Array.from(withScalars, ({ inputs }) => inputs[name]!.data[0] as number)
      expect(Buffer.from(schedule.get(name)!.data)).toEqual(Buffer.from(expected.buffer))
    }

    const { tensors: constants } = await readSafetensorsFile(join(folder, data.constants))
    for (const { name, stored } of data.fixedInputs) {
      const { buffer } = fed[0]!.inputs[name]!.data
      expect(Buffer.from(constants.get(stored)!.data)).toEqual(Buffer.from(buffer))
    }
    const { tensors: state, about } = await readTensors(join(folder, data.initialState))
    expect(about).toEqual({ step: '0', settings: data.identity })
    expect([...state.keys()].sort()).toEqual([...runs[0]!.held.keys()].sort())
    for (const [name, { shape, data: values }] of state) {
      expect({ shape, data: values }).toEqual({
        shape: runs[0]!.held.get(name)!.shape,
        data: runs[0]!.held.get(name)!.data,
      })
    }

    const { validation } = data
    const validated = runs.slice(training)
    expect(validation?.count ?? 0).toBe(validated.length)
    if (validation === null) return
    const expected = Buffer.concat(validated.map(({ inputs }) => encodeBatch(inputs, validation)))
    expect(await readFile(join(folder, validation.file))).toEqual(expected)
  })
})

describe('exportTraining', () => {
  it('leaves ops whole and stores large constants once, apart', async () => {
    const generator = await exportTraining(smallGenerator(), settings, folder)
    const ops = new Set(generator.loss.nodes.map(({ op }) => op))
    for (const op of ['attentionProbabilities', 'norm', 'linear', 'crossEntropy', 'embedding', 'gelu']) {
      expect(ops).toContain(op)
    }
    const verifier = await exportTraining(smallVerifier(), settings, folder)
    const { tensors } = await readSafetensorsFile(join(folder, verifier.constants))
    const stored = ({ nodes }: GraphData) => nodes.flatMap(({ attributes }) => attributes.stored ?? [])
    expect(stored(verifier.loss).length).toBeGreaterThan(2)
    expect([...tensors.keys()].sort()).toEqual([...new Set(stored(verifier.loss))].sort())
    expect(stored(verifier.validation!.loss).sort()).toEqual(stored(verifier.loss).sort())
  })

  it('knows the batch axis of each input, whatever its size there', async () => {
    const { batches } = await exportTraining(smallScorer(), settings, folder)
    expect(
      Object.fromEntries(batches.inputs.map(({ name, shape, batchAxis }) => [name, [shape[0], batchAxis]])),
    ).toEqual({
      text: [4, 0],
      visible: [4, 0],
      picture: [6, 0],
      same: [4, 0],
    })
    expect(batches.bytes % 8).toBe(0)
  })

  it('writes no op that a runner does not have', async () => {
    const read = (path: string) => readFile(new URL(path, import.meta.url), 'utf8')
    const files = (await readdir(new URL('../graph/ops/', import.meta.url))).filter(
      (name) => !name.endsWith('.test.ts'),
    )
    const sources = (await Promise.all(files.map((name) => read(`../graph/ops/${name}`)))).join('')
    const names = [...sources.matchAll(/(?:defineOp.*\n {2}name: |(?:binary|unary)\()'(\w+)'/g)].map(
      ([, name]) => name!,
    )
    expect(names.length).toBeGreaterThan(40)
    for (const engine of ['xla', 'torch']) {
      const runner = await read(`../../runners/${engine}/ops.py`)
      const missing = names.filter((name) => !new RegExp(`^def ${name}\\(|[ {]"${name}": `, 'm').test(runner))
      // One new position against a cache: inference alone.
      expect(missing.filter((name) => name !== 'constant')).toEqual(['cachedAttention'])
    }
    const used = new Set<string>()
    for (const make of smallObjectives) {
      const { loss, update } = await exportTraining(make(), settings, folder)
      for (const { op } of [...loss.nodes, ...update.nodes]) used.add(op)
    }
    // tools/oracle/check-runners.ts trains with these: an op that none of them has would not be checked.
    expect(names.filter((name) => !used.has(name))).toEqual(['cachedAttention'])
  })

  it('starts from weights, or from a state and its step', async () => {
    const objective = smallRounding()
    const weights = new Map([
      ['weight', { shape: [3, 3], data: new Float32Array(9).fill(2) }],
      ['bias', { shape: [3], data: new Float32Array(3).fill(1) }],
    ])
    await exportTraining(objective, settings, folder, { start: { weights } })
    const { tensors } = await readTensors(join(folder, 'state.safetensors'))
    expect(tensors.get('average:weight')!.data).toEqual(weights.get('weight')!.data)
    expect([...tensors.get('firstMoment:bias')!.data]).toEqual([0, 0, 0])
    const { start } = await exportTraining(objective, settings, folder, { start: { step: 3, tensors } })
    expect(start).toBe(3)
    expect((await readTensors(join(folder, 'state.safetensors'))).about.step).toBe('3')
  })

  it('has the identity that runs write into their checkpoints', async () => {
    const objective = smallRounding()
    const engine = createNodeEngine({ threads: 1 })
    await runTraining(engine, { folder, objective, training: settings, now: () => 0 })
    await engine.dispose()
    const { identity, snapshot } = await exportTraining(objective, settings, folder)
    expect(identity).toBe(runIdentity(objective, settings))
    expect((await readCheckpoint(join(folder, snapshot), identity))!.step).toBe(settings.steps)
  })
})

describe('batch files', () => {
  const objective = smallGenerator()
  const filesNow = async () => (await readdir(folder)).filter((name) => name.startsWith('batches-')).sort()

  it('come ahead of the reader, and no further', async () => {
    await exportTraining(objective, settings, folder, { stepsPerFile: 1 })
    const feeding = feedBatches(objective, settings, folder, { ahead: 2 })
    const until = async (names: string[]) => expect.poll(filesNow, { timeout: 5000 }).toEqual(names)
    await until(['batches-00000.bin', 'batches-00001.bin'])
    await rename(join(folder, 'batches-00000.bin'), join(folder, 'batches-00000.read'))
    await until(['batches-00000.read', 'batches-00001.bin', 'batches-00002.bin'])
    for (const i of [1, 2]) await rm(join(folder, `batches-0000${i}.bin`))
    await feeding
    expect(await filesNow()).toEqual(['batches-00000.read', 'batches-00003.bin', 'batches-00004.bin'])
  })

  it('go on from the snapshot, and stop at a signal', async () => {
    const { identity, snapshot, initialState } = await exportTraining(objective, settings, folder, { stepsPerFile: 1 })
    const { tensors } = await readTensors(join(folder, initialState))
    await writeCheckpoint(join(folder, snapshot), { step: 3, tensors }, identity)
    await feedBatches(objective, settings, folder, { ahead: 9 })
    expect(await filesNow()).toEqual(['batches-00003.bin', 'batches-00004.bin'])
    for (const name of await filesNow()) await rm(join(folder, name))
    await feedBatches(objective, settings, folder, { ahead: 1, signal: AbortSignal.abort() })
    expect(await filesNow()).toEqual([])
  })

  it('are shared out among several writers, and what a killed one left is taken away', async () => {
    await exportTraining(objective, settings, folder, { stepsPerFile: 1 })
    await feedBatches(objective, settings, folder, { ahead: 9 })
    const alone = await Promise.all((await filesNow()).map((name) => readFile(join(folder, name))))
    for (const name of await filesNow()) await rm(join(folder, name))
    await writeFile(join(folder, '.batches-00001.bin.7-0-abc.tmp'), 'half')
    await writeFile(join(folder, '.batches-00002.bin.8-0-abc.tmp'), 'half, and being written by another')
    const written: number[] = []
    const onFile = (index: number) => written.push(index)
    await feedBatches(objective, settings, folder, { ahead: 9, share: { index: 1, of: 2 }, onFile })
    expect([await filesNow(), written]).toEqual([
      ['batches-00001.bin', 'batches-00003.bin'],
      [1, 3],
    ])
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual(['.batches-00002.bin.8-0-abc.tmp'])
    await feedBatches(objective, settings, folder, { ahead: 9, share: { index: 0, of: 2 } })
    expect(await Promise.all((await filesNow()).map((name) => readFile(join(folder, name))))).toEqual(alone)
  })

  it('of an earlier export are removed; of other settings they are refused', async () => {
    await exportTraining(objective, settings, folder)
    await writeBatches(objective, settings, folder, { first: 0, count: 1 })
    await writeFile(join(folder, 'batches.txt'), '')
    await exportTraining(objective, { ...settings, seed: 4 }, folder)
    expect(await filesNow()).toEqual([])
    const other = writeBatches(objective, settings, folder, { first: 0, count: 1 })
    await expect(other).rejects.toMatchObject({ code: 'run-other-settings' })
  })

  it('refuse an input without a batch axis that changes all the same', async () => {
    let calls = 0
    const value = (size: number, first: number): Value => {
      return { type: 'float32', shape: [size], data: new Float32Array(size).fill(first) }
    }
    const restless: Objective = {
      name: 'restless',
      count: 8,
      validationCount: 0,
      build(p, batchSize) {
        const y = linear(p, mul(input('x', [batchSize, 2]), input('share', [2])), 1)
        return { loss: meanOfAll(y), metrics: {} }
      },
      batch: (examples) => ({
        x: { ...value(examples.length * 2, 1), shape: [examples.length, 2] },
        share: value(2, calls++),
      }),
      validationBatch: () => ({}),
    }
    const { fixedInputs } = await exportTraining(restless, settings, folder)
    expect(fixedInputs.map(({ name }) => name)).toEqual(['share'])
    calls = 0
    await expect(writeBatches(restless, settings, folder, { first: 0, count: 1 })).rejects.toThrow(
      '"share" has no batch',
    )
  })

  it('hold what `batchesOfStep` says', () => {
    const [batch] = batchesOfStep(objective, settings, 2)
    expect(batch!.targets!.shape).toEqual([4, 4])
    expect([...batchesOfStep(objective, { ...settings, accumulate: 3 }, 2)]).toHaveLength(3)
  })
})
