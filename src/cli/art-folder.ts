/** Where the art pack is looked for: what `neuf art fetch` made here, else the one beside the project. */
import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Context } from './command.ts'

/** Where `neuf art fetch` writes unless told. */
export const fetchedArt = 'out/art'

const besideProject = fileURLToPath(new URL('../../../shared/art', import.meta.url))

/** For options' help, behind *the*. */
export const whichArt = `art pack; ${fetchedArt}, where neuf art fetch puts it, or ../shared/art beside the project unless given`

export const artOption = { kind: 'text', value: 'FOLDER', help: `The ${whichArt}` } as const

/** The folder that was given, else the first of the usual ones that holds an art pack; undefined where none does. */
export async function findArt(given: string | undefined, { folder }: Pick<Context, 'folder'>) {
  if (given !== undefined) return resolve(folder, given)
  for (const usual of [resolve(folder, fetchedArt), besideProject]) {
    const index = await stat(join(usual, 'index.jsonl')).catch(() => undefined)
    if (index?.isFile()) return usual
  }
  return undefined
}

/** `findArt` for what cannot do without: where there is none, the folder that `neuf art fetch` would make, which reading then misses. */
export const artFolder = async (given: string | undefined, context: Pick<Context, 'folder'>): Promise<string> =>
  (await findArt(given, context)) ?? resolve(context.folder, fetchedArt)
