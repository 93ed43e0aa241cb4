/** What tells whose a run's files are, so that results of another are not taken for its own. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite, makeFolder } from '../storage/atomic-write.ts'
import { fileExists } from './checkpoint.ts'
import type { Objective } from './objective.ts'
import type { TrainingSettings } from './trainer.ts'

/** Runs with the same text go on from each other's checkpoints. */
export const runIdentity = ({ name, count }: Pick<Objective, 'name' | 'count'>, training: TrainingSettings): string =>
  JSON.stringify({ objective: name, count, training })

/**
 * Makes the folder and writes into it what the run is of, or checks that the one begun there is of the same.
 * @throws NeufError `run-other-settings`, `file-unwritable`
 */
export async function claimRun(folder: string, what: Readonly<Record<string, unknown>>): Promise<void> {
  const mine = `${JSON.stringify(what, null, 2)}\n`
  const path = join(folder, 'run.json')
  if (await fileExists(path)) {
    if ((await readFile(path, 'utf8')) !== mine) throw new NeufError('run-other-settings', { path })
    return
  }
  await makeFolder(folder)
  await atomicWrite(path, mine)
}
