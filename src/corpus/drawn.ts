/** A corpus that is nowhere stored: scenes, captions and pictures are functions of the index, made when they are asked for. */
import { type Picture, requireIndex, type SceneCorpus } from './corpus.ts'
import { startThreads } from './drawing-threads.ts'
import type { SceneRecord, ScenesInfo } from './format.ts'
import { drawRecord, sceneRecord } from './shard.ts'
import type { Art } from './sprite.ts'

export type DrawnSettings = {
  /** All that the scenes show, at the side of the pictures: from `readArt`. */
  readonly art: Art
  /** From `scenesInfo`. */
  readonly info: ScenesInfo
  /** Worker threads that draw ahead; none unless given, and then `prefetch` draws nothing. */
  readonly threads?: number
  /** Memory for pictures that were drawn, in bytes; 256 MB unless given. */
  readonly memory?: number
}

export type DrawnCorpus = SceneCorpus & {
  /**
   * Draws on the worker threads what of these is not in memory, each thread its share; afterwards `pixels` and `alpha` have
   * them at once. Ask for no more than `memory` holds. Rejects with what a thread threw.
   */
  prefetch(indices: readonly number[]): Promise<void>
}

/** Records kept: objectives ask for one several times in a row. Each is about 2 KB. */
const recordsKept = 1024
const defaultMemory = 256 << 20

/** Fewer scenes than this to a message would cost as much to send as to draw. */
const scenesAtOnce = 8

/** The same records and pixels, byte for byte, as `buildCorpus` of the same settings stores and `openCorpus` reads. */
export function openDrawnCorpus({ art, info, threads = 0, memory = defaultMemory }: DrawnSettings): DrawnCorpus {
  const records = lastUsed<SceneRecord>(recordsKept)
  const pictures = lastUsed<Picture>(Math.max(1, Math.floor(memory / (info.side * info.side * (info.alpha ? 4 : 3)))))
  const pool = threads > 0 ? startThreads(threads, { info, art }) : undefined
  const record = (index: number): SceneRecord => {
    requireIndex(index, info)
    return records.get(index) ?? records.set(index, sceneRecord(info, index))
  }
  const picture = (index: number): Picture => {
    const known = record(index)
    return pictures.get(index) ?? pictures.set(index, drawRecord(info, art, known))
  }
  return {
    side: info.side,
    count: info.count,
    info,
    record,
    pixels: (index) => picture(index).pixels.slice(),
    alpha: (index) => picture(index).alpha?.slice() ?? null,
    async prefetch(indices) {
      for (const index of indices) requireIndex(index, info)
      if (pool === undefined) return
      const missing = [...new Set(indices)].filter((index) => pictures.get(index) === undefined)
      const size = Math.max(scenesAtOnce, Math.ceil(missing.length / threads))
      const parts = Array.from({ length: Math.ceil(missing.length / size) }, (_, k) =>
        missing.slice(k * size, (k + 1) * size),
      )
      await Promise.all(
        parts.map(async (part) => {
          const drawn = await pool.run({ kind: 'scenes', indices: part })
          if (drawn.kind !== 'scenes') return
          for (const { index, pixels, alpha } of drawn.pictures) pictures.set(index, { pixels, alpha })
        }),
      )
    },
    dispose: () => void pool?.dispose(),
  }
}

/** Keeps the values that were used last. */
function lastUsed<V>(most: number): { get(key: number): V | undefined; set(key: number, value: V): V } {
  const kept = new Map<number, V>()
  return {
    get(key) {
      const value = kept.get(key)
      if (value !== undefined) {
        kept.delete(key)
        kept.set(key, value)
      }
      return value
    },
    set(key, value) {
      kept.delete(key)
      kept.set(key, value)
      if (kept.size > most) kept.delete(kept.keys().next().value!)
      return value
    },
  }
}
