/** Takes back what another runner made of an exported training, so that its run goes on from it. */
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { readTrainingData } from './batch-files.ts'
import { fileExists, readTensors, writeCheckpoint, writeResult } from './checkpoint.ts'
import type { Weights } from './initial-weights.ts'
import { readSnapshotPieces, type SnapshotEncoding } from './snapshot-pieces.ts'

/** A state that came back. */
type Returned = {
  readonly name: string
  readonly identity: string
  readonly step: number
  readonly steps: number
  readonly state: Weights
  readonly encoding: SnapshotEncoding
  readonly log: readonly string[]
}

/** Where a run keeps a training's result, unfinished state and log, and what its files say whose they are. */
export type TrainingPlaces = {
  readonly identity: string
  readonly result: string
  readonly checkpoint: string
  readonly log: string
}

export type Imported = Pick<Returned, 'name' | 'step' | 'steps' | 'encoding'> & {
  /** What was written: the training's result, or its checkpoint where it is not at its end. */
  readonly path: string
}

/**
 * Takes the newest state in `folder`, an exported training with a runner's snapshot or a snapshot in pieces, into a run's
 * folder: as the training's result where its last step was made or `finish` says that it was enough, else as its
 * checkpoint. `placesOf` says where a training of that name goes, undefined where the run has none. Neither the corpus nor
 * earlier stages are needed.
 * @throws NeufError `file-missing` or `file-unreadable` where nothing can be taken, `run-other-settings` for another run's
 *   training, `stage-trained` where the run is further already
 */
export async function importTraining(
  folder: string,
  placesOf: (name: string) => TrainingPlaces | undefined,
  { finish = false } = {},
): Promise<Imported> {
  const { name, identity, step, steps, state, encoding, log } = await readReturned(folder)
  const places = placesOf(name)
  if (places?.identity !== identity) throw new NeufError('run-other-settings', { path: folder })
  const { result, checkpoint } = places
  for (const path of [result, checkpoint]) {
    const before = (await fileExists(path)) ? Number((await readTensors(path)).about.step) : 0
    if (before > step) throw new NeufError('stage-trained', { stage: name, path, step: before })
  }
  await makeFolder(dirname(result))
  const lines = linesOf(log, step)
  if (lines.length > 0) await atomicWrite(places.log, lines.map((line) => `${line}\n`).join(''))
  await writeCheckpoint(checkpoint, { step, tensors: state }, identity)
  if (step < steps && !finish) return { name, step, steps, encoding, path: checkpoint }
  const averages = [...state].filter(([tensor]) => tensor.startsWith('average:'))
  const tensors = new Map(averages.map(([tensor, weight]) => [tensor.slice('average:'.length), weight]))
  await writeResult(result, { step, tensors }, identity)
  return { name, step, steps, encoding, path: result }
}

async function readReturned(folder: string): Promise<Returned> {
  const pieces = await readSnapshotPieces(folder)
  if (pieces !== undefined) return { ...pieces.manifest, state: pieces.state }
  const { name, identity, steps, snapshot, state: expected } = await readTrainingData(folder)
  const path = join(folder, snapshot)
  if (!(await fileExists(path))) {
    throw new NeufError('file-missing', { path, todo: 'The runner has written no snapshot yet.' })
  }
  const { tensors: state, about } = await readTensors(path)
  if (about.settings !== identity) throw new NeufError('run-other-settings', { path })
  const wrong = expected.find((tensor) => state.get(tensor.name)?.shape.join() !== tensor.shape.join())
  if (wrong !== undefined || state.size !== expected.length) {
    throw new NeufError('weights-broken', { path, why: `"${wrong?.name ?? 'it'}" is not the training's` })
  }
  const step = Number(about.step)
  // No number is not below the last step: it would pass for the end of the training.
  if (!(Number.isSafeInteger(step) && step >= 0 && step <= steps)) {
    throw new NeufError('weights-broken', { path, why: `its step is none of 0 to ${steps}` })
  }
  const log = await readFile(join(folder, `${name}.jsonl`), 'utf8').catch(() => '')
  return { name, identity, step, steps, state, encoding: 'exact', log: log.split('\n') }
}

/** Lines of readings up to a step, each step's the last time it was made. */
function linesOf(log: readonly string[], step: number): string[] {
  const lines = new Map<string, string>()
  for (const line of log) {
    let reading: Record<string, unknown> | null = null
    try {
      reading = JSON.parse(line)
    } catch {}
    if (reading === null || typeof reading.step !== 'number' || reading.step > step) continue
    const kind = ['loss', 'validationLoss'].find((name) => reading[name] !== undefined)
    if (kind !== undefined) lines.set(`${kind} ${reading.step}`, line)
  }
  return [...lines.values()].sort((a, b) => JSON.parse(a).step - JSON.parse(b).step)
}
