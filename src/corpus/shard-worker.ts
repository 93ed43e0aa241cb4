/** A worker thread that draws what it is told to, one task at a time: a shard of a corpus on disk, or single scenes. */
import { parentPort, workerData } from 'node:worker_threads'
import { NeufError } from '../errors/errors.ts'
import type { Picture } from './corpus.ts'
import type { ScenesInfo } from './format.ts'
import { drawRecord, sceneRecord, writeShard } from './shard.ts'
import type { Art } from './sprite.ts'

export type WorkerSettings = { readonly info: ScenesInfo; readonly art: Art }
export type WorkerTask =
  | { readonly kind: 'shard'; readonly folder: string; readonly shard: number }
  | { readonly kind: 'scenes'; readonly indices: readonly number[] }
export type WorkerReport =
  | { readonly kind: 'made'; readonly scenes: number }
  | { readonly kind: 'shard'; readonly shard: number }
  | { readonly kind: 'scenes'; readonly pictures: readonly (Picture & { readonly index: number })[] }
  | { readonly kind: 'fault'; readonly code: string; readonly details: unknown; readonly message: string }

const { info, art } = workerData as WorkerSettings
const report = (message: WorkerReport): void => parentPort!.postMessage(message)

parentPort!.on('message', async (task: WorkerTask) => {
  try {
    if (task.kind === 'shard') {
      await writeShard(task.folder, info, art, task.shard, (scenes) => report({ kind: 'made', scenes }))
      report({ kind: 'shard', shard: task.shard })
    } else {
      const pictures = task.indices.map((index) => ({ index, ...drawRecord(info, art, sceneRecord(info, index)) }))
      report({ kind: 'scenes', pictures })
    }
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
