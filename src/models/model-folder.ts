/**
 * A model is a folder: `model.json`, and the files it names with size and hash. Opening checks that all is there and
 * nothing leads outside; what a file holds is checked against its hash whenever it is read.
 */
import { lstat, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import type { WeightData } from '../graph/index.ts'
import { atomicWriteAll, type FileContent, inFolder, removeAbandoned } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { cannotRead, systemCode } from '../storage/file-fault.ts'
import type { JsonObject, ModelDescription, ModelFile, ModelJson, NetworkFile } from './model-json.ts'
import { filesOf, formatVersion, parseModelJson } from './model-json.ts'
import { type NetworkToWrite, networkFile, type WeightStream } from './network-file.ts'
import { checkVerified, readVerified, sha256 } from './verified-file.ts'
import type { Weight, Weights } from './weights.ts'
import { checkWeightsFile, readCodesFile, readWeightsFile } from './weights-file.ts'

/** An opened model. Nothing but `model.json` is in memory; every call reads afresh. */
export type Model = {
  readonly folder: string
  readonly json: ModelJson
  /** Of `model.json`, which holds the hashes of everything else: two models with the same are the same. */
  readonly sha256: string
  /** A file's bytes. @throws NeufError `model-broken` when they are not those that `model.json` names */
  file(name: string): Promise<Uint8Array>
  /**
   * A network's weights by name, as 32-bit floats; `shared`, in memory that several threads can read.
   * @throws NeufError `model-broken`, `weights-broken`
   */
  weights(network: string, options?: { readonly shared?: boolean }): Promise<Map<string, Weight>>
  /**
   * A network's weights as an engine can use them: what is stored in 8 or 4 bit is left so, in blocks or with a scale an output,
   * and takes a quarter or an eighth of the memory. Each tensor has a buffer of its own. @throws NeufError as `weights`
   */
  blocks(network: string): Promise<Map<string, WeightData>>
  /** What a network is built with. @throws NeufError `model-broken` when the model has no such network */
  settings(network: string): JsonObject
}

/** `model.json` is a few kilobytes; a megabyte is not one. */
const maximumDescription = 2 ** 20

/** For people alone: a model draws without it, or with another. `verifyModel` still says so. */
const card = 'CARD.md'

/**
 * Opens a model's folder.
 * @throws NeufError `file-missing`, `model-broken`: no or no sound `model.json`, a file missing, of another size, or a
 *   link out of the folder; the card may be missing or changed
 */
export async function openModel(folder: string): Promise<Model> {
  const path = join(folder, 'model.json')
  const bytes = await boundedRead(path, maximumDescription, 'Give the name of a model or its folder.')
  if (bytes === undefined) throw new NeufError('model-broken', { path, why: `it is over ${maximumDescription} bytes` })
  const json = parseModelJson(new TextDecoder().decode(bytes), path)
  const inside = await realpath(folder)
  await Promise.all([...filesOf(json)].map(([name, file]) => checkPresence(folder, inside, name, file)))
  const file = async (name: string) => {
    const known = filesOf(json).get(name)
    if (known === undefined) throw new NeufError('model-broken', { path, why: `it names no file ${name}` })
    return readVerified(join(folder, name), known)
  }
  const network = (name: string): NetworkFile => {
    const known = Object.hasOwn(json.networks, name) ? json.networks[name] : undefined
    if (known === undefined) throw new NeufError('model-broken', { path, why: `it has no network ${name}` })
    return known
  }
  return {
    folder,
    json,
    sha256: sha256(bytes),
    file,
    settings: (name) => network(name).settings,
    weights: async (name, options) => readWeightsFile(join(folder, network(name).file), network(name), options),
    blocks: async (name) => readCodesFile(join(folder, network(name).file), network(name)),
  }
}

/**
 * What is wrong with a model, one sentence a fault; nothing when it is sound. Reads and hashes every byte of files of any size; of
 * a network one tensor is in memory at a time.
 */
export async function verifyModel(folder: string): Promise<string[]> {
  const findings: string[] = []
  const note = (error: unknown) => {
    if (!(error instanceof NeufError)) throw error
    findings.push(error.message)
  }
  const model = await openModel(folder).catch(note)
  if (model === undefined) return findings
  const networks = new Set(Object.values(model.json.networks).map(({ file }) => file))
  for (const [name, file] of filesOf(model.json)) {
    const check = networks.has(name) ? checkWeightsFile : checkVerified
    await check(join(folder, name), file).catch(note)
  }
  return findings
}

/** A model whose weights are in memory, or are read one at a time as they are written. */
export type ModelToWrite<W extends Weights | WeightStream = Weights> = ModelDescription & {
  readonly networks: Readonly<Record<string, NetworkToWrite<W>>>
  /** Other files by name: `tokenizer.json`, `CARD.md`. */
  readonly files: Readonly<Record<string, Uint8Array | string>>
}

/**
 * Writes a model into a folder: each network as `<network>.safetensors`, a tensor at a time, the other files, and `model.json`.
 * Everything is on the disk before the first name changes hands, `model.json` last: a full disk, a kill or a fault in the
 * weights leaves an earlier model whole and nothing beside it.
 * @returns the sha256 of the model
 * @throws NeufError `file-unwritable`; `model-broken` when the description would not be read again; what reading the weights
 *   throws
 * @throws RangeError for weights that are not finite or not of the shapes named
 */
export async function writeModel(folder: string, model: ModelToWrite<Weights | WeightStream>): Promise<string> {
  const networks = Object.entries(model.networks).map(([name, network]) => networkFile(name, network))
  const files = Object.entries(model.files).map(([name, content]): [string, Uint8Array] => {
    return [name, typeof content === 'string' ? new TextEncoder().encode(content) : content]
  })
  const json = (): string => {
    const content: ModelJson = {
      format: formatVersion,
      name: model.name,
      family: model.family,
      imageSide: model.imageSide,
      imageTokens: model.imageTokens,
      text: model.text,
      sampling: model.sampling,
      calibration: model.calibration,
      networks: Object.fromEntries(networks.map(({ name, entry }) => [name, entry()])),
      files: Object.fromEntries(files.map(([name, bytes]) => [name, identify(bytes)])),
    }
    return `${JSON.stringify(content, undefined, 2)}\n`
  }
  // What could not be read again is not written.
  parseModelJson(json(), join(folder, 'model.json'))
  let text = ''
  // Asked for when the other files are whole, and with them their hashes known.
  async function* description() {
    text = json()
    yield new TextEncoder().encode(text)
  }
  const contents: (readonly [string, FileContent])[] = [
    ...networks.map(({ file, fill }) => [file, fill] as const),
    ...files,
    ['model.json', description()],
  ]
  await inFolder(folder, async () => {
    for (const [name] of contents) await removeAbandoned(join(folder, name))
    await atomicWriteAll(contents.map(([name, content]) => [join(folder, name), content]))
  })
  return sha256(new TextEncoder().encode(text))
}

async function checkPresence(folder: string, inside: string, name: string, file: ModelFile): Promise<void> {
  const path = join(folder, name)
  const broken = (why: string) => new NeufError('model-broken', { path, why })
  const status = await lstat(path).catch((error: unknown) => {
    if (name === card && systemCode(error) === 'ENOENT') return undefined
    throw cannotRead(path, error, 'Take the model from where it came from again.')
  })
  // The names are plain, so only a link could lead outside; where it stays inside, boundedRead and the hash decide.
  if (status === undefined) return
  if (status.isSymbolicLink()) {
    const target = await realpath(path).catch(() => '')
    if (!target.startsWith(inside + sep)) throw broken('it is a link out of the folder')
  } else if (!status.isFile()) throw broken('it is not a plain file')
  else if (status.size !== file.bytes && name !== card)
    throw broken(`it has ${status.size} bytes instead of ${file.bytes}`)
}

function identify(bytes: Uint8Array): ModelFile {
  return { bytes: bytes.length, sha256: sha256(bytes) }
}
