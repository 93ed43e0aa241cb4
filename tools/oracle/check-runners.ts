/**
 * A runner against ONNX Runtime: the same small trainings in both, step by step. Not part of `npm test`, since it needs
 * Python with JAX or PyTorch (`runners/xla/install`, `runners/torch/install`):
 *
 *     node tools/oracle/check-runners.ts xla|torch [--python PYTHON] [--way WORD] [NAME...]
 *
 * Compares each step's loss and readings, the first step's gradients (`differentiate` against JAX or PyTorch) and the
 * weights at the end, in every way the runner has (XLA on one device and on eight, PyTorch eager and compiled); kills and
 * resumes; goes on in ONNX Runtime from the runner's snapshot. `--way` keeps to the ways with that word in their name.
 * Exits with 1 where a difference is over its limit.
 */
import { execFileSync, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { createParameters, lower, type Tensor } from '../../src/graph/index.ts'
import { relativeError } from '../../src/graph/testing/compare.ts'
import { createNodeEngine } from '../../src/runtime/node/engine.ts'
import { batchesOfStep, feedBatches } from '../../src/train/batch-files.ts'
import { readCheckpoint, readTensors } from '../../src/train/checkpoint.ts'
import { exportTraining } from '../../src/train/export.ts'
import type { Weights } from '../../src/train/initial-weights.ts'
import type { Objective } from '../../src/train/objective.ts'
import { gradientsOf, optimiserDefaults } from '../../src/train/optimiser.ts'
import { runIdentity } from '../../src/train/run-identity.ts'
import { smallGenerator, smallObjectives } from '../../src/train/testing/small-objectives.ts'
import { createTrainer, type TrainingSettings, trainingDefaults } from '../../src/train/trainer.ts'

/**
 * Limits, from what was measured (docs/xla.md) with room for another processor. Gradients differ by float32 rounding.
 * Over 20 steps Adam divides small gradients by their own size and Muon raises small singular values, so rounding grows;
 * `weights` is the largest difference as a share of the largest change of that tensor since the start. `narrow` is for the
 * first loss at bfloat16, where PyTorch rounds the last products too.
 */
const limits = { gradients: 1e-5, readings: 3e-5, weights: 1e-3, narrow: { xla: 1e-2, torch: 2e-2 } }

/** A way to run a runner: its options, and what is set in its environment. */
type Way = { readonly options?: readonly string[]; readonly env?: Readonly<Record<string, string>> }

const oneDevice = { JAX_PLATFORMS: 'cpu', XLA_FLAGS: '' }
const eightDevices = { ...oneDevice, XLA_FLAGS: '--xla_force_host_platform_device_count=8' }
const twoThreads = ['--device', 'cpu', '--threads', '2']
/** The ways of each runner that are compared in float32 and in bfloat16; interruptions happen to the first. */
const runners: Readonly<Record<'xla' | 'torch', { wide: Record<string, Way>; narrow: Record<string, Way> }>> = {
  xla: {
    wide: { 'one device': { env: oneDevice }, 'eight devices': { env: eightDevices } },
    narrow: {
      'plain attention': { options: ['--attention', 'plain'], env: oneDevice },
      'fused attention': { options: ['--attention', 'fused'], env: oneDevice },
    },
  },
  torch: {
    wide: { compiled: { options: twoThreads }, eager: { options: [...twoThreads, '--eager'] } },
    narrow: {
      'compiled, plain attention': { options: [...twoThreads, '--attention', 'plain'] },
      'eager, fused attention': { options: [...twoThreads, '--eager', '--attention', 'fused'] },
    },
  },
}

const { values: told, positionals } = parseArgs({
  allowPositionals: true,
  options: { python: { type: 'string' }, way: { type: 'string', default: '' } },
})
const [named, ...wanted] = positionals
if (named !== 'xla' && named !== 'torch') {
  console.error('usage: node tools/oracle/check-runners.ts xla|torch [--python PYTHON] [--way WORD] [NAME...]')
  process.exit(2)
}
const which: keyof typeof runners = named
const home = fileURLToPath(new URL(`../../runners/${which}/`, import.meta.url))
const python = told.python ?? join(home, '.venv/bin/python')
const runner = join(home, 'train.py')
const gradientsTool = fileURLToPath(new URL('./first_gradients.py', import.meta.url))
const chosen = (all: Record<string, Way>) => Object.entries(all).filter(([name]) => name.includes(told.way))
const wide = chosen(runners[which].wide)
const narrow = chosen(runners[which].narrow)
const usual = wide[0]![1]
const settings: TrainingSettings = {
  ...trainingDefaults,
  steps: 20,
  batchSize: 8,
  warmupSteps: 3,
  peakRate: 5e-3,
  averageDecay: 0.9,
  seed: 3,
}

type Line = Record<string, number>

/** Runs the runner and returns its lines. `at` may send a signal when a line comes. */
async function run(
  folder: string,
  options: readonly string[],
  way: Way = usual,
  at?: (line: Line) => NodeJS.Signals | undefined,
) {
  const child = spawn(python, [runner, folder, '--log-every', '1', ...options, ...(way.options ?? [])], {
    env: { ...process.env, ...way.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: Line[] = []
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line
    lines.push(line)
    const signal = at?.(line)
    if (signal !== undefined) child.kill(signal)
  }
  return { lines, status: await ended }
}

const stepsOf = (lines: readonly Line[]) => lines.filter((line) => line.loss !== undefined)

const engine = createNodeEngine({ threads: 1 })
let failures = 0

function report(what: string, found: number, limit = Number.POSITIVE_INFINITY): void {
  const fine = found <= limit
  if (!fine) failures++
  console.log(
    `  ${what.padEnd(56)} ${found.toExponential(2)}${limit < 1e9 ? ` (limit ${limit})` : ''}${fine ? '' : '  OVER'}`,
  )
}

/** What ONNX Runtime makes of a training. */
async function reference(objective: Objective, own: TrainingSettings) {
  const trainer = await createTrainer(engine, objective, own)
  const reports = []
  while (trainer.step < own.steps) {
    const { loss, gradientNorm, metrics } = await trainer.advance()
    reports.push({ loss, gradientNorm, ...metrics })
  }
  const validation = await trainer.validate()
  const state = (await trainer.state()).tensors
  await trainer.dispose()
  return { reports, validation, state }
}

/** The first step's gradients by `differentiate`, summed over its parts. */
async function firstGradients(
  objective: Objective,
  own: TrainingSettings,
  weights: Weights,
): Promise<Map<string, number[]>> {
  const p = createParameters()
  const { loss } = objective.build(p, own.batchSize)
  const gradients: Record<string, Tensor> = {}
  for (const [name, gradient] of gradientsOf(loss, p)) gradients[`gradient:${name}`] = gradient
  const session = await engine.load(lower(gradients))
  const sums = new Map<string, number[]>()
  for (const batch of batchesOfStep(objective, own, 1)) {
    const given = [...p.all().keys()].map((name) => {
      const { shape, data } = weights.get(`weight:${name}`)!
      return [name, { type: 'float32' as const, shape, data: data.slice() }] as const
    })
    const found = await session.run({ ...batch, ...Object.fromEntries(given) }, { fetch: Object.keys(gradients) })
    for (const name of p.all().keys()) {
      const before = sums.get(name)
      sums.set(
        name,
        Array.from(found[`gradient:${name}`]!.data as Float32Array, (x, i) => x + (before?.[i] ?? 0)),
      )
    }
  }
  await session.dispose()
  return sums
}

/** The largest difference of the weights, as a share of the largest change of their tensor since the start. */
function weightError(found: Weights, expected: Weights, start: Weights): number {
  const errors = [...expected]
    .filter(([name]) => name.startsWith('weight:'))
    .map(([name, { data }]) => {
      const change = (weights: Float32Array) => weights.map((x, i) => x - start.get(name)!.data[i]!)
      return relativeError(change(found.get(name)!.data), change(data))
    })
  return Math.max(...errors)
}

function readingError(lines: readonly Line[], reports: readonly Record<string, number>[]): number {
  if (lines.length !== reports.length) return Number.POSITIVE_INFINITY
  const errors = reports.flatMap((expected, i) =>
    Object.entries(expected).map(([name, x]) => Math.abs(lines[i]![name]! - x) / Math.max(1, Math.abs(x))),
  )
  return Math.max(...errors.map((error) => (Number.isNaN(error) ? Number.POSITIVE_INFINITY : error)))
}

const folder = await mkdtemp(join(tmpdir(), 'neuf-check-runners-'))
const copyOf = async (from: string, name: string): Promise<string> => {
  await cp(from, join(folder, name), { recursive: true })
  return join(folder, name)
}
const checkpointOf = async (at: string, objective: Objective, own: TrainingSettings) =>
  (await readCheckpoint(join(at, `${objective.name}.checkpoint.safetensors`), runIdentity(objective, own)))!

async function compare(title: string, objective: Objective, own: TrainingSettings): Promise<void> {
  console.log(title)
  const start = join(folder, title)
  await exportTraining(objective, own, start, { stepsPerFile: 3 })
  await feedBatches(objective, own, start, { ahead: own.steps })
  const { tensors: initial } = await readTensors(join(start, 'state.safetensors'))
  const expected = await reference(objective, own)
  const gradients = await firstGradients(objective, own, initial)

  const gradientFile = join(folder, `${title}.gradients`)
  const env = { ...process.env, ...usual.env }
  execFileSync(python, [gradientsTool, which, start, gradientFile], { env, stdio: 'inherit' })
  const { tensors: found } = await readTensors(gradientFile)
  const errors = [...gradients].map(([name, data]) => relativeError(found.get(name)?.data ?? [], data))
  report('gradients of the first step, fp32', Math.max(...errors), limits.gradients)

  for (const [where, way] of wide) {
    const at = await copyOf(start, `${title} ${where}`)
    const { lines } = await run(at, ['--precision', 'fp32', '--keep'], way)
    report(
      `readings of ${own.steps} steps, fp32, ${where}`,
      readingError(stepsOf(lines), expected.reports),
      limits.readings,
    )
    const { tensors } = await checkpointOf(at, objective, own)
    report(`weights at the end, fp32, ${where}`, weightError(tensors, expected.state, initial), limits.weights)
    const validated = lines.find(({ validationLoss }) => validationLoss !== undefined)?.validationLoss ?? Number.NaN
    if (objective.validationCount > 0) {
      report(`validation loss, fp32, ${where}`, Math.abs(validated - expected.validation.loss), limits.readings)
    }
    const { tensors: shipped } = await readTensors(join(at, `${objective.name}.safetensors`))
    for (const [name, { data }] of shipped) {
      if (relativeError(data, tensors.get(`average:${name}`)!.data) !== 0) report(`shipped ${name}`, 1, 0)
    }
  }
  for (const [where, way] of narrow) {
    const at = await copyOf(start, `${title} bf16 ${where}`)
    const { lines } = await run(at, ['--precision', 'bf16', '--keep'], way)
    const losses = stepsOf(lines).map(({ loss }, i) => Math.abs(loss! - expected.reports[i]!.loss))
    const [first, last] = [expected.reports[0]!.loss, expected.reports.at(-1)!.loss].map((loss) => loss.toFixed(3))
    report(`loss of the first step (${first}), bf16, ${where}`, losses[0]!, limits.narrow[which])
    report(`loss of any step (the last: ${last}), bf16, ${where}`, Math.max(...losses))
  }
}

/** Killed, started again, stopped, started again, gone on with in ONNX Runtime. */
async function interrupt(objective: Objective, own: TrainingSettings): Promise<void> {
  console.log('interrupted')
  const start = join(folder, 'to interrupt')
  const { snapshot } = await exportTraining(objective, own, start, { stepsPerFile: 3 })
  const straight = await copyOf(start, 'straight')
  await feedBatches(objective, own, straight, { ahead: own.steps })
  await run(straight, ['--precision', 'fp32'])
  const whole = await readFile(join(straight, snapshot))
  const everyStep = ['--precision', 'fp32', '--snapshot-seconds', '0']

  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const at = await copyOf(start, signal)
    // The writer runs beside the runner, and knows nothing of the interruptions.
    const feeding = feedBatches(objective, own, at, { ahead: 2 })
    const marks = [2, 5, 11].map((step) => step + Math.floor(Math.random() * 3))
    let step = 0
    for (const mark of marks) {
      const { lines } = await run(at, everyStep, usual, (line) => (line.step === mark ? signal : undefined))
      step = stepsOf(lines).at(-1)!.step!
    }
    const { tensors, step: saved } = await checkpointOf(at, objective, own)
    await run(at, everyStep)
    await feeding
    const differs = Buffer.compare(await readFile(join(at, snapshot)), whole) === 0 ? 0 : 1
    report(`${signal} after steps ${marks.join(', ')}: state differs`, differs, 0)

    const trainer = await createTrainer(engine, objective, own, { step: saved, tensors })
    while (trainer.step < own.steps) await trainer.advance()
    const { tensors: end } = await trainer.state()
    await trainer.dispose()
    const { tensors: initial } = await readTensors(join(start, 'state.safetensors'))
    const expected = await reference(objective, own)
    report(
      `ONNX Runtime goes on from ${saved} (seen: ${step})`,
      weightError(end, expected.state, initial),
      limits.weights,
    )
  }
}

const adamW = { ...settings, optimiser: { ...optimiserDefaults, muonMomentum: null } }
const checks: Readonly<Record<string, () => Promise<void>>> = {
  ...Object.fromEntries(smallObjectives.map((make) => [make().name, () => compare(make().name, make(), settings)])),
  parts: () => compare('generator in two parts', smallGenerator(), { ...settings, accumulate: 2 }),
  adamW: () => compare('generator with AdamW alone', smallGenerator(), adamW),
  interrupt: () => interrupt(smallGenerator(), settings),
}
for (const [name, check] of Object.entries(checks)) if (wanted.length === 0 || wanted.includes(name)) await check()
await engine.dispose()
await rm(folder, { recursive: true })
console.log(failures === 0 ? 'all within limits' : `${failures} over their limits`)
process.exitCode = failures === 0 ? 0 : 1
