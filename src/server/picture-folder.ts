/** Pictures as files in the folder that all processes share: `<job>/<index>.png` and `<job>/sheet.png`. */
import { mkdtemp, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { cannotWrite } from '../storage/file-fault.ts'

/** The largest sheet there can be, 64 pictures of 1024 x 1024 hardly packed, stays below. */
const mostBytes = 2 ** 28

export type PictureName = number | 'sheet'

export type PictureFolder = {
  /** Writes pictures that belong together. @throws NeufError `file-unwritable` */
  write(job: string, pictures: readonly (readonly [PictureName, Uint8Array])[]): Promise<void>
  /** @throws NeufError `picture-missing` */
  read(job: string, name: PictureName): Promise<Uint8Array>
  /** Removes all of a job's, or one of them; nothing where there is none. */
  remove(job: string, name?: PictureName): Promise<void>
  /** @throws NeufError `file-unwritable` when nothing can be written */
  check(): Promise<void>
}

/** A job's id comes from our own table, so it is a plain name. */
export function openPictureFolder(folder: string): PictureFolder {
  const file = (job: string, name: PictureName) => join(folder, job, `${name}.png`)
  return {
    async write(job, pictures) {
      await makeFolder(join(folder, job))
      await atomicWriteAll(
        pictures.map(([name, bytes]) => [file(job, name), bytes] as const),
        { flush: false },
      )
    },
    async read(job, name) {
      const bytes = await boundedRead(file(job, name), mostBytes).catch((cause: unknown) => {
        const what = name === 'sheet' ? 'sheet' : `picture ${name}`
        throw new NeufError('picture-missing', { what, why: 'its file cannot be read' }, { cause })
      })
      if (bytes === undefined) throw new NeufError('picture-missing', { what: String(name), why: 'it is too large' })
      return bytes
    },
    // A worker that has not heard yet may write once more: a folder that fills again meanwhile is emptied again.
    remove: (job, name) =>
      rm(name === undefined ? join(folder, job) : file(job, name), {
        recursive: true,
        force: true,
        maxRetries: 8,
        retryDelay: 25,
      }),
    async check() {
      await makeFolder(folder)
      try {
        await rmdir(await mkdtemp(join(folder, '.check-')))
      } catch (error) {
        throw cannotWrite(folder, error)
      }
    },
  }
}
