import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openText, type TextSettings } from './model-text.ts'
import { defaultNormaliser, normalise } from './normalise.ts'
import { captions } from './testing/captions.ts'
import { trainBpe } from './train-bpe.ts'

const read = (name: string) => readFileSync(new URL(`testing/${name}`, import.meta.url), 'utf8')
const words = read('word-frequencies.txt')
const bart = JSON.parse(read('vectors/bart-tokenizer.json'))
const own = JSON.stringify(trainBpe(captions(), { vocabularySize: 300 }))

const open = (settings: Partial<TextSettings>, files: Record<string, string>) =>
  openText(
    { length: 16, normaliser: 'default', ...settings },
    {
      folder: 'there',
      has: (name) => Object.hasOwn(files, name),
      read: async (name) => new TextEncoder().encode(files[name]),
    },
  )

describe('openText', () => {
  it('reads models of this project as before', async () => {
    for (const given of ['default', { ...defaultNormaliser }] as const) {
      const { normaliser, tokenizer } = await open({ normaliser: given }, { 'tokenizer.json': own })
      expect(normaliser).toEqual(defaultNormaliser)
      expect(tokenizer.decode(tokenizer.encode(normalise('A cat!', normaliser)).ids)).toBe('a cat')
    }
  })

  it('reads DALL·E mini: its normaliser, its tokenizer, in one file or in two', async () => {
    const settings = { normaliser: 'dalle-mini', tokenizer: 'bart' }
    const merges = bart.model.merges.map((merge: string[]) => merge.join(' ')).join('\n')
    const two = { 'vocab.json': JSON.stringify(bart.model.vocab), 'merges.txt': `#version: 0.2\n${merges}\n` }
    const rows = []
    for (const files of [{ 'tokenizer.json': JSON.stringify(bart) }, two]) {
      const { normaliser, tokenizer } = await open(settings, { 'enwiki-words-frequency.txt': words, ...files })
      expect(normalise('A 🦘 & #redcat!', normaliser)).toBe(' a, kangaroo, & red cat')
      expect(normalise('', normaliser)).toBe('')
      rows.push(tokenizer.encode(normalise('A red kangaroo', normaliser)))
    }
    expect(rows[0]).toEqual(rows[1])
    expect(rows[0]!.ids[1]).toBe(bart.model.vocab.Ġa)
  })

  it('reads other file names, and readings where there are any', async () => {
    const { normaliser } = await open(
      { normaliser: { kind: 'dalle-mini', words: 'w.txt', readings: 'r.json' } },
      { 'w.txt': words, 'r.json': '{"猫":"Mao "}', 'tokenizer.json': own },
    )
    expect(normalise('猫', normaliser)).toBe(' mao')
    const byDefault = await open(
      { normaliser: 'dalle-mini' },
      { 'enwiki-words-frequency.txt': words, 'transliteration.json': '{"猫":"Neko "}', 'tokenizer.json': own },
    )
    expect(normalise('猫', byDefault.normaliser)).toBe(' neko')
  })

  it('reads CLIP, which needs no normaliser', async () => {
    const settings = { normaliser: 'none', tokenizer: { kind: 'clip', file: 'clip.json' }, length: 77 }
    const { normaliser, tokenizer } = await open(settings, { 'clip.json': read('vectors/clip-tokenizer.json') })
    const text = normalise('A  Red KANGAROO!', normaliser)
    expect(text).toBe('A  Red KANGAROO!')
    expect(tokenizer.decode(tokenizer.encode(text).ids)).toBe('a red kangaroo !')
    expect(tokenizer.pad).toBe(tokenizer.end)
  })

  it.each<[string, Partial<TextSettings>, Record<string, string>]>([
    ['text.normaliser is neither', { normaliser: 'other' }, {}],
    ['text.normaliser is neither', { normaliser: { kind: 'x' } }, {}],
    ['unknown setting "more"', { normaliser: { kind: 'dalle-mini', more: 'x' } }, {}],
    ['unknown setting "words"', { normaliser: { kind: 'dalle-mini', words: 1 } }, {}],
    ['needs the file enwiki-words-frequency.txt', { normaliser: 'dalle-mini' }, {}],
    ['text.tokenizer is neither', { tokenizer: 'wordpiece' }, {}],
    ['unknown setting "path"', { tokenizer: { kind: 'clip', path: 'x' } }, {}],
    ['needs the file vocab.json', { tokenizer: 'clip' }, {}],
    ['needs the file merges.txt', { tokenizer: 'clip' }, { 'vocab.json': '{}' }],
    ['needs the file tokenizer.json', {}, {}],
    ['it is not JSON', {}, { 'tokenizer.json': '{' }],
  ])('refuses what it does not know: %s', async (reason, settings, files) => {
    const opening = open(settings, files)
    await expect(opening).rejects.toThrow(expect.objectContaining({ code: 'model-broken' }))
    await expect(opening).rejects.toThrow(reason)
  })
})
