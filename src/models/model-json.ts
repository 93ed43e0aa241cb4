/** `model.json`: what a model's folder says of itself, and the checks that it says it soundly. */
import { NeufError } from '../errors/errors.ts'

/** Counted up when an older neuf could no longer read a newer model rightly. */
export const formatVersion = 1

export type JsonObject = { readonly [key: string]: unknown }

/** A file of the model: a plain name inside its folder, its size and its hash (lower-case hexadecimal). */
export type ModelFile = { readonly bytes: number; readonly sha256: string }

/** A network's weights (safetensors) and the settings that its definition in `src/networks` is built with. */
export type NetworkFile = ModelFile & { readonly file: string; readonly settings: JsonObject }

export type ModelDescription = {
  readonly name: string
  /** Which family of `src/families` draws with it: `dalle-mini`. */
  readonly family: string
  /** Width and height of a picture, pixels. */
  readonly imageSide: number
  /** A picture is `length` image tokens, each one of `codes`. */
  readonly imageTokens: { readonly length: number; readonly codes: number }
  /**
   * Text tokens a prompt takes at most, how it is normalised and cut into them: names, or settings that the text room reads.
   * Models that are trained here name no tokenizer.
   */
  readonly text: {
    readonly length: number
    readonly normaliser: string | JsonObject
    readonly tokenizer?: string | JsonObject
  }
  /** Defaults. topK 0 keeps every token. */
  readonly sampling: {
    readonly temperature: number
    readonly topK: number
    readonly guidance: number
    readonly candidates: number
  }
  /** What turns a score into a probability; read by the scorer of the family. */
  readonly calibration: JsonObject
}

/** The content of `model.json`. */
export type ModelJson = ModelDescription & {
  readonly format: typeof formatVersion
  /** By the network's name: `generator`, `imageTokenizer`, `scorer`. */
  readonly networks: Readonly<Record<string, NetworkFile>>
  /** Every other file, by its name: `tokenizer.json`, `CARD.md`. */
  readonly files: Readonly<Record<string, ModelFile>>
}

/**
 * Checks the text of a `model.json`.
 * @param path names the file in messages
 * @throws NeufError `model-broken`, naming the file and the field
 */
export function parseModelJson(text: string, path: string): ModelJson {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new NeufError('model-broken', { path, why: 'it is not JSON' })
  }
  const check = new Check(path)
  const root = check.object(value, '')
  if (root.format !== formatVersion) {
    check.fail('format', `is ${JSON.stringify(root.format)}; this neuf reads format ${formatVersion}`)
  }
  const imageTokens = check.object(root.imageTokens, 'imageTokens')
  const prompt = check.object(root.text, 'text')
  const sampling = check.object(root.sampling, 'sampling')
  const model: ModelJson = {
    format: formatVersion,
    name: check.name(root.name, 'name'),
    family: check.name(root.family, 'family'),
    imageSide: check.number(root.imageSide, 'imageSide', 1, 4096, 'whole'),
    imageTokens: {
      length: check.number(imageTokens.length, 'imageTokens.length', 1, 65_536, 'whole'),
      codes: check.number(imageTokens.codes, 'imageTokens.codes', 2, 2 ** 24, 'whole'),
    },
    text: {
      length: check.number(prompt.length, 'text.length', 1, 65_536, 'whole'),
      normaliser:
        typeof prompt.normaliser === 'string' ? prompt.normaliser : check.object(prompt.normaliser, 'text.normaliser'),
      ...(prompt.tokenizer !== undefined && {
        tokenizer:
          typeof prompt.tokenizer === 'string' ? prompt.tokenizer : check.object(prompt.tokenizer, 'text.tokenizer'),
      }),
    },
    networks: check.entries(root.networks, 'networks', (entry, field) => ({
      file: check.name(check.object(entry, field).file, `${field}.file`),
      ...readFile(check, entry, field),
      settings: check.object(check.object(entry, field).settings, `${field}.settings`),
    })),
    sampling: {
      temperature: check.number(sampling.temperature, 'sampling.temperature', 0, 100),
      topK: check.number(sampling.topK, 'sampling.topK', 0, 2 ** 24, 'whole'),
      guidance: check.number(sampling.guidance, 'sampling.guidance', 0, 1000),
      candidates: check.number(sampling.candidates, 'sampling.candidates', 1, 4096, 'whole'),
    },
    files: check.entries(root.files, 'files', (entry, field) => readFile(check, entry, field)),
    calibration: check.object(root.calibration, 'calibration'),
  }
  checkFileNames(check, model)
  return model
}

/** Name, size and hash of all files of a model, each once. */
export function filesOf(model: Pick<ModelJson, 'networks' | 'files'>): Map<string, ModelFile> {
  const files = new Map<string, ModelFile>(Object.entries(model.files))
  for (const { file, bytes, sha256 } of Object.values(model.networks)) files.set(file, { bytes, sha256 })
  return files
}

function readFile(check: Check, entry: unknown, field: string): ModelFile {
  const { bytes, sha256 } = check.object(entry, field)
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    check.fail(`${field}.sha256`, 'must be 64 hexadecimal digits')
  }
  return { bytes: check.number(bytes, `${field}.bytes`, 0, 2 ** 40, 'whole'), sha256: sha256 as string }
}

/** Each file belongs to one owner, and `model.json` itself to none: its hash cannot stand in it. */
function checkFileNames(check: Check, model: ModelJson): void {
  const seen = new Set(['model.json'])
  // Compared without case: on some disks `A` and `a` are one file.
  const claim = (file: string, field: string) => {
    if (seen.has(file.toLowerCase())) check.fail(field, `names ${file}, which is taken`)
    seen.add(file.toLowerCase())
  }
  for (const [network, { file }] of Object.entries(model.networks)) claim(file, `networks.${network}.file`)
  for (const file of Object.keys(model.files)) claim(file, `files.${file}`)
}

/** Checks that name the field they failed at. */
class Check {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  fail(field: string, what: string): never {
    throw new NeufError('model-broken', {
      path: this.#path,
      why: field === '' ? `it ${what}` : `the field ${field} ${what}`,
    })
  }

  object(value: unknown, field: string): JsonObject {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
    return this.fail(field, value === undefined ? 'is missing' : 'must be an object')
  }

  entries<T>(value: unknown, field: string, read: (entry: unknown, field: string) => T): Record<string, T> {
    const entries = Object.entries(this.object(value, field))
    return Object.fromEntries(
      entries.map(([key, entry]) => [this.name(key, field), read(entry, `${field}.${key}`)] as const),
    )
  }

  /**
   * A plain name, also as a file on every system: no separator, no leading dot, so it cannot leave the folder.
   * The shape also keeps `__proto__` and terminal escapes out.
   */
  name(value: unknown, field: string): string {
    if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(value) && !value.endsWith('.'))
      return value
    if (value === undefined) return this.fail(field, 'is missing')
    const shown = JSON.stringify(value).slice(0, 60)
    return this.fail(field, `holds ${shown}, not a plain name of letters, digits, ".", "-" and "_"`)
  }

  number(value: unknown, field: string, least: number, most: number, kind?: 'whole'): number {
    if (typeof value === 'number' && value >= least && value <= most && (!kind || Number.isInteger(value))) return value
    if (value === undefined) return this.fail(field, 'is missing')
    return this.fail(field, `must be a ${kind ? 'whole ' : ''}number from ${least} to ${most}`)
  }
}
