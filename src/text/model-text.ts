/**
 * How a model takes its text, as its `model.json` names it: a normaliser and a tokenizer, which may come from the published model
 * that it was converted from. Nothing but this file knows which there are.
 */
import { NeufError } from '../errors/errors.ts'
import { defaultNormaliser, type Normaliser, readNormaliserSettings } from './normalise.ts'
import { createPublishedTokenizer } from './published-tokenizer.ts'
import { createTokenizer, type Tokenizer } from './tokenizer.ts'
import { bartKind, clipKind } from './tokenizer-kind.ts'

type Settings = string | { readonly [key: string]: unknown }

/** The field `text` of `model.json`. */
export type TextSettings = {
  /** Ids that a text takes, the frame among them. */
  readonly length: number
  /**
   * `default`, or settings of this project's own; `none` (a text as it is typed); `dalle-mini`, or
   * `{ "kind": "dalle-mini", "words": FILE, "readings": FILE }`, by default `enwiki-words-frequency.txt` and, where the model has
   * it, `transliteration.json`.
   */
  readonly normaliser: Settings
  /**
   * Left out: this project's own, from `tokenizer.json`. `bart` (DALL·E mini's) or `clip`, from `tokenizer.json` or else from
   * `vocab.json` and `merges.txt`; or `{ "kind": "clip", "file": FILE }`, `{ "kind": "bart", "vocabulary": FILE, "merges": FILE }`.
   */
  readonly tokenizer?: Settings
}

/** The files of a model, as its folder gives them. */
export type TextFiles = {
  readonly folder: string
  has(name: string): boolean
  read(name: string): Promise<Uint8Array>
}

/**
 * @param field where the settings stand in `model.json`, for messages
 * @throws NeufError `model-broken` for settings that name nothing known, `file-unreadable` for broken files
 */
export async function openText(
  settings: TextSettings,
  files: TextFiles,
  field = 'text',
): Promise<{ normaliser: Normaliser; tokenizer: Tokenizer }> {
  const normaliser = await openNormaliser(settings.normaliser, files, field)
  return { normaliser, tokenizer: await openTokenizer(settings, files, field) }
}

async function openNormaliser(given: Settings, files: TextFiles, field: string): Promise<Normaliser> {
  const path = `${files.folder}/model.json`
  if (typeof given !== 'string' && !Object.hasOwn(given, 'kind')) return readNormaliserSettings(given, path)
  const { kind, ...names } = typeof given === 'string' ? { kind: given } : given
  if (kind === 'default') return defaultNormaliser
  if (kind === 'none') return { apply: (text) => text }
  if (kind !== 'dalle-mini') {
    const known = '"default", "none", "dalle-mini" nor settings'
    throw new NeufError('model-broken', { path, why: `the field ${field}.normaliser is neither ${known}` })
  }
  const file = fileNames(names, `${field}.normaliser`, ['words', 'readings'], path)
  // Their tables are large, and few models need them.
  const [{ normaliseCaption }, { readWordFrequencies }, { readReadings }] = await Promise.all([
    import('./dalle-mini/normalise-caption.ts'),
    import('./dalle-mini/split-words.ts'),
    import('./dalle-mini/transliterate.ts'),
  ])
  const wordsFile = file('words') ?? 'enwiki-words-frequency.txt'
  const words = readWordFrequencies(await readText(files, wordsFile), `${files.folder}/${wordsFile}`)
  const readingsFile = file('readings') ?? (files.has('transliteration.json') ? 'transliteration.json' : undefined)
  const tables =
    readingsFile === undefined
      ? { words }
      : { words, readings: readReadings(await readJson(files, readingsFile), `${files.folder}/${readingsFile}`) }
  // The empty text is no caption: it stays the row without a prompt that guidance needs.
  return { apply: (text) => (text === '' ? '' : normaliseCaption(text, tables)) }
}

async function openTokenizer(
  { tokenizer = 'own', length }: TextSettings,
  files: TextFiles,
  field: string,
): Promise<Tokenizer> {
  const path = `${files.folder}/model.json`
  const { kind: name, ...names } = typeof tokenizer === 'string' ? { kind: tokenizer } : tokenizer
  if (name === 'own') {
    const json = await readJson(files, 'tokenizer.json')
    return createTokenizer(json, { length, path: `${files.folder}/tokenizer.json` })
  }
  const kind = [bartKind, clipKind].find((each) => each.name === name)
  if (kind === undefined) {
    throw new NeufError('model-broken', { path, why: `the field ${field}.tokenizer is neither "bart" nor "clip"` })
  }
  const file = fileNames(names, `${field}.tokenizer`, ['file', 'vocabulary', 'merges'], path)
  const single =
    file('file') ?? (file('vocabulary') === undefined && files.has('tokenizer.json') ? 'tokenizer.json' : undefined)
  if (single !== undefined) {
    const json = await readJson(files, single)
    return createPublishedTokenizer(kind, { json, path: `${files.folder}/${single}` }, length)
  }
  const vocabularyFile = file('vocabulary') ?? 'vocab.json'
  const vocabulary = await readJson(files, vocabularyFile)
  const merges = await readText(files, file('merges') ?? 'merges.txt')
  return createPublishedTokenizer(kind, { vocabulary, merges, path: `${files.folder}/${vocabularyFile}` }, length)
}

/** File names among settings; refuses other settings. */
function fileNames(names: Record<string, unknown>, field: string, known: readonly string[], path: string) {
  for (const [name, value] of Object.entries(names)) {
    if (!known.includes(name) || typeof value !== 'string') {
      const shown = JSON.stringify(name.slice(0, 40))
      throw new NeufError('model-broken', { path, why: `the field ${field} has an unknown setting ${shown}` })
    }
  }
  return (name: string) => names[name] as string | undefined
}

async function readText({ read, has, folder }: TextFiles, name: string): Promise<string> {
  if (!has(name)) {
    throw new NeufError('model-broken', {
      path: `${folder}/model.json`,
      why: `its text needs the file ${name.slice(0, 100)}`,
    })
  }
  return new TextDecoder().decode(await read(name))
}

async function readJson(files: TextFiles, name: string): Promise<unknown> {
  const text = await readText(files, name)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new NeufError('model-broken', { path: `${files.folder}/${name}`, why: 'it is not JSON' }, { cause })
  }
}
