/** All that a folder of people's pictures holds, one after the other: loose pictures, archives, Parquet files. */
import { realpath, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { NeufError } from '../../errors/errors.ts'
import { boundedRead } from '../../storage/bounded-read.ts'
import { cannotRead, systemCode } from '../../storage/file-fault.ts'
import { archivePictures } from './archive.ts'
import { captionsOfJson, captionsOfText, merged } from './captions.ts'
import type { Found, FoundCaptions } from './item.ts'
import { archiveEnding, captionEnding, parquetEnding, pictureEnding, splitEnding, tableEnding } from './kinds.ts'
import { limits } from './limits.ts'
import { parquetPictures } from './parquet.ts'
import { type Refusal, Refused } from './refusal.ts'
import { safeName } from './safe-name.ts'
import { tableRows } from './tables.ts'
import { walk } from './walk.ts'

export type FolderPictures = {
  /** Bytes of all files that hold pictures, for a bar. */
  readonly bytes: number
  /** In an order that depends on names alone; `onBytes` is told how many bytes lie behind. */
  found(onBytes: (done: number) => void): AsyncGenerator<Found>
}

/**
 * Looks through the folder and reads its tables; pictures are read as they are asked for.
 * @param leaveOut a folder below it that is not looked into
 * @throws NeufError `file-missing`, `file-unreadable` for the folder itself; nothing else is fatal
 */
export async function readFolder(folder: string, leaveOut: string): Promise<FolderPictures> {
  const top = await realpath(folder).catch((error: unknown) => {
    throw cannotRead(folder, error, 'Name the folder that holds your pictures.')
  })
  if (!(await stat(top)).isDirectory()) {
    const todo = 'Name the folder that holds your pictures.'
    throw new NeufError('file-unreadable', { path: folder, why: 'it is not a folder', todo })
  }
  const { files, refusals } = await walk(top, leaveOut).catch((error: unknown) => {
    throw cannotRead(folder, error)
  })
  const present = new Set(files)
  const early: Refusal[] = [...refusals]
  const fromTables = await readTables(top, files, present, (refusal) => early.push(refusal))
  const texts = Map.groupBy(
    files.filter((file) => captionEnding.test(file)),
    (file) => splitEnding(file).stem,
  )
  // Pictures by their ending, and whatever a table says is one.
  const named = [...fromTables.keys()].filter((file) => !pictureEnding.test(file))
  const loose = new Set([...files.filter((file) => pictureEnding.test(file)), ...named])
  const holders = files.filter((file) => archiveEnding.test(file) || parquetEnding.test(file))
  const sources = [...loose, ...holders].sort()
  const sizes = new Map<string, number>()
  for (const file of sources) sizes.set(file, (await stat(join(top, file)).catch(() => null))?.size ?? 0)

  async function* found(onBytes: (done: number) => void): AsyncGenerator<Found> {
    for (const refusal of early) yield { refusal }
    let done = 0
    for (const source of sources) {
      if (loose.has(source)) yield await loosePicture(source)
      else yield* within(source)
      done += sizes.get(source)!
      onBytes(done)
    }
    for (const text of [...texts.values()].flat()) yield { refusal: new Refused('no-pictures').of(text) }
  }

  /** Takes its texts out of `texts`: another picture of the same name has none. */
  async function loosePicture(source: string): Promise<Found> {
    const { stem } = splitEnding(source)
    const captions = [fromTables.get(source) ?? []].flat()
    for (const text of texts.get(stem) ?? []) captions.push(await readText(top, text))
    const taken = texts.delete(stem)
    if (taken) stems.add(stem)
    else if (captions.length === 0 && stems.has(stem)) return { refusal: new Refused('same-name').of(source) }
    return { item: { source, captions: merged(captions), bytes: () => readPicture(top, source) } }
  }
  const stems = new Set<string>()

  async function* within(source: string): AsyncGenerator<Found> {
    const path = join(top, source)
    const folderOf = source.slice(0, source.lastIndexOf('/') + 1)
    try {
      yield* archiveEnding.test(source)
        ? archivePictures(path, source)
        : parquetPictures(path, source, async (name) => readPicture(top, safeName(`${folderOf}${safeName(name)}`)))
    } catch (error) {
      yield { refusal: (error instanceof Refused ? error : systemRefusal(error)).of(source) }
    }
  }

  return { bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0), found }
}

/** Captions by the picture that rows name; rows of pictures that are not there are refused. */
async function readTables(
  top: string,
  files: readonly string[],
  present: ReadonlySet<string>,
  refuse: (refusal: Refusal) => void,
): Promise<Map<string, FoundCaptions[]>> {
  const captions = new Map<string, FoundCaptions[]>()
  for (const table of files.filter((file) => tableEnding.test(file))) {
    for await (const { source, picture, captions: found } of tableRows(top, table, refuse)) {
      if (!present.has(picture)) refuse(new Refused('missing', picture).of(source))
      else if (captions.has(picture)) captions.get(picture)!.push(found)
      else captions.set(picture, [found])
    }
  }
  return captions
}

async function readText(top: string, file: string): Promise<FoundCaptions> {
  try {
    const bytes = await boundedRead(join(top, file), limits.textBytes)
    if (bytes === undefined) throw new Refused('caption-too-long', `${file} is over ${limits.textBytes} bytes`)
    const { ending, language } = splitEnding(file)
    return ending === 'json' ? captionsOfJson(bytes) : captionsOfText(bytes, language)
  } catch (error) {
    return { kept: [], refused: [error instanceof Refused ? error : systemRefusal(error)] }
  }
}

/** A file below the folder, and nowhere else, whatever links have been put in its way since. */
async function readPicture(top: string, file: string): Promise<Uint8Array> {
  const path = join(top, file)
  try {
    if ((await realpath(path)) !== path.split('/').join(sep)) throw new Refused('link')
    const bytes = await boundedRead(path, limits.pictureBytes)
    if (bytes === undefined) throw new Refused('too-many-bytes', `more than ${limits.pictureBytes} bytes`)
    return bytes
  } catch (error) {
    throw error instanceof Refused ? error : systemRefusal(error)
  }
}

function systemRefusal(error: unknown): Refused {
  const cause = error instanceof NeufError ? error.cause : error
  const code = systemCode(cause)
  if (code === 'ENOENT') return new Refused('missing')
  return new Refused('unreadable', code ?? (error instanceof Error ? error.message.split('\n')[0] : undefined))
}
