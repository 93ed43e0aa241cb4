/** A worker thread that makes the shards it is told to, one at a time. */
import { parentPort, workerData } from 'node:worker_threads'
import { NeufError } from '../errors/errors.ts'
import type { CorpusInfo } from './format.ts'
import { writeShard } from './shard.ts'
import type { Art } from './sprite.ts'

export type WorkerSettings = { readonly folder: string; readonly info: CorpusInfo; readonly art: Art }
export type WorkerReport =
  | { readonly kind: 'scenes'; readonly made: number }
  | { readonly kind: 'shard'; readonly shard: number }
  | { readonly kind: 'fault'; readonly code: string; readonly details: unknown; readonly message: string }

const { folder, info, art } = workerData as WorkerSettings
const report = (message: WorkerReport): void => parentPort!.postMessage(message)

parentPort!.on('message', async (shard: number) => {
  try {
    await writeShard(folder, info, art, shard, (made) => report({ kind: 'scenes', made }))
    report({ kind: 'shard', shard })
  } catch (cause) {
    const known = cause instanceof NeufError
    report({
      kind: 'fault',
      code: known ? cause.code : '',
      details: known ? cause.details : null,
      message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause),
    })
  }
})
