import type { NeufError } from '../errors/errors.ts'
import { infotext } from './infotext.ts'
import { isPng, readChunks, unreadablePng } from './png-chunks.ts'
import { readText, withText, xmpKeyword } from './png-metadata.ts'
import { isWebp, readWebpText } from './webp-metadata.ts'
import { isXmpKeyword, writeXmp } from './xmp.ts'

/** Everything that determines a candidate. */
export type Recipe = {
  readonly format: 1
  /** sha256: 64 lower-case hexadecimal digits, over the model's files. */
  readonly model: { readonly name: string; readonly sha256: string }
  readonly prompt: string
  readonly normalisedPrompt: string
  /** 0 .. 2^53 - 1. */
  readonly seed: number
  readonly index: number
  /** topK 0: all tokens. */
  readonly sampling: { readonly temperature: number; readonly topK: number; readonly guidance: number }
  /** How many candidates were drawn for the prompt; `index` is one of them. No other candidate's picture depends on it. */
  readonly candidates: number
  /** Of a picture that was drawn anew in part: a 1 for each of its image tokens that stayed as it had been, a 0 for the others. */
  readonly kept?: Uint8Array
}

/** The share of a picture that stayed as it had been, 0 to 1. */
export const shareKept = (kept: Uint8Array): number => kept.reduce((sum, stays) => sum + stays, 0) / kept.length

export type PictureScore = {
  /** As the scorer gave it. */
  readonly score: number
  /** 0 .. 1, or null for a scorer that is not calibrated. */
  readonly matchProbability: number | null
}

/** What a picture file carries besides its pixels. */
export type PictureRecord = {
  readonly recipe: Recipe
  /** In raster order. */
  readonly tokens: Uint16Array
  readonly score: PictureScore | null
  /** The engine fingerprint, for people to read and to compare. */
  readonly engine: string
}

/** One picture, or the pictures of a sheet in reading order. */
export type CarriedRecords =
  | { readonly kind: 'picture'; readonly record: PictureRecord }
  | { readonly kind: 'sheet'; readonly records: readonly PictureRecord[]; readonly sheet: CarriedSheet }

/** How a sheet was laid out, enough to cut it up or to make it again. */
export type CarriedSheet = { readonly columns: number; readonly gap: number; readonly scale: number }

/** Limits of what is read: each far above what is ever written. */
const maxJsonCharacters = 4 * 2 ** 20
const maxText = 100_000
const maxRecords = 1024
const maxTokens = 2 ** 20
const maxCount = 2 ** 31 - 1

const keywords = {
  recipe: 'neuf:recipe',
  tokens: 'neuf:tokens',
  score: 'neuf:score',
  engine: 'neuf:engine',
  sheet: 'neuf:sheet',
  /** What other programs read: AUTOMATIC1111's text, and the mark of a picture that a network made. */
  infotext: 'parameters',
  xmp: xmpKeyword,
} as const

/**
 * A copy of a PNG that carries its record: `neuf:recipe` (JSON), `neuf:tokens` (base64 of little-endian 16-bit codes), `neuf:score`
 * (JSON) and `neuf:engine` (text); and for other programs `parameters` (`infotext.ts`) and the mark in XMP (`xmp.ts`).
 */
export function writeRecipe(png: Uint8Array, record: PictureRecord): Uint8Array<ArrayBuffer> {
  const { recipe, tokens } = record
  return withText(png, {
    [keywords.recipe]: JSON.stringify(recipeJson(recipe)),
    [keywords.tokens]: tokensToBase64(tokens),
    [keywords.score]: JSON.stringify(record.score),
    [keywords.engine]: record.engine,
    [keywords.infotext]: infotext({ recipe, steps: tokens.length, ...sizeOf(png) }),
    [keywords.xmp]: writeXmp(),
  })
}

const recipeJson = ({ kept, ...recipe }: Recipe) => ({
  ...recipe,
  ...(kept !== undefined && { kept: keptToBase64(kept) }),
})

/**
 * The same for a sheet: each text is a JSON list with an item a picture, and `neuf:sheet` holds the layout. `parameters` tells of its
 * first picture, as sheets do elsewhere.
 */
export function writeSheetRecipe(
  png: Uint8Array,
  records: readonly PictureRecord[],
  { columns, gap, scale }: CarriedSheet,
): Uint8Array<ArrayBuffer> {
  const list = (item: (record: PictureRecord) => unknown) => JSON.stringify(records.map(item))
  const [first] = records
  const whole = sizeOf(png)
  const rows = Math.ceil(records.length / columns)
  const side = (pixels: number, tiles: number) => Math.round(((pixels - gap) / tiles - gap) / scale)
  const size = { width: side(whole.width, Math.min(columns, records.length)), height: side(whole.height, rows) }
  return withText(png, {
    [keywords.recipe]: list(({ recipe }) => recipeJson(recipe)),
    [keywords.tokens]: list(({ tokens }) => tokensToBase64(tokens)),
    [keywords.score]: list(({ score }) => score),
    [keywords.engine]: list(({ engine }) => engine),
    [keywords.sheet]: JSON.stringify({ columns, gap, scale }),
    ...(first !== undefined && {
      [keywords.infotext]: infotext({ recipe: first.recipe, steps: first.tokens.length, ...size }),
    }),
    [keywords.xmp]: writeXmp(),
  })
}

/** Width and height of a PNG in pixels, from its header. */
function sizeOf(png: Uint8Array): { width: number; height: number } {
  const { data } = readChunks(png, 'the picture')[0]!
  const header = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return { width: header.getUint32(0), height: header.getUint32(4) }
}

/**
 * The XMP packet with which a file of another format carries what a PNG does: its recipe, and the mark of a picture that a network
 * made. Undefined for a PNG that carries neither. Throws `file-unreadable`.
 */
export function xmpOf(png: Uint8Array): string | undefined {
  const texts = readText(png)
  const own = Object.entries(texts).filter(([keyword]) => isXmpKeyword(keyword))
  return own.length === 0 ? texts[xmpKeyword] : writeXmp(Object.fromEntries(own))
}

/**
 * The record or records a PNG or WebP file carries, each value checked. Throws `file-unreadable` that names the fault: a file that is
 * damaged, one that carries no recipe, or a recipe that does not hold what it has to.
 */
export function readRecipe(file: Uint8Array, path = 'the picture'): CarriedRecords {
  const refuse: Refuse = (why) => unreadablePng(path, why)
  const webp = isWebp(file)
  if (!webp && !isPng(file)) throw refuse('it is neither a PNG nor a WebP picture')
  const texts = new Map(Object.entries(webp ? readWebpText(file, path) : readText(file, path)))
  const text = (keyword: string): string => {
    const value = texts.get(keyword)
    if (value === undefined) throw refuse(`it carries no ${keyword}, so it is not a picture that neuf wrote`)
    if (value.length > maxJsonCharacters) throw refuse(`its ${keyword} is too long`)
    return value
  }
  const json = (keyword: string): unknown => {
    try {
      return JSON.parse(text(keyword))
    } catch (cause) {
      if (cause instanceof SyntaxError) throw refuse(`its ${keyword} is not JSON`)
      throw cause
    }
  }

  const recipe = json(keywords.recipe)
  if (!Array.isArray(recipe)) {
    const parts = { recipe, tokens: text(keywords.tokens), score: json(keywords.score), engine: text(keywords.engine) }
    return { kind: 'picture', record: readRecord(parts, refuse) }
  }
  const list = (keyword: string): unknown[] => {
    const value = json(keyword)
    if (!Array.isArray(value) || value.length !== recipe.length)
      throw refuse(`its ${keyword} is not a list of ${recipe.length}`)
    return value
  }
  if (recipe.length === 0 || recipe.length > maxRecords) throw refuse(`it is a sheet of ${recipe.length} pictures`)
  const [tokens, score, engine] = [list(keywords.tokens), list(keywords.score), list(keywords.engine)]
  return {
    kind: 'sheet',
    records: recipe.map((one: unknown, at) =>
      readRecord({ recipe: one, tokens: tokens[at], score: score[at], engine: engine[at] }, refuse),
    ),
    sheet: readSheet(new Fields(json(keywords.sheet), keywords.sheet, refuse)),
  }
}

type Refuse = (why: string) => NeufError

type RecordParts = {
  readonly recipe: unknown
  readonly tokens: unknown
  readonly score: unknown
  readonly engine: unknown
}

function readRecord(parts: RecordParts, refuse: Refuse): PictureRecord {
  const engine = new Fields({ fingerprint: parts.engine }, keywords.engine, refuse).text('fingerprint')
  const tokens = tokensFromBase64(parts.tokens, refuse)
  return {
    recipe: readRecipeFields(new Fields(parts.recipe, keywords.recipe, refuse), tokens.length),
    tokens,
    score: parts.score === null ? null : readScore(new Fields(parts.score, keywords.score, refuse)),
    engine,
  }
}

function readRecipeFields(fields: Fields, tokens: number): Recipe {
  const model = fields.object('model')
  const sampling = fields.object('sampling')
  if (fields.whole('format', 1, maxCount) !== 1) throw fields.refuse('format', '1, the one this version reads')
  const candidates = fields.whole('candidates', 1, maxCount)
  return {
    format: 1,
    model: { name: model.text('name'), sha256: model.text('sha256', /^[0-9a-f]{64}$/) },
    prompt: fields.text('prompt'),
    normalisedPrompt: fields.text('normalisedPrompt'),
    seed: fields.whole('seed', 0, Number.MAX_SAFE_INTEGER),
    index: fields.whole('index', 0, candidates - 1),
    sampling: {
      temperature: sampling.number('temperature', 0, 1000),
      topK: sampling.whole('topK', 0, maxCount),
      guidance: sampling.number('guidance', -1000, 1000),
    },
    candidates,
    ...(fields.has('kept') && { kept: readKept(fields, tokens) }),
  }
}

function readKept(fields: Fields, tokens: number): Uint8Array {
  const text = fields.text('kept')
  const kept = isBase64(text) ? keptFromBase64(text, tokens) : undefined
  // One way of writing it alone is read: the one it is written in.
  if (kept === undefined || keptToBase64(kept) !== text) throw fields.refuse('kept', 'a bit for each image token')
  return kept
}

function readScore(fields: Fields): PictureScore {
  return {
    score: fields.number('score', -Number.MAX_VALUE, Number.MAX_VALUE),
    matchProbability: fields.isNull('matchProbability') ? null : fields.number('matchProbability', 0, 1),
  }
}

function readSheet(fields: Fields): CarriedSheet {
  return {
    columns: fields.whole('columns', 1, maxRecords),
    gap: fields.whole('gap', 0, 4096),
    scale: fields.whole('scale', 1, 4096),
  }
}

/** An object from a file: every value is asked for with what it may be, and a fault names where it stands. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>
  readonly #name: string
  readonly #refuse: Refuse

  constructor(value: unknown, name: string, refuse: Refuse) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw refuse(`its ${name} is not an object`)
    this.#values = value as Record<string, unknown>
    this.#name = name
    this.#refuse = refuse
  }

  refuse(field: string, expected: string): NeufError {
    return this.#refuse(`its ${this.#name}.${field} is not ${expected}`)
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field)
  }

  isNull(field: string): boolean {
    return this.#own(field) === null
  }

  object(field: string): Fields {
    return new Fields(this.#own(field), `${this.#name}.${field}`, this.#refuse)
  }

  text(field: string, pattern?: RegExp): string {
    const value = this.#own(field)
    if (typeof value !== 'string' || value.length > maxText)
      throw this.refuse(field, `a text of at most ${maxText} characters`)
    if (pattern !== undefined && !pattern.test(value)) throw this.refuse(field, `of the form ${pattern.source}`)
    return value
  }

  number(field: string, least: number, most: number): number {
    const value = this.#own(field)
    if (typeof value !== 'number' || !(value >= least && value <= most))
      throw this.refuse(field, `a number from ${least} to ${most}`)
    return value
  }

  whole(field: string, least: number, most: number): number {
    const value = this.number(field, least, most)
    if (!Number.isSafeInteger(value)) throw this.refuse(field, 'a whole number')
    return value
  }

  #own(field: string): unknown {
    return Object.hasOwn(this.#values, field) ? this.#values[field] : undefined
  }
}

/** Image tokens as base64 of 16-bit little-endian codes, whatever the machine's own order. */
export function tokensToBase64(tokens: Uint16Array): string {
  let bytes = ''
  for (const token of tokens) bytes += String.fromCharCode(token & 0xff, token >> 8)
  return btoa(bytes)
}

/** atob takes white space and missing padding too; what is read here is what is written here. */
const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0

/** Which image tokens stayed, base64 of a bit a token, the first in the lowest of the first byte. */
export function keptToBase64(kept: Uint8Array): string {
  let bytes = ''
  for (let at = 0; at < kept.length; at += 8) {
    let byte = 0
    for (let bit = 0; bit < 8; bit++) if (kept[at + bit] === 1) byte |= 1 << bit
    bytes += String.fromCharCode(byte)
  }
  return btoa(bytes)
}

/** The same as a 1 or a 0 for each of `length` tokens; those that the text does not reach are 0. */
export function keptFromBase64(text: string, length: number): Uint8Array {
  const bytes = atob(text)
  return Uint8Array.from({ length }, (_, at) => (bytes.charCodeAt(at >> 3) >> (at & 7)) & 1)
}

function tokensFromBase64(value: unknown, refuse: Refuse): Uint16Array {
  if (typeof value !== 'string' || value.length > maxTokens * 3 || !isBase64(value)) {
    throw refuse(`its ${keywords.tokens} is not base64`)
  }
  const bytes = atob(value)
  if (bytes.length % 2 !== 0) throw refuse(`its ${keywords.tokens} is not a row of 16-bit codes`)
  return Uint16Array.from(
    { length: bytes.length / 2 },
    (_, at) => bytes.charCodeAt(2 * at) | (bytes.charCodeAt(2 * at + 1) << 8),
  )
}
