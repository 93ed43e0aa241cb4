/**
 * Writing a file so that its name never points at half of it: the bytes go to a temporary file in the same folder,
 * are flushed to the disk, and take the name in one step. Whatever fails on the way, an earlier file stays whole.
 */
import { rmdirSync, rmSync } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { cannotWrite, systemCode, takesNothing } from './file-fault.ts'

/**
 * A whole file; its pieces in order, which let a large checkpoint be written without a second copy in memory; or what fills it
 * anywhere. Pieces are asked for only when the files before are whole on the disk.
 */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | Filling

/** Fills a file whose pieces come in any order. Whatever it throws, no file is left. */
export type Filling = (file: FileToFill) => Promise<void>

/** A file being written, under its temporary name. */
export type FileToFill = {
  /** Writes all of `bytes` from `position` on. */
  write(position: number, bytes: Uint8Array): Promise<void>
  /** Fills `into` with what was written from `position` on. */
  read(position: number, into: Uint8Array): Promise<void>
}

/** Temporary files being written at this moment by this thread. */
const unfinished = new Set<string>()
/** Folders that were made for files that are not there yet, the innermost first. */
const unfinishedFolders = new Set<string>()
let written = 0

/**
 * Writes `content` to `path`, replacing a plain file of that name in one step; the folder must exist.
 * @param options.flush false skips waiting for the disk: still never half a file to a reader or after a kill,
 *   but after a power cut the file may be empty. For what can be made again (pictures), not for training state.
 * @throws NeufError `file-unwritable`: full disk, no permission, no such folder, a folder or a device of that name.
 */
export async function atomicWrite(path: string, content: FileContent, options?: { flush?: boolean }): Promise<void> {
  await atomicWriteAll([[path, content]], options)
}

/**
 * `atomicWrite` of files that belong together: every one is whole on the disk under a temporary name before the first
 * takes its own, in the order given. Put the file that vouches for the others last.
 */
export async function atomicWriteAll(
  files: readonly (readonly [path: string, content: FileContent])[],
  options?: { flush?: boolean },
): Promise<void> {
  const flush = options?.flush ?? true
  const staged: { readonly path: string; readonly temporary: string }[] = []
  let current = ''
  try {
    for (const [path, content] of files) {
      current = path
      await refuseOtherThanFile(path)
      const temporary = temporaryName(path)
      staged.push({ path, temporary })
      unfinished.add(temporary)
      await stage(temporary, content, flush)
    }
    for (const { path, temporary } of staged) {
      current = path
      await rename(temporary, path)
      unfinished.delete(temporary)
    }
    if (flush) for (const folder of new Set(staged.map(({ path }) => dirname(path)))) await flushFolder(folder)
  } catch (error) {
    for (const { temporary } of staged) {
      if (unfinished.delete(temporary)) await rm(temporary, { force: true }).catch(() => undefined)
    }
    // What the caller's own pieces threw is the caller's; only what the system said is about this path.
    throw systemCode(error) === undefined ? error : cannotWrite(current, error)
  }
}

function temporaryName(path: string): string {
  // The process id keeps programs apart, the counter the writers of one thread, the random part its threads and what an
  // earlier program left; `wx` makes a clash an error, never a mixture.
  const mark = `${process.pid}-${written++}-${Math.random().toString(36).slice(2, 8)}`
  return join(dirname(path), `${temporaryStart(path)}${mark}.tmp`)
}

const temporaryStart = (path: string): string => `.${basename(path).slice(0, 40)}.`

/** How long a temporary file has to lie still before it is taken for one whose program was killed. */
const abandonedAfter = 600_000

/**
 * Removes temporary files of `path` that a killed program left: no process of that number is here, and nothing was written
 * for ten minutes. (A model of many gigabytes leaves as much.)
 */
export async function removeAbandoned(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch((): string[] => [])
  const start = temporaryStart(path)
  for (const name of names.filter((other) => other.startsWith(start) && other.endsWith('.tmp'))) {
    const writer = Number.parseInt(name.slice(start.length), 10)
    const temporary = join(dirname(path), name)
    const status = await lstat(temporary).catch(() => undefined)
    const still = status?.isFile() && Date.now() - status.mtimeMs > abandonedAfter
    if (still && !isAlive(writer)) await rm(temporary, { force: true }).catch(() => undefined)
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}

async function stage(temporary: string, content: FileContent, flush: boolean): Promise<void> {
  const file = await open(temporary, 'wx+')
  try {
    if (typeof content === 'function') await content(fileToFill(file))
    else if (typeof content === 'string' || content instanceof Uint8Array) await file.writeFile(content)
    else for await (const piece of content) await file.writeFile(piece)
    if (flush) await file.sync()
  } finally {
    await file.close()
  }
}

/** The system writes and reads at most 2^31 - 1 bytes at once. */
const pieceBytes = 2 ** 26

function fileToFill(file: FileHandle): FileToFill {
  const all =
    (step: (bytes: Uint8Array, from: number, length: number, position: number) => Promise<number>) =>
    async (position: number, bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length; ) {
        const some = await step(bytes, done, Math.min(pieceBytes, bytes.length - done), position + done)
        if (some === 0) throw new RangeError(`the file ends at byte ${position + done}`)
        done += some
      }
    }
  return {
    write: all(async (...piece) => (await file.write(...piece)).bytesWritten),
    read: all(async (...piece) => (await file.read(...piece)).bytesRead),
  }
}

/**
 * Makes a folder and those above it; nothing happens where it exists. (Node's own recursive `mkdir` tries for ever in a
 * place like /proc, where a folder can neither be made nor be found missing.)
 * @returns the folders that were made, the innermost first
 * @throws NeufError `file-unwritable`
 */
export async function makeFolder(path: string): Promise<string[]> {
  try {
    await mkdir(path)
    return [path]
  } catch (error) {
    if (systemCode(error) === 'EEXIST' && (await stat(path).catch(() => undefined))?.isDirectory()) return []
    const above = dirname(path)
    if (systemCode(error) !== 'ENOENT' || above === path) throw cannotWrite(path, error)
    const made = await makeFolder(above)
    try {
      await mkdir(path)
      return [path, ...made]
    } catch (again) {
      // Another program was sooner.
      if ((await stat(path).catch(() => undefined))?.isDirectory()) return made
      throw systemCode(again) === 'ENOENT' ? takesNothing(above, again) : cannotWrite(path, again)
    }
  }
}

/**
 * Makes a folder for what `write` puts there; when that fails, no folder that was made for it is left empty.
 * @throws NeufError `file-unwritable`, and what `write` throws
 */
export async function inFolder<T>(path: string, write: () => Promise<T>): Promise<T> {
  const made = await makeFolder(path)
  for (const folder of made) unfinishedFolders.add(folder)
  try {
    return await write()
  } catch (error) {
    for (const folder of made) await rmdir(folder).catch(() => undefined)
    throw error
  } finally {
    for (const folder of made) unfinishedFolders.delete(folder)
  }
}

/** Removes the temporary files this thread has not finished, and folders made for them. Synchronous, for the moment before an exit. */
export function removeUnfinished(): void {
  for (const temporary of unfinished) {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // On the way out there is nobody left to tell; the name says that the file is only a temporary one.
    }
  }
  unfinished.clear()
  for (const folder of unfinishedFolders) {
    try {
      rmdirSync(folder)
    } catch {
      // Something else is in it.
    }
  }
  unfinishedFolders.clear()
}

/** A rename would put a plain file in place of a device such as /dev/null. */
async function refuseOtherThanFile(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || found.isFile() || found.isSymbolicLink()) return
  if (found.isDirectory()) throw cannotWrite(path, Object.assign(new Error('is a folder'), { code: 'EISDIR' }))
  throw new NeufError('file-unwritable', { path, why: 'it is not a plain file', todo: 'Give the name of a file.' })
}

/** The new name is on the disk only when the folder is; Windows and some file systems cannot flush a folder. */
async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, 'r').catch(() => undefined)
  await folder?.sync().catch(() => undefined)
  await folder?.close()
}
