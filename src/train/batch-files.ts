/**
 * A run's batches as files, for a runner that has no objective: raw numbers in a fixed layout, in the order in which
 * the trainer reads them. Files are written ahead of the runner, which removes what it has read.
 */
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { NeufError } from '../errors/errors.ts'
import type { GraphData } from '../graph/graph-data.ts'
import type { ElementType } from '../graph/index.ts'
import { readSafetensorsFile } from '../models/safetensors.ts'
import type { Value } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { fileExists, readTensors } from './checkpoint.ts'
import type { Objective } from './objective.ts'
import { exampleOrder } from './order-of-examples.ts'
import { runIdentity } from './run-identity.ts'
import { drawAt } from './step.ts'
import type { TrainingSettings } from './trainer.ts'
import {
  type BatchInput,
  type BatchLayout,
  type TrainingData,
  trainingFormat,
  trainingVersion,
} from './training-data.ts'

const elementBytes: Readonly<Record<ElementType, number>> = { float32: 4, int32: 4, int64: 8, uint8: 1, bool: 1 }

/** Batches begin at multiples of this, so that any element type can be read where it lies. */
const alignment = 8

/** Inputs of a graph by whether they change with the batch; `batchAxes` says along which axis. */
export function batchLayout(inputs: GraphData['inputs'], batchAxes: ReadonlyMap<string, number>): BatchLayout {
  const own = inputs.filter(({ name }) => batchAxes.has(name))
  let place = 0
  const placed = own
    .toSorted((a, b) => elementBytes[b.type] - elementBytes[a.type])
    .map(({ name, type, shape }) => {
      const bytes = (shape as number[]).reduce((product, size) => product * size, elementBytes[type])
      const offset = place
      place += bytes
      return { name, type, shape: shape as number[], batchAxis: batchAxes.get(name)!, offset, bytes }
    })
  return { inputs: placed, bytes: Math.ceil(place / alignment) * alignment }
}

/** A value's bytes, checked against what the graph reads. @throws RangeError */
export function bytesOf(
  batch: Readonly<Record<string, Value>>,
  wanted: Pick<BatchInput, 'name' | 'type' | 'shape'>,
): Uint8Array {
  const { name, type, shape } = wanted
  const value = batch[name]
  const expected = shape.reduce((product, size) => product * size, elementBytes[type])
  const bytes = value && new Uint8Array(value.data.buffer, value.data.byteOffset, value.data.byteLength)
  if (value?.type !== type || value.shape.join() !== shape.join() || bytes?.byteLength !== expected) {
    throw new RangeError(`the batch's "${name}" is not ${type}[${shape.join(', ')}]`)
  }
  return bytes
}

/** A batch in its layout. */
export function encodeBatch(batch: Readonly<Record<string, Value>>, layout: BatchLayout): Uint8Array {
  const encoded = new Uint8Array(layout.bytes)
  for (const input of layout.inputs) encoded.set(bytesOf(batch, input), input.offset)
  return encoded
}

/** What the trainer reads at a step, part by part. */
export function* batchesOfStep(
  objective: Objective,
  settings: TrainingSettings,
  step: number,
  order = exampleOrder(objective.count, settings.seed),
): Generator<Record<string, Value>> {
  for (let part = 0; part < settings.accumulate; part++) {
    const draw = drawAt(step, part, settings)
    yield objective.batch(order(draw, settings.batchSize), draw)
  }
}

const pattern = /^batches-(\d{5,})\.(bin|read)$/
const fileName = (index: number): string => `batches-${String(index).padStart(5, '0')}.bin`

/** `training.json` of a folder that `exportTraining` wrote. @throws NeufError `file-missing`, `file-unreadable` */
export async function readTrainingData(folder: string): Promise<TrainingData> {
  const path = join(folder, 'training.json')
  const todo = 'Name a folder that neuf train --export wrote.'
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error, todo)
  })
  let data: Partial<TrainingData> | null = null
  try {
    data = JSON.parse(text)
  } catch {}
  if (data?.format === trainingFormat && data.version === trainingVersion) return data as TrainingData
  throw new NeufError('file-unreadable', { path, why: `it is not ${trainingFormat} ${trainingVersion}`, todo })
}

/**
 * Opens an exported training for writing: the function returned writes batch file number i, which holds the steps
 * `i * stepsPerFile + 1` to `(i + 1) * stepsPerFile`, or to the last step. Throws `run-other-settings` where the folder
 * holds another training, RangeError where an input that should be the same at every step is not.
 */
async function batchWriter(objective: Objective, settings: TrainingSettings, folder: string) {
  const { identity, batches, fixedInputs, constants, steps } = await readTrainingData(folder)
  if (identity !== runIdentity(objective, settings)) throw new NeufError('run-other-settings', { path: folder })
  const order = exampleOrder(objective.count, settings.seed)
  const { tensors } = await readSafetensorsFile(join(folder, constants))
  const checkFixed = (batch: Record<string, Value>): void => {
    for (const input of fixedInputs) {
      if (Buffer.compare(bytesOf(batch, input), tensors.get(input.stored)!.data) === 0) continue
      throw new RangeError(`"${input.name}" has no batch axis, and it changes`)
    }
  }
  function* pieces(index: number): Generator<Uint8Array> {
    const end = Math.min((index + 1) * batches.stepsPerFile, steps)
    for (let step = index * batches.stepsPerFile + 1; step <= end; step++) {
      for (const batch of batchesOfStep(objective, settings, step, order)) {
        checkFixed(batch)
        yield encodeBatch(batch, batches)
      }
    }
  }
  // Not flushed: after a power cut they can be made again.
  return (index: number) => atomicWrite(join(folder, fileName(index)), pieces(index), { flush: false })
}

/** Writes batch files number `first` up to `first + count` of an exported training. Throws as `batchWriter` does. */
export async function writeBatches(
  objective: Objective,
  settings: TrainingSettings,
  folder: string,
  { first, count }: { readonly first: number; readonly count: number },
): Promise<void> {
  const write = await batchWriter(objective, settings, folder)
  for (let index = first; index < first + count; index++) await write(index)
}

/** Which of several writers of one training this is, 0 to `of` - 1: it writes every `of`-th file. */
export type FeedingShare = { readonly index: number; readonly of: number }

/** Batch files of a share: the number of the last one written, read or not, and how many wait to be read. */
async function filesIn(
  folder: string,
  share: FeedingShare,
): Promise<{ readonly last: number | undefined; readonly waiting: number }> {
  const found = (await readdir(folder)).flatMap((name) => {
    const [, index, state] = pattern.exec(name) ?? []
    return Number(index) % share.of === share.index ? [{ index: Number(index), state }] : []
  })
  const last = found.length === 0 ? undefined : Math.max(...found.map(({ index }) => index))
  return { last, waiting: found.filter(({ state }) => state === 'bin').length }
}

/** What a writer that was killed left of files of its share. */
async function removeUnfinished(folder: string, share: FeedingShare): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, index] = /^\.batches-(\d+)\.bin\..*\.tmp$/.exec(name) ?? []
    if (Number(index) % share.of === share.index) await rm(join(folder, name), { force: true })
  }
}

export type FeedingOptions = {
  /** At most so many files of this share wait unread at a time. */
  readonly ahead: number
  readonly share?: FeedingShare
  readonly signal?: AbortSignal
  /** Hears of every file that is written, and how many there will be. */
  readonly onFile?: (index: number, files: number) => void
}

/**
 * Writes batch files until the last step's is there; goes on after those that are there, or from the snapshot's step.
 * Several writers, each with its own share, can feed one training. Returns early when the signal fires. Throws as
 * `batchWriter` does.
 */
export async function feedBatches(
  objective: Objective,
  settings: TrainingSettings,
  folder: string,
  { ahead, share = { index: 0, of: 1 }, signal, onFile }: FeedingOptions,
): Promise<void> {
  const { steps, batches, snapshot, start } = await readTrainingData(folder)
  const write = await batchWriter(objective, settings, folder)
  await removeUnfinished(folder, share)
  const path = join(folder, snapshot)
  const step = (await fileExists(path)) ? Number((await readTensors(path)).about.step) : start
  const files = Math.ceil(steps / batches.stepsPerFile)
  let next = Math.max((await filesIn(folder, share)).last ?? -1, Math.floor(step / batches.stepsPerFile) - 1) + 1
  while (next % share.of !== share.index) next++
  while (next < files && !signal?.aborted) {
    if ((await filesIn(folder, share)).waiting < ahead) {
      await write(next)
      onFile?.(next, files)
      next += share.of
    } else await wait(100)
  }
}
