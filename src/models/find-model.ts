/** Models by name: in the folders that NEUF_MODELS lists, then in the project's own `models/`. */
import { readdir, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import { openModel } from './model-folder.ts'

/** The model that draws unless another is named; it comes with neuf. */
export const defaultModel = 'pictogram'

export type Places = {
  /** `process.env`; only NEUF_MODELS is read: folders of models, separated as in PATH. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly folder: string
}

export type ListedModel = {
  readonly name: string
  readonly folder: string
  /** The first fault found without reading its weights; undefined when there is none. */
  readonly fault: string | undefined
}

const ownModels = fileURLToPath(new URL('../../models', import.meta.url))

/**
 * The folder of a model. A name is looked up; anything with a slash or a leading dot, and a name found nowhere that is a
 * folder here, is a path.
 * @throws NeufError `model-missing` with the names there are
 */
export async function findModel(nameOrFolder: string, places: Places): Promise<string> {
  const looked = modelFolders(places)
  const isPath = /[\\/]|^\./.test(nameOrFolder)
  const candidates = isPath || nameOrFolder === '' ? [] : looked.map((folder) => join(folder, nameOrFolder))
  for (const candidate of candidates) if (await isModel(candidate)) return candidate
  const path = resolve(places.folder, nameOrFolder)
  if (nameOrFolder !== '' && (isPath ? await isFolder(path) : await isModel(path))) return path
  const known = (await listModels(places)).map(({ name }) => name)
  throw new NeufError('model-missing', { name: nameOrFolder, looked: isPath ? [path] : looked, known })
}

/** Every model that a name finds, by name; an earlier folder's hides a later one of the same name. */
export async function listModels(places: Places): Promise<ListedModel[]> {
  const found = new Map<string, string>()
  for (const parent of modelFolders(places)) {
    for (const name of await readdir(parent).catch(() => [])) {
      const folder = join(parent, name)
      if (!name.startsWith('.') && !found.has(name) && (await isModel(folder))) found.set(name, folder)
    }
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1))
  return Promise.all(
    sorted.map(async ([name, folder]) => {
      const fault = await openModel(folder).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      return { name, folder, fault }
    }),
  )
}

/** Where a model goes so that its name finds it: in the first folder of NEUF_MODELS, or in the project's own. */
export function placeOfModel(name: string, places: Places): string {
  return join(modelFolders(places)[0]!, name)
}

function modelFolders({ environment, folder }: Places): string[] {
  const listed = (environment.NEUF_MODELS ?? '').split(delimiter).filter((path) => path !== '')
  return [...listed.map((path) => resolve(folder, path)), ownModels]
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  )
}

async function isModel(folder: string): Promise<boolean> {
  return stat(join(folder, 'model.json')).then(
    () => true,
    () => false,
  )
}
