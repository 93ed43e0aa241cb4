/** Writes the shards of a corpus whose length is not known before its end: all under other names until it is complete. */
import { createHash } from 'node:crypto'
import { appendFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { atomicWrite } from '../../storage/atomic-write.ts'
import { cannotWrite } from '../../storage/file-fault.ts'
import type { Picture } from '../corpus.ts'
import type { Fit, PictureRecord, PicturesInfo } from '../format.ts'
import { corpusFormat, picturesIn, shardCount, shardFiles, shardSizeOf } from '../format.ts'

export type ShardWriter = {
  /** Takes the next picture; a full shard goes to the disk. */
  add(picture: Picture): Promise<void>
  /** Adds to report.jsonl. */
  report(lines: string): Promise<void>
  /** Writes what is left and gives everything its name, `corpus.json` last. There must be a record for each picture. */
  finish(fit: Fit, records: readonly PictureRecord[]): Promise<PicturesInfo>
  /** The report alone takes its name: there is no corpus. Returns its path. */
  finishReport(): Promise<string>
  /** Removes what is unfinished. To be called in the end, whatever happened. */
  dispose(): Promise<void>
}

/** Where a corpus lies while it is made: a folder in its own, so that nothing is ever written elsewhere. */
const unfinished = '.unfinished'

/**
 * Takes the folder, which must be there, and removes what an earlier call that was killed left in it.
 * @throws NeufError `file-unwritable`
 */
export async function openShardWriter(out: string, side: number): Promise<ShardWriter> {
  const folder = join(out, unfinished)
  const trying = async <T>(path: string, act: () => Promise<T>): Promise<T> => {
    try {
      return await act()
    } catch (error) {
      throw cannotWrite(path, error)
    }
  }
  await trying(folder, async () => {
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
  })
  const area = side * side
  const shardSize = shardSizeOf(side)
  const pixels = new Uint8Array(shardSize * area * 3)
  const alpha = new Uint8Array(shardSize * area)
  const hash = createHash('sha256')
  let filled = 0
  let shard = 0
  let anyClear = false

  async function flush(): Promise<void> {
    if (filled === 0) return
    const files = shardFiles(folder, shard++)
    const parts = { pixels: pixels.subarray(0, filled * area * 3), alpha: alpha.subarray(0, filled * area) }
    hash.update(parts.pixels).update(parts.alpha)
    // Flushed to the disk once they have their names.
    await atomicWrite(files.pixels, parts.pixels)
    await atomicWrite(files.alpha, parts.alpha)
    filled = 0
  }

  const reportPath = join(out, 'report.jsonl')
  const keepReport = () => trying(reportPath, () => rename(join(folder, 'report.jsonl'), reportPath))
  try {
    await atomicWrite(join(folder, 'report.jsonl'), '', { flush: false })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }

  return {
    async add(picture) {
      pixels.set(picture.pixels, filled * area * 3)
      if (picture.alpha) alpha.set(picture.alpha, filled * area)
      else alpha.fill(255, filled * area, (filled + 1) * area)
      anyClear ||= picture.alpha !== null
      filled++
      if (filled === shardSize) await flush()
    },
    report: (lines) =>
      trying(reportPath, async () => {
        if (lines !== '') await appendFile(join(folder, 'report.jsonl'), lines)
      }),
    async finish(fit, records) {
      await flush()
      for (const record of records) hash.update(`${JSON.stringify(record)}\n`)
      const info: PicturesInfo = {
        format: corpusFormat,
        kind: 'pictures',
        side,
        count: records.length,
        shardSize,
        alpha: anyClear,
        fit,
        sha256: hash.digest('hex'),
      }
      for (let k = 0; k < shardCount(info); k++) {
        const part = records.slice(k * shardSize, k * shardSize + picturesIn(info, k))
        await atomicWrite(shardFiles(folder, k).records, part.map((record) => `${JSON.stringify(record)}\n`).join(''))
        if (!anyClear) await rm(shardFiles(folder, k).alpha)
      }
      const named: string[] = []
      try {
        for (const name of (await readdir(folder)).sort()) {
          const path = join(out, basename(name))
          await trying(path, () => rename(join(folder, name), path))
          named.push(path)
        }
        await atomicWrite(join(out, 'corpus.json'), `${JSON.stringify(info, null, 2)}\n`)
        return info
      } catch (error) {
        // Without what describes them they are no corpus.
        for (const path of named) await rm(path, { force: true })
        throw error
      }
    },
    async finishReport() {
      await keepReport()
      return reportPath
    },
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
}
