/**
 * The daemon of a stage on a lent machine: `node supervise.ts HOME`. Exports the training, keeps feeders and the runner
 * going, and cuts every snapshot into pieces. Whatever is killed, itself included, the next start goes on from the last
 * snapshot.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { atomicWrite } from '../../src/storage/atomic-write.ts'
import { readTrainingData } from '../../src/train/batch-files.ts'
import { fileExists, readTensors, writeCheckpoint } from '../../src/train/checkpoint.ts'
import {
  readSnapshotPieces,
  removeSnapshot,
  type SnapshotManifest,
  snapshotSteps,
  writeSnapshotPieces,
} from '../../src/train/snapshot-pieces.ts'
import type { TrainingData } from '../../src/train/training-data.ts'
import { endOwnProcesses, mark, ownProcesses } from './own-processes.ts'
import { type Places, placesIn, planOf, type Status } from './places.ts'
import type { Plan } from './plan.ts'

/** A child that fails so often without a new snapshot in between will not be mended by trying again. */
const triesWithoutProgress = 5

/** Arguments of `neuf` for a stage. */
function neuf({ program, art, run }: Places, { recipe, steps, threads }: Plan, ...more: string[]): string[] {
  const lengths = Object.entries(steps).flatMap(([stage, length]) => ['--steps', `${stage}=${length}`])
  const places = ['--art', art, '--run', run, '--threads', String(threads)]
  return [join(program, 'bin/neuf.cjs'), 'train', recipe, ...places, ...lengths, ...more]
}

/** A child process whose output goes to a file. */
function launch(places: Places, command: string, argv: readonly string[], output: string): ChildProcess {
  const out = openSync(output, 'a')
  const log = openSync(places.log, 'a')
  try {
    return spawn(command, argv, { stdio: ['ignore', out, log] })
  } finally {
    closeSync(out)
    closeSync(log)
  }
}

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('exit', resolve))
    : Promise.resolve(child.exitCode)

/** Exports the training where that was not done, and puts a snapshot that came along in its place. */
async function prepare(places: Places, plan: Plan): Promise<TrainingData> {
  await mkdir(places.training, { recursive: true })
  if (!(await fileExists(join(places.training, 'training.json')))) {
    const argv = neuf(places, plan, '--stage', plan.stage, '--export', places.training)
    const status = await ended(launch(places, places.node, argv, places.log))
    if (status !== 0) throw new Error(`the export ended with ${status}`)
  }
  const training = await readTrainingData(places.training)
  const path = join(places.training, training.snapshot)
  const returned = await readSnapshotPieces(places.returned)
  const reached = (await fileExists(path)) ? Number((await readTensors(path)).about.step) : training.start
  if (returned !== undefined && returned.manifest.step > reached) {
    const { step, identity } = returned.manifest
    if (identity !== training.identity) throw new Error('the snapshot that came along is of another training')
    await writeCheckpoint(path, { step, tensors: returned.state }, identity)
    await atomicWrite(join(places.training, `${training.name}.jsonl`), `${returned.manifest.log.join('\n')}\n`)
  }
  return training
}

/** Cuts snapshots into pieces as the runner writes them; the two newest stay, and one that is being fetched. */
function publisher(places: Places, plan: Plan, training: TrainingData) {
  const path = join(places.training, training.snapshot)
  const log = join(places.training, `${training.name}.jsonl`)
  let seen = 0
  let newest: SnapshotManifest | undefined
  return {
    newest: () => newest,
    async publish(): Promise<void> {
      const found = await stat(path).catch(() => undefined)
      if (found === undefined || found.mtimeMs === seen) return
      const { tensors, about } = await readTensors(path)
      const { name, identity, steps, state } = training
      const lines = (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')
      const what = { name, identity, steps, state, step: Number(about.step), log: lines.slice(-2000) }
      const limits = { pieceBytes: plan.pieceBytes, totalBytes: plan.snapshotBytes }
      newest = await writeSnapshotPieces(places.snapshots, what, tensors, limits)
      const pinned = Number(await readFile(places.pinned, 'utf8').catch(() => Number.NaN))
      for (const step of (await snapshotSteps(places.snapshots)).slice(2)) {
        if (step !== pinned) await removeSnapshot(places.snapshots, step)
      }
      seen = found.mtimeMs
    },
  }
}

async function supervise(home: string): Promise<number> {
  const places = placesIn(home)
  const plan = await planOf(places)
  await mkdir(places.snapshots, { recursive: true })
  if (!(await fileExists(places.started))) await atomicWrite(places.started, String(Date.now()))
  const deadline = Number(await readFile(places.started, 'utf8')) + plan.minutes * 60_000
  const asked: NodeJS.Signals[] = []
  process.on('SIGTERM', (signal) => asked.push(signal))

  let restarts = 0
  const report = async (state: Status['state'], why: string, snapshot?: SnapshotManifest, last = ''): Promise<void> => {
    const pieces = snapshot?.pieces.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0
    const status: Status = {
      ...{ state, why, pid: process.pid, restarts, last },
      minutesLeft: Math.round((deadline - Date.now()) / 6000) / 10,
      snapshot: snapshot ? { step: snapshot.step, encoding: snapshot.encoding, bytes: pieces } : null,
    }
    await atomicWrite(places.status, JSON.stringify(status), { flush: false })
  }

  await report('preparing', '')
  const training = await prepare(places, plan)
  const { publish, newest } = publisher(places, plan, training)
  await publish()
  const output = join(places.training, `${training.name}.jsonl`)
  const options = ['--snapshot-seconds', String(plan.snapshotSeconds), ...plan.runner]
  const children = [
    {
      what: 'runner',
      start: () =>
        launch(
          places,
          plan.python,
          [join(places.program, 'runners/xla/train.py'), places.training, ...options],
          output,
        ),
    },
    ...Array.from({ length: plan.feeders }, (_, i) => {
      const feed = ['--feed', places.training, '--share', `${i + 1}/${plan.feeders}`, '--ahead', String(plan.ahead)]
      return {
        what: `feeder ${i + 1}`,
        start: () => launch(places, places.node, neuf(places, plan, ...feed), places.log),
      }
    }),
  ].map((one) => ({ ...one, child: one.start(), tries: 0, step: newest()?.step ?? 0 }))

  const last = async () => (await readFile(output, 'utf8').catch(() => '')).trimEnd().split('\n').at(-1) ?? ''
  let stopping = false
  for (;;) {
    await publish()
    await report('training', stopping ? 'stopping' : '', newest(), await last())
    if (!stopping && (asked.length > 0 || Date.now() > deadline)) {
      stopping = true
      // It writes a snapshot before it ends.
      children[0]!.child.kill('SIGTERM')
    }
    for (const one of children) {
      const { exitCode, signalCode } = one.child
      if (exitCode === null && signalCode === null) continue
      if (one.what === 'runner') await publish()
      const trained = newest()?.step === training.steps
      if (one.what === 'runner' && (stopping || (exitCode === 0 && trained))) {
        for (const { child } of children) child.kill('SIGKILL')
        const why = trained ? 'trained' : asked.length > 0 ? 'stopped' : 'out of time'
        await report('ended', why, newest(), await last())
        return 0
      }
      if (stopping || (exitCode === 0 && one.what !== 'runner')) continue
      const reached = newest()?.step ?? 0
      one.tries = reached > one.step ? 1 : one.tries + 1
      one.step = reached
      restarts++
      if (one.tries > triesWithoutProgress)
        throw new Error(`${one.what} ends with ${exitCode ?? signalCode} every time`)
      one.child = one.start()
    }
    await wait(500)
  }
}

if (import.meta.main) {
  const home = process.argv[2]!
  if (process.env[mark] !== home) throw new Error(`start it with: host start ${home}`)
  // What an earlier daemon left running would write the same files.
  await endOwnProcesses(home)
  try {
    process.exitCode = await supervise(home)
  } catch (fault) {
    console.error(fault)
    const why = fault instanceof Error ? fault.message : String(fault)
    const status = { state: 'failed', why, pid: process.pid, restarts: 0, minutesLeft: 0, snapshot: null, last: '' }
    await atomicWrite(placesIn(home).status, JSON.stringify(status))
    process.exitCode = 1
  } finally {
    if ((await ownProcesses(home)).length > 0) await endOwnProcesses(home)
  }
}
