/** A run's state on disk: one safetensors file, replaced whole. */
import { access } from 'node:fs/promises'
import { NeufError } from '../errors/errors.ts'
import { readSafetensorsFile, writeSafetensors } from '../models/safetensors.ts'
import { packWeights, type Weights as StoredWeights, unpackWeights } from '../models/weights.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import type { Weights } from './initial-weights.ts'
import type { TrainingState } from './starting-state.ts'

/** Writes weights with text about them, under a name that never points at half a file. */
export async function writeTensors(path: string, tensors: StoredWeights, about: Record<string, string>): Promise<void> {
  await atomicWrite(path, writeSafetensors(packWeights(tensors, { precision: 'fp32' }), about))
}

export async function readTensors(
  path: string,
): Promise<{ tensors: Weights; about: Readonly<Record<string, string>> }> {
  const file = await readSafetensorsFile(path)
  return { tensors: unpackWeights(file, path) as Weights, about: file.metadata }
}

export const fileExists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

export const writeCheckpoint = (path: string, { step, tensors }: TrainingState, settings: string): Promise<void> =>
  writeTensors(path, tensors, { step: String(step), settings })

/** The state at `path`, or undefined where there is none. Throws `run-other-settings` if it is of another run. */
export async function readCheckpoint(path: string, settings: string): Promise<TrainingState | undefined> {
  if (!(await fileExists(path))) return undefined
  const { tensors, about } = await readTensors(path)
  if (about.settings !== settings) throw new NeufError('run-other-settings', { path })
  return { step: Number(about.step), tensors }
}

/** What a run ended with, its averaged weights, or undefined. Throws `run-other-settings` if it is of another run. */
export async function readResult(path: string, settings: string): Promise<Weights | undefined> {
  if (!(await fileExists(path))) return undefined
  const { tensors, about } = await readTensors(path)
  if (about.settings !== settings) throw new NeufError('run-other-settings', { path })
  return tensors
}

/** Writes what `readResult` reads. */
export const writeResult = (path: string, { step, tensors }: TrainingState, settings: string): Promise<void> =>
  writeTensors(path, tensors, { step: String(step), settings })
