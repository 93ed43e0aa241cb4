import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { createPixels } from './pixels.ts'
import { pngFrom } from './png-encode.ts'
import { readText, withText } from './png-metadata.ts'
import { type PictureRecord, readRecipe, tokensToBase64, writeRecipe, writeSheetRecipe } from './recipe-metadata.ts'

const png = pngFrom(createPixels(4, 4), (bytes) => deflateSync(bytes))

const record = (index: number): PictureRecord => ({
  recipe: {
    format: 1,
    model: { name: 'pictogram-tiny', sha256: 'ab'.repeat(32) },
    prompt: 'L’Éléphant “en fromage” 🦘',
    normalisedPrompt: 'l\'éléphant "en fromage" 🦘',
    seed: Number.MAX_SAFE_INTEGER - index,
    index,
    sampling: { temperature: 0.9, topK: 0, guidance: 2.5 },
    candidates: 32,
  },
  tokens: Uint16Array.of(0, 1, 255, 256, 16384, 65535, index),
  score: index === 2 ? null : { score: 12.5 - index, matchProbability: index === 1 ? null : 0.75 },
  engine: 'onnxruntime 1.30.0, fp32, x64 avx2',
})

const sheet = { columns: 3, gap: 8, scale: 4 }
const nine = Array.from({ length: 9 }, (_, index) => record(index))

describe('a recipe in a PNG', () => {
  it('comes back whole, for a picture', () => {
    for (const one of nine.slice(0, 3))
      expect(readRecipe(writeRecipe(png, one))).toEqual({ kind: 'picture', record: one })
  })

  it('comes back whole, for a sheet', () => {
    const written = writeSheetRecipe(png, nine, sheet)
    expect(readRecipe(written)).toEqual({ kind: 'sheet', records: nine, sheet })
    expect(readRecipe(writeRecipe(written, nine[0]!))).toEqual({ kind: 'picture', record: nine[0] })
  })

  it('tells which image tokens stayed where a part was drawn anew', () => {
    const kept = Uint8Array.of(1, 0, 0, 1, 0, 0, 1)
    const part = { ...record(0), recipe: { ...record(0).recipe, kept } }
    expect(readRecipe(writeRecipe(png, part))).toEqual({ kind: 'picture', record: part })
    const written = writeSheetRecipe(png, [part, record(1)], sheet)
    expect(readRecipe(written)).toEqual({ kind: 'sheet', records: [part, record(1)], sheet })
    expect(JSON.parse(readText(writeRecipe(png, part))['neuf:recipe']!).kept).toBe(btoa('\x49'))
    const long = {
      ...part,
      tokens: new Uint16Array(20),
      recipe: { ...part.recipe, kept: new Uint8Array(20).fill(1, 9) },
    }
    expect(readRecipe(writeRecipe(png, long))).toEqual({ kind: 'picture', record: long })
  })

  it('can be read without this program', () => {
    const texts = readText(writeRecipe(png, record(0)))
    expect(JSON.parse(texts['neuf:recipe']!)).toEqual(record(0).recipe)
    expect(JSON.parse(texts['neuf:score']!)).toEqual({ score: 12.5, matchProbability: 0.75 })
    expect(texts['neuf:engine']).toBe('onnxruntime 1.30.0, fp32, x64 avx2')
    const bytes = Buffer.from(texts['neuf:tokens']!, 'base64')
    expect(Array.from({ length: 7 }, (_, at) => bytes.readUInt16LE(2 * at))).toEqual([...record(0).tokens])
    expect(tokensToBase64(Uint16Array.of(0x4241))).toBe('QUI=')
  })
})

describe('a recipe from elsewhere', () => {
  const fault = (texts: Record<string, string>, from: Uint8Array = writeRecipe(png, record(0))): string => {
    try {
      readRecipe(withText(from, texts), 'there.png')
    } catch (thrown) {
      if (thrown instanceof NeufError && thrown.code === 'file-unreadable') return thrown.message
      throw thrown
    }
    return 'none'
  }
  type Loose = Record<string, unknown>
  const changed = (path: string, value: unknown): string => {
    const copy = JSON.parse(JSON.stringify(record(0).recipe)) as Loose
    const names = path.split('.')
    const last = names.pop()!
    const holder = names.reduce((object, name) => object[name] as Loose, copy)
    if (value === undefined) delete holder[last]
    else holder[last] = value
    return fault({ 'neuf:recipe': JSON.stringify(copy) })
  }

  it('is missed by name', () => {
    expect(() => readRecipe(png, 'there.png')).toThrow('Cannot read there.png: it carries no neuf:recipe')
    expect(fault({ 'neuf:recipe': '{}' }, png)).toContain('it carries no neuf:tokens')
    for (const other of [Uint8Array.of(1, 2, 3), Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)]) {
      expect(() => readRecipe(other)).toThrow('it is neither a PNG nor a WebP picture')
    }
  })

  it.each(['{', '', 'null', '7', '"x"', 'NaN', '{"a":1}}', '[]', '[[]]', '[1]'])('is refused as %j', (text) => {
    expect(fault({ 'neuf:recipe': text })).toMatch(/neuf:(recipe|tokens)|sheet of 0/)
  })

  const wrongNumbers = [-1, 1.5, 1e300, '1', null, true, [], {}, undefined]
  const cases: [string, unknown[]][] = [
    ['format', [...wrongNumbers, 2]],
    ['model', [null, [], 'x', {}, undefined]],
    ['model.name', [null, 7, {}, 'x'.repeat(100_001), undefined]],
    ['model.sha256', [null, 'ab', 'AB'.repeat(32), `${'ab'.repeat(32)}\n`, 'zz'.repeat(32), undefined]],
    ['prompt', [null, 7, [], undefined]],
    ['normalisedPrompt', [null, 7, [], undefined]],
    ['seed', [...wrongNumbers, 2 ** 53]],
    ['index', [...wrongNumbers, 32]],
    ['candidates', [...wrongNumbers, 0, 2 ** 31]],
    ['sampling', [null, [], 7, undefined]],
    ['sampling.temperature', [-1, 1e9, '1', null, undefined]],
    ['sampling.topK', wrongNumbers],
    ['sampling.guidance', [-1e9, 1e9, '1', null, undefined]],
    ['kept', [null, 7, '', 'QQ', '!!!!', 'QUI=', '/w==', ' SQ==']],
  ]
  it.each(cases)('is refused with a wrong %s, which is named', (path, values) => {
    for (const value of values) expect(changed(path, value), JSON.stringify(value)).toContain(`its neuf:recipe.${path}`)
  })

  it('cannot borrow its fields from a prototype', () => {
    const text = JSON.stringify(record(0).recipe).replace('"seed"', '"__proto__":{"seed":1},"x"')
    expect(fault({ 'neuf:recipe': text })).toContain('neuf:recipe.seed')
  })

  it.each(['', 'A', 'AAAA', 'AA==', 'AAAAA', '!!!!', 'QUI\n', ' QUI=', 'QUI=QUI=', '=='])(
    'is refused with tokens %j',
    (tokens) => {
      expect(fault({ 'neuf:tokens': tokens })).toMatch(/neuf:tokens is not/)
    },
  )

  it.each([
    '{}',
    '[]',
    '{"score":"1","matchProbability":0.5}',
    '{"score":1}',
    '{"score":1,"matchProbability":1.1}',
    '{"score":1e999,"matchProbability":0}',
  ])('is refused with the score %s', (score) => {
    expect(fault({ 'neuf:score': score })).toContain('neuf:score')
  })

  it('is refused as a sheet whose parts do not fit', () => {
    const whole = writeSheetRecipe(png, nine, sheet)
    expect(fault({ 'neuf:tokens': '["QUI="]' }, whole)).toContain('neuf:tokens is not a list of 9')
    expect(fault({ 'neuf:score': 'null' }, whole)).toContain('neuf:score is not a list of 9')
    expect(fault({ 'neuf:engine': 'x' }, whole)).toContain('neuf:engine is not JSON')
    expect(fault({ 'neuf:engine': JSON.stringify(nine.map(() => 7)) }, whole)).toContain('neuf:engine')
    for (const wrong of [
      'null',
      '{}',
      '{"columns":0,"gap":0,"scale":1}',
      '{"columns":3,"gap":-1,"scale":1}',
      '{"columns":3,"gap":0,"scale":1e9}',
    ]) {
      expect(fault({ 'neuf:sheet': wrong }, whole)).toContain('neuf:sheet')
    }
    expect(fault({ 'neuf:recipe': `[${'0,'.repeat(2000)}0]` }, whole)).toContain('sheet of 2001 pictures')
  })

  it('is refused when it is far too long', () => {
    expect(fault({ 'neuf:tokens': 'A'.repeat(5 * 2 ** 20) })).toContain('too long')
    expect(fault({ 'neuf:recipe': ' '.repeat(5 * 2 ** 20) })).toContain('too long')
  })
})
