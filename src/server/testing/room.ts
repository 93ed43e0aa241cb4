/** An engine room with a small model of random weights, in a folder of its own; on PostgreSQL where DATABASE_URL names one. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallModel, writeRandomModel } from '../../families/testing/random-model.ts'
import { type EngineRoom, type EngineRoomSettings, openEngineRoom } from '../engine-room.ts'
import { isFinished, type Job } from '../job.ts'
import type { Jobs } from '../jobs.ts'
import { offerModels } from '../models.ts'
import { openPostgres } from '../store/postgres.ts'

export const databaseUrl = process.env.DATABASE_URL

export type TestFolder = { readonly folder: string; readonly model: string; readonly schema: string }

/** A folder with a model in it, and a name that no other test uses. */
export async function makeTestFolder(): Promise<TestFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'neuf-server-'))
  const model = join(folder, 'models', 'random')
  await writeRandomModel(model, smallModel, 1)
  return { folder, model, schema: `test_${randomUUID().replaceAll('-', '').slice(0, 12)}` }
}

export async function removeTestFolder({ folder, schema }: TestFolder): Promise<void> {
  if (databaseUrl !== undefined) {
    const db = await openPostgres(databaseUrl, schema)
    await db.query(`drop schema if exists ${schema} cascade`)
    await db.query(`drop schema if exists ${schema}_boss cascade`)
    await db.close()
  }
  rmSync(folder, { recursive: true, force: true })
}

export async function openTestRoom(
  { folder, model, schema }: TestFolder,
  change: Partial<EngineRoomSettings> = {},
): Promise<EngineRoom> {
  return openEngineRoom({
    models: await offerModels([model], { environment: {}, folder }),
    data: join(folder, 'data'),
    databaseUrl,
    schema,
    queueSeconds: 600,
    keepSeconds: 3600,
    draw: true,
    threads: 1,
    atOnce: 4,
    log: (what, error) => console.error(what, error),
    ...change,
  })
}

/** Waits until a job has come to its end. */
export async function finished(jobs: Jobs, id: string): Promise<Job> {
  for await (const _ of jobs.watch(id, { after: 0, signal: new AbortController().signal }));
  const job = await jobs.read(id)
  if (!isFinished(job.state)) throw new Error(`the job is ${job.state}`)
  return job
}
