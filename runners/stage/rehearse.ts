/**
 * A whole stage on a lent machine, rehearsed here on the CPU: packed, unpacked in an empty environment, started, killed
 * at random, moved to a fresh folder from its pieces, resumed, brought back, and the model packed and drawn with.
 *
 *     node runners/stage/rehearse.ts PYTHON [--art FOLDER] [--steps N] [--kills N] [--keep]
 *
 * PYTHON has JAX (`runners/xla/install`). Exits with 1 where the disturbed run's state differs from an undisturbed one's
 * in any bit. The last line is a summary as JSON.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { snapshotSteps } from '../../src/train/snapshot-pieces.ts'
import { kill, ownProcesses } from './own-processes.ts'
import { pack } from './pack.ts'
import type { Status } from './places.ts'
import { readPlan } from './plan.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    art: { type: 'string', default: '../shared/art' },
    steps: { type: 'string', default: '300' },
    kills: { type: 'string', default: '6' },
    keep: { type: 'boolean', default: false },
  },
})
const [steps, kills] = [Number(values.steps), Number(values.kills)]
const python = resolve(positionals[0] ?? fileURLToPath(new URL('../xla/.venv/bin/python', import.meta.url)))
const art = resolve(values.art)
const folder = await mkdtemp(join(tmpdir(), 'neuf-rehearsal-'))
const at = (...parts: string[]) => join(folder, ...parts)
const host = fileURLToPath(new URL('./host', import.meta.url))
const program = fileURLToPath(new URL('../../bin/neuf.cjs', import.meta.url))
const began = Date.now()
const say = (...what: unknown[]) => console.log(`${((Date.now() - began) / 1000).toFixed(0).padStart(5)} s `, ...what)

/** Nothing of this machine's set-up: no Node, no home folder. */
const bare = { PATH: '/usr/bin:/bin', JAX_PLATFORMS: 'cpu' }
const call = (...argv: string[]): string =>
  execFileSync(host, argv, { env: bare, cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const statusOf = (home: string) => JSON.parse(call('status', home)) as Status & { processes: number }

// Short trainings; every call for this run names them.
const lengths = { 'image-tokenizer': 30, generator: steps, scorer: 30 }
const named = Object.entries(lengths).flatMap(([stage, length]) => ['--steps', `${stage}=${length}`])
function neuf(...argv: string[]): void {
  const places = ['--art', art, '--run', at('run'), '--threads', '1']
  const { status } = spawnSync(process.execPath, [program, 'train', 'skeleton', ...places, ...named, ...argv], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`neuf train ${argv.join(' ')} ended with ${status}`)
}

/** Takes pieces in two loads, as calls of limited size would bring them. */
async function unpack(pieces: string, home: string, snapshot?: string): Promise<void> {
  const files = (await readdir(pieces)).sort()
  const half = Math.ceil(files.length / 2)
  for (const [i, load] of [files.slice(0, half), files.slice(half)].entries()) {
    const part = `${home}-load-${i}`
    await mkdir(part)
    for (const file of load) await copyFile(join(pieces, file), join(part, file))
    for (const file of i === 0 && snapshot !== undefined ? await readdir(snapshot) : []) {
      await copyFile(join(snapshot!, file), join(part, file))
    }
    say(call('take', part, home).trim())
    await rm(part, { recursive: true })
  }
}

/** Brings the newest snapshot, in as many sets as it has. */
function fetchAll(home: string, out: string): void {
  for (let set = 0, sets = 1; set < sets; set++) sets = JSON.parse(call('fetch', home, out, String(set))).sets ?? 0
}

async function untilStep(home: string, step: number): Promise<void> {
  for (;;) {
    const { state, why, snapshot } = statusOf(home)
    if (state === 'failed') throw new Error(`the daemon failed: ${why}`)
    if (state === 'ended' || (snapshot?.step ?? 0) >= step) return
    await wait(300)
  }
}

/** Kills one process of the daemon, or all of them. Returns which. */
async function killOne(home: string): Promise<string> {
  const running = await ownProcesses(home)
  const named = await Promise.all(
    running.map(async (pid) => [pid, await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')] as const),
  )
  const of = (word: string) => named.filter(([, line]) => line.includes(word)).map(([pid]) => pid)
  const groups = { supervisor: of('supervise.ts'), runner: of('train.py'), feeder: of('--feed'), all: running }
  const [name, pids] = Object.entries(groups)[randomInt(4)]!
  for (const pid of name === 'feeder' ? pids.slice(0, 1) : pids) kill(pid, 'SIGKILL')
  return name
}

const home = { straight: at('straight'), disturbed: at('disturbed'), moved: at('moved') }
try {
  say('the run up to the stage, on the engine')
  neuf('--stage', 'image-tokenizer', '--export', at('tokenizer'))
  neuf('--feed', at('tokenizer'), '--ahead', '100')
  execFileSync(python, [fileURLToPath(new URL('../xla/train.py', import.meta.url)), at('tokenizer')], {
    env: { ...process.env, JAX_PLATFORMS: 'cpu' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  neuf('--import', at('tokenizer'))

  const plan = {
    ...(await readPlan(fileURLToPath(new URL('./plans/skeleton-generator.json', import.meta.url)))),
    ...{
      steps: lengths,
      python,
      minutes: 600,
      snapshotSeconds: 1,
      runner: ['--log-every', '5', '--validate-every', '50'],
    },
    // Small, so that there are several.
    ...{ sentPieceBytes: 40e6, pieceBytes: 1e6, fetchBytes: 4e6 },
  }
  const pieces = await pack({ plan, out: at('pieces'), art, run: at('run') })
  say('packed', pieces.map(({ file, bytes }) => `${file} ${(bytes / 1e6).toFixed(1)} MB`).join(', '))

  await unpack(at('pieces'), home.straight)
  call('start', home.straight)
  await untilStep(home.straight, steps)
  while (statusOf(home.straight).state !== 'ended') await wait(300)
  say('undisturbed:', JSON.stringify(statusOf(home.straight)))

  await unpack(at('pieces'), home.disturbed)
  call('start', home.disturbed)
  let current = home.disturbed
  const killed: string[] = []
  for (let i = 0; i < kills; i++) {
    await untilStep(current, Math.floor(((i + 0.5) * steps) / (kills + 1)))
    await wait(randomInt(1500))
    const victim = await killOne(current)
    killed.push(`${victim} at ${statusOf(current).snapshot?.step ?? 0}`)
    say('killed', killed.at(-1))
    if (i === Math.floor(kills / 2)) {
      // The machine is lost; what was fetched before goes to a fresh one.
      fetchAll(current, at('fetched'))
      const { snapshot } = statusOf(current)
      for (const pid of await ownProcesses(current)) kill(pid, 'SIGKILL')
      await unpack(at('pieces'), home.moved, at('fetched'))
      current = home.moved
      say('moved to a fresh folder at', snapshot?.step)
      call('start', current)
    } else if (victim === 'supervisor' || victim === 'all') call('start', current)
  }
  await untilStep(current, steps)
  while (statusOf(current).state !== 'ended') await wait(300)
  say('disturbed:', JSON.stringify(statusOf(current)))
  call('attend', current, at('out'), '5')
  fetchAll(current, at('out'))
  const out = await readdir(at('out'))
  const largest = Math.max(...(await Promise.all(out.map(async (file) => (await stat(at('out', file))).size))))
  say('came back:', out.join(', '))

  const state = 'training/generator.checkpoint.safetensors'
  const [straight, disturbed] = await Promise.all([home.straight, current].map((one) => readFile(join(one, state))))
  const equal = straight!.equals(disturbed!)
  say(equal ? 'the states are equal, bit for bit' : 'THE STATES DIFFER')

  neuf('--import', at('out'))
  neuf('--precision', 'fp32')
  const drawn = spawnSync(
    process.execPath,
    [
      program,
      'generate',
      'a red apple',
      '--model',
      at('run/model'),
      '--candidates',
      '9',
      '--seed',
      '1',
      '--out',
      at('drawn.png'),
    ],
    { stdio: 'inherit' },
  )
  const summary = {
    ...{ steps, killed, equal, seconds: Math.round((Date.now() - began) / 1000) },
    ...{
      sent: pieces.map(({ bytes }) => bytes),
      cameBack: out.length,
      largest,
      snapshots: await snapshotSteps(at('out')),
    },
    ...{ model: (await readdir(at('run/model'))).length, drew: drawn.status === 0 },
  }
  console.log(JSON.stringify(summary))
  process.exitCode = equal && drawn.status === 0 ? 0 : 1
} finally {
  for (const one of Object.values(home)) for (const pid of await ownProcesses(one)) kill(pid, 'SIGKILL')
  if (values.keep) say('kept in', folder)
  else await rm(folder, { recursive: true, force: true })
}
