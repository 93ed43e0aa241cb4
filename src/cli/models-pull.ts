/** `neuf models pull`: fetches published files, each checked by its hash, and makes a model's folder of them. */
import { lstat, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { type Places, placeOfModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { cacheFolder } from '../models/published/cache-folder.ts'
import { fetchPublication, listPublication, missingBytes } from '../models/published/fetch-publication.ts'
import { checkFound, findPublished } from '../models/published/find-published.ts'
import { type HubSettings, hubOf } from '../models/published/hub.ts'
import { type ConvertPublished, type LocatedFile, modelBytes } from '../models/published/located-file.ts'
import { type Publication, publications } from '../models/published/publications.ts'
import type { Precision } from '../models/weights.ts'
import { makeFolder } from '../storage/atomic-write.ts'
import { claim } from '../storage/claim.ts'
import { checkSpace, type FreeSpace } from '../storage/disk-space.ts'
import { cannotRead, systemCode } from '../storage/file-fault.ts'
import { replaceFolder, restoreFolder } from '../storage/replace-folder.ts'
import { type Command, type Context, defineCommand } from './command.ts'
import { version } from './main.ts'
import { nearest } from './nearest.ts'
import { type Progress, startProgress } from './progress.ts'
import { printable } from './say.ts'

/** What a test changes. */
export type PullEdges = Pick<HubSettings, 'pause' | 'patience'> & {
  readonly free?: FreeSpace
  readonly publications?: readonly Publication[]
}

const precisions: readonly Precision[] = ['int8-rows', 'int8', 'int4', 'fp16', 'fp32']

/** The command, with what makes a model of published files. */
export function pullCommand(convert: ConvertPublished, edges: PullEdges = {}): Command {
  const { publications: known = publications, free, ...hubEdges } = edges
  return defineCommand({
    name: 'pull',
    summary: 'fetch a published model and make a model of it',
    usage: 'NAME',
    positionals: { least: 1, most: 1 },
    about:
      `NAME is one of:\n${known.map(({ name, summary }) => `  ${name}  ${summary}`).join('\n')}\n` +
      'Every file is checked by its hash. A stopped call goes on where it was: call it again. What is fetched is kept ' +
      'in NEUF_CACHE, by default in the cache folder of this system.\n' +
      'HF_ENDPOINT names another hub, HF_TOKEN a token for it. Behind a proxy: NODE_USE_ENV_PROXY=1 HTTPS_PROXY=...',
    options: {
      from: { kind: 'text', value: 'FOLDER', help: 'Take the files from this folder, and ask nobody for them' },
      to: { kind: 'text', value: 'FOLDER', help: "The model's folder; by default where its name finds it" },
      precision: {
        kind: 'choice',
        choices: precisions,
        default: 'int8-rows',
        help:
          'How the weights are stored: int8-rows (a quarter of fp32, and the fastest on a processor), int8 (a little more ' +
          'exact, and for graphics cards), int4 (an eighth in its products), fp16, fp32',
      },
      again: { kind: 'flag', help: 'Make the model anew where it is there already' },
      json: { kind: 'flag', help: 'Print one JSON object instead of text' },
    },
    async run(context, options, [name = '']) {
      const publication = publicationOf(name, known)
      const places: Places = { environment: context.environment, folder: context.folder }
      const to =
        options.to === undefined ? placeOfModel(publication.model, places) : resolve(context.folder, options.to)
      const precision = options.precision as Precision
      await makeFolder(dirname(to))
      const release = await claim(join(dirname(to), `.${basename(to)}.pulling`), to)
      try {
        const there = await modelAt(to)
        if (there && !options.again) return tell(context, options.json, { publication, to, made: false, files: [] })
        const get = options.from === undefined ? fetched : found(resolve(context.folder, options.from))
        const files = await get({ context, publication, hubEdges, free, to, precision })
        const bar = progress(context, 'Converting')
        await replaceFolder(to, async (making) => {
          const { signal } = context
          await convert(files, { publication, to: making, precision, signal, onProgress: bar.update })
          signal.throwIfAborted()
          // Not put in anyone's place unless it can be opened.
          await openModel(making)
        }).finally(bar.end)
        return tell(context, options.json, { publication, to, made: true, files })
      } finally {
        await release()
      }
    },
  })
}

type Getting = {
  readonly context: Context
  readonly publication: Publication
  readonly hubEdges: Pick<HubSettings, 'pause' | 'patience'>
  readonly free: FreeSpace | undefined
  readonly to: string
  readonly precision: Precision
}

function publicationOf(name: string, known: readonly Publication[]): Publication {
  const publication = known.find((each) => each.name === name || each.model === name)
  if (publication !== undefined) return publication
  const names = known.map((each) => each.name)
  const like = nearest(name, names)
  throw new NeufError('publication-unknown', { name, known: names, ...(like !== undefined && { nearest: like }) })
}

/** Whether a model is there; nothing, or an empty folder, is none. @throws NeufError `model-in-the-way` */
async function modelAt(folder: string): Promise<boolean> {
  await restoreFolder(folder)
  try {
    const status = await lstat(folder)
    // A link may lead into somebody's folder: what is put in its place would not be what it leads to.
    const names = status.isDirectory() ? await readdir(folder) : ['?']
    if (names.length === 0) return false
    if (names.includes('model.json')) return true
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false
    throw cannotRead(folder, error)
  }
  throw new NeufError('model-in-the-way', { folder })
}

async function fetched({ context, publication, hubEdges, free, to, precision }: Getting): Promise<LocatedFile[]> {
  const { environment, signal, err } = context
  const hub = { ...hubOf(environment), ...hubEdges, userAgent: `neuf/${version()} (neuf models pull)` }
  const folder = join(cacheFolder(environment, context.folder), 'hub')
  const settings = { hub, folder, signal }
  const wanted = await listPublication(publication, settings)
  const missing = await missingBytes(wanted)
  const model = modelBytes(
    wanted.map(({ file, expected }) => ({ path: file.path, bytes: expected.bytes })),
    precision,
  )
  err.write(`neuf: ${megabytes(missing)} to fetch into ${printable(folder)}, ${megabytes(model)} for the model.\n`)
  await checkSpace(
    [
      { folder, bytes: missing },
      { folder: dirname(to), bytes: model },
    ],
    free,
  )
  const total = wanted.reduce((sum, { expected }) => sum + expected.bytes, 0)
  const bar = progress(context, 'Fetching, MB')
  return fetchPublication(wanted, settings, (bytes, note) =>
    bar.update(wholeMegabytes(bytes), wholeMegabytes(total), note),
  ).finally(bar.end)
}

const found =
  (folder: string) =>
  async ({ context, publication, free, to, precision }: Getting): Promise<LocatedFile[]> => {
    const files = await findPublished(publication, folder)
    await checkSpace([{ folder: dirname(to), bytes: modelBytes(files, precision) }], free)
    const total = files.reduce((sum, { bytes, sha256 }) => sum + (sha256 === undefined ? 0 : bytes), 0)
    const bar = progress(context, 'Checking, MB')
    const update = (bytes: number, note: string) => bar.update(wholeMegabytes(bytes), wholeMegabytes(total), note)
    await checkFound(files, context.signal, update).finally(bar.end)
    return files
  }

type Told = {
  readonly publication: Publication
  readonly to: string
  /** False where the model was there before. */
  readonly made: boolean
  readonly files: readonly LocatedFile[]
}

async function tell({ out }: Context, json: boolean, { publication, to, made, files }: Told): Promise<number> {
  const { sha256, json: model } = await openModel(to)
  if (json) {
    const told = files.map(({ role, repository, commit, path, at, bytes, checked }) => {
      return { role, repository, commit, path, at, bytes, checked }
    })
    out.write(
      `${JSON.stringify({ name: publication.name, model: model.name, sha256, folder: to, made, files: told })}\n`,
    )
    return 0
  }
  if (!made) {
    out.write(`${printable(to)} is there already; --again makes it anew\n`)
    return 0
  }
  const count = (checked: LocatedFile['checked']) => files.filter((file) => file.checked === checked).length
  const parts = [
    [count('known'), 'by the SHA-256 that neuf knows'],
    [count('listed'), 'by the hash that the hub lists'],
    [count('unchecked'), 'not at all, since neuf knows no hash of them'],
  ] as const
  const words = parts.flatMap(([files, how]) => (files === 0 ? [] : [`${files} ${how}`]))
  out.write(`${printable(to)} is made of ${files.length} files, checked: ${words.join(', ')}\n`)
  return 0
}

/** A bar that starts with what was there. */
function progress(context: Context, what: string) {
  let bar: Progress | undefined
  return {
    update: (done: number, total: number, note = ''): void => {
      bar ??= startProgress(context, { what, total, already: done })
      bar.update(done, printable(note))
    },
    end: (): void => bar?.end(),
  }
}

const wholeMegabytes = (bytes: number): number => Math.floor(bytes / 1e6)
const megabytes = (bytes: number): string =>
  bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`
