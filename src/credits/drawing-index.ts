/**
 * The drawings that a model was trained on, in little, as its folder carries them: `drawings.bin`. A Brotli stream
 * (RFC 7932) of: the length of a header (32 bits, little-endian), the header (JSON), then for all looks the coverage of
 * every cell, the luma of every covered cell, and the colours; a byte each, which Brotli packs to some 60 a drawing.
 */
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { NeufError } from '../errors/errors.ts'
import type { Model } from '../models/model-folder.ts'
import { type Comparable, colourGrid, comparable, type Look, lightGrid } from './look.ts'

export const indexFile = 'drawings.bin'

/** A drawing by the name of its set and what it is called there: code points, or the concept for our own. */
export type DrawingName = { readonly set: string; readonly name: string }

/** `looks[k].drawing` counts `drawings`; most have one look, some a second one. */
export type DrawingLooks = {
  readonly drawings: readonly DrawingName[]
  readonly looks: readonly { readonly drawing: number; readonly look: Look }[]
}

/** Ready for searching. */
export type DrawingIndex = {
  readonly drawings: readonly DrawingName[]
  readonly looks: readonly { readonly drawing: number; readonly look: Comparable }[]
}

type Header = {
  readonly format: 1
  readonly lightGrid: number
  readonly colourGrid: number
  /** Names by set, in the order of the drawings. */
  readonly sets: readonly (readonly [set: string, names: readonly string[]])[]
  /** The drawing of each look, as steps from the one before. */
  readonly steps: readonly number[]
}

const lightCells = lightGrid * lightGrid
const colourCells = colourGrid * colourGrid * 2
/** Levels: coverage 0..3; luma 1..15, 0 where nothing shows; colours in steps of 16 levels, 0 being the middle one, 8. */
const coverageLevels = 3
const lumaLevels = 14
const colourStep = 16

/** Drawings of one set must stand together (else RangeError). */
export function encodeIndex({ drawings, looks }: DrawingLooks): Uint8Array {
  const sets: [string, string[]][] = []
  for (const { set, name } of drawings) {
    if (sets.at(-1)?.[0] !== set) sets.push([set, []])
    sets.at(-1)![1].push(name)
  }
  if (new Set(sets.map(([set]) => set)).size < sets.length) throw new RangeError('the drawings of a set stand apart')
  const steps = looks.map(({ drawing }, k) => drawing - (looks[k - 1]?.drawing ?? 0))
  const header: Header = { format: 1, lightGrid, colourGrid, sets, steps }
  const text = new TextEncoder().encode(JSON.stringify(header))
  const [coverage, luma, colours]: [number[], number[], number[]] = [[], [], []]
  for (const { look } of looks) {
    for (let cell = 0; cell < lightCells; cell++) {
      const level = Math.round(Math.max(0, Math.min(1, look.coverage[cell]!)) * coverageLevels)
      coverage.push(level)
      const light = look.luma[cell]!
      if (level > 0) luma.push(light < 0 ? 0 : 1 + Math.round((Math.min(255, light) / 255) * lumaLevels))
    }
    for (const value of look.chroma) colours.push(Math.max(0, Math.min(15, 8 + Math.round(value / colourStep))))
  }
  const whole = new Uint8Array(4 + text.length + coverage.length + luma.length + colours.length)
  new DataView(whole.buffer).setUint32(0, text.length, true)
  whole.set(text, 4)
  whole.set(coverage, 4 + text.length)
  whole.set(luma, 4 + text.length + coverage.length)
  whole.set(colours, 4 + text.length + coverage.length + luma.length)
  return brotliCompressSync(whole, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: whole.length,
    },
  })
}

/** The index of all the art takes 5 MB unpacked. */
const mostUnpacked = 64 * 2 ** 20
const mostLooks = 200_000

/** What `encodeIndex` wrote, rounded as it is there. Throws Error, saying what is wrong, for anything else. */
export function decodeIndex(packed: Uint8Array): DrawingLooks {
  const whole = new Uint8Array(brotliDecompressSync(packed, { maxOutputLength: mostUnpacked }))
  if (whole.length < 4) throw new Error('it is empty')
  const length = new DataView(whole.buffer, whole.byteOffset).getUint32(0, true)
  if (4 + length > whole.length) throw new Error('its header is cut short')
  const { sets, steps } = readHeader(JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length))))
  const drawings = sets.flatMap(([set, names]) => names.map((name): DrawingName => ({ set, name })))
  let light = 4 + length
  let luma = light + steps.length * lightCells
  const covered = whole.subarray(light, luma).reduce((sum, level) => sum + (level > 0 ? 1 : 0), 0)
  let colour = luma + covered
  if (whole.length !== colour + steps.length * colourCells) {
    throw new Error(`it has ${whole.length} bytes, not what ${steps.length} looks take`)
  }
  let drawing = 0
  const looks = steps.map((step) => {
    drawing += step
    if (drawing < 0 || drawing >= drawings.length) throw new Error(`it has no drawing ${drawing}`)
    const look: Look = {
      coverage: new Float32Array(lightCells),
      luma: new Float32Array(lightCells).fill(-1),
      chroma: new Float32Array(colourCells),
    }
    for (let cell = 0; cell < lightCells; cell++) {
      const level = whole[light++]!
      if (level > coverageLevels) throw new Error(`a coverage is ${level}, over ${coverageLevels}`)
      look.coverage[cell] = level / coverageLevels
      if (level > 0) look.luma[cell] = readLuma(whole[luma++]!)
    }
    for (let at = 0; at < colourCells; at++) look.chroma[at] = (Math.min(15, whole[colour++]!) - 8) * colourStep
    return { drawing, look }
  })
  return { drawings, looks }
}

function readLuma(level: number): number {
  if (level > lumaLevels + 1) throw new Error(`a luma is ${level}, over ${lumaLevels + 1}`)
  return level === 0 ? -1 : ((level - 1) / lumaLevels) * 255
}

function readHeader(value: Partial<Header> | null): Header {
  if (value?.format !== 1) throw new Error(`its format is ${value?.format}, not 1`)
  if (value.lightGrid !== lightGrid || value.colourGrid !== colourGrid) throw new Error('its grids are others')
  const { sets, steps } = value
  // Names are shown to people and looked up in the list of sources; they never become paths.
  const isName = (text: unknown) => typeof text === 'string' && /^[a-z0-9][a-z0-9-]{0,99}$/.test(text)
  const sound =
    Array.isArray(sets) &&
    sets.every((row) => Array.isArray(row) && isName(row[0]) && Array.isArray(row[1]) && row[1].every(isName)) &&
    Array.isArray(steps) &&
    steps.length <= mostLooks &&
    steps.every(Number.isSafeInteger)
  if (!sound) throw new Error('its header does not hold sets and steps')
  return value as Header
}

export const readyIndex = ({ drawings, looks }: DrawingLooks): DrawingIndex => ({
  drawings,
  looks: looks.map(({ drawing, look }) => ({ drawing, look: comparable(look) })),
})

/** The index of a model; undefined where its folder has none. @throws NeufError `model-broken` */
export async function readDrawingIndex({ json, folder, file }: Model): Promise<DrawingIndex | undefined> {
  if (!Object.hasOwn(json.files, indexFile)) return undefined
  const packed = await file(indexFile)
  try {
    return readyIndex(decodeIndex(packed))
  } catch (cause) {
    const why = `it is no index of drawings: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new NeufError('model-broken', { path: `${folder}/${indexFile}`, why }, { cause })
  }
}
