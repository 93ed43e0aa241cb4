import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import type { Corpus } from './corpus.ts'
import { captionLines, inspectCorpus, spelledOut } from './inspect.ts'

/** A corpus of empty pictures that notes which of them it was asked for. */
function fakeCorpus(count: number, captions: readonly string[] = ['a cat'], alpha: Uint8Array | null = null) {
  const asked: number[] = []
  const record = (index: number) => {
    asked.push(index)
    return { captions: captions.map((text, k) => ({ language: k === 0 ? 'en' : 'fr', text })) }
  }
  const pixels = () => new Uint8Array(16 * 16 * 3).fill(255)
  const corpus = { side: 16, count, record, pixels, alpha: () => alpha } as unknown as Corpus
  return { corpus, asked }
}

const heightOf = async (png: Buffer) => (await sharp(png).metadata()).height
const lines = (text: string) => captionLines(text).length

describe('inspectCorpus', () => {
  it('shows no picture twice, and all of them where there are no more', async () => {
    const all = fakeCorpus(20)
    await inspectCorpus(all.corpus, { count: 60, seed: 1 })
    expect(all.asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    const some = fakeCorpus(50)
    await inspectCorpus(some.corpus, { count: 40, seed: 2 })
    expect([some.asked.length, new Set(some.asked).size]).toEqual([40, 40])
  })

  it('has room for every line of the captions it shows', async () => {
    const long =
      'a herd of very small purple elephants made of stone riding a large orange teddy bear on a meadow '.repeat(4)
    const both = fakeCorpus(3, [long, 'un chat'])
    const english = await inspectCorpus(both.corpus, { count: 3, seed: 1, language: 'en' })
    const french = await inspectCorpus(both.corpus, { count: 3, seed: 1, language: 'fr' })
    const all = await inspectCorpus(both.corpus, { count: 3, seed: 1 })
    const [e, f, a] = [await heightOf(english), await heightOf(french), await heightOf(all)]
    expect(e - f).toBe((lines(long) - 1) * 12)
    expect(a - e).toBe(12)
  })

  it('shows a checkerboard where a picture is clear', async () => {
    const shades = async (alpha: Uint8Array | null) => {
      const sheet = await inspectCorpus(fakeCorpus(1, ['x'], alpha).corpus, { count: 1, seed: 1 })
      const { data } = await sharp(sheet)
        .extract({ left: 10, top: 10, width: 140, height: 140 })
        .raw()
        .toBuffer({ resolveWithObject: true })
      return [...new Set(data)].sort((a, b) => a - b)
    }
    expect(await shades(null)).toEqual([255])
    expect(await shades(new Uint8Array(16 * 16))).toEqual([204, 255])
    expect(await shades(new Uint8Array(16 * 16).fill(128))).toEqual([230, 255])
  })

  it('takes captions of any signs', async () => {
    const { corpus } = fakeCorpus(2, ['<b>&"\'🦘</b> ]]> &#0;'])
    expect((await sharp(await inspectCorpus(corpus, { count: 2, seed: 1 })).metadata()).format).toBe('png')
  })
})

describe('spelledOut', () => {
  it('names emoji, with and without what says how they are drawn', () => {
    expect(spelledOut('a 🦘 made of 🧀')).toBe('a [kangaroo] made of [cheese-wedge]')
    expect(spelledOut('☀️, ☀')).toBe('[sun], ☀')
    expect(spelledOut('🧑🏽‍🍳')).toMatch(/^\[[a-z-]*cook[a-z-]*\]$/)
    expect(spelledOut('👩🏿‍🚀 🏃‍♂️')).toMatch(/^\[woman astronaut\] \[man [a-z-]*run[a-z-]*\]$/)
    expect(spelledOut('🇫🇷 and 3 #')).toBe('[U+1F1EB U+1F1F7] and 3 #')
  })
})

describe('captionLines', () => {
  it('breaks at spaces', () => {
    expect(captionLines('a cat')).toEqual(['a cat'])
    expect(captionLines('')).toEqual([''])
    expect(captionLines('a small purple elephant next to a large orange teddy bear on a meadow')).toEqual([
      'a small purple elephant next',
      'to a large orange teddy bear',
      'on a meadow',
    ])
  })

  it('loses no letter, and no line is too long', () => {
    for (const text of [
      `${'two purple elephants made of stone '.repeat(9)}end`,
      'x'.repeat(100),
      `a ${'🦘'.repeat(40)} b`,
    ]) {
      const broken = captionLines(text)
      expect(broken.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      for (const line of broken) expect([...line].length).toBeLessThanOrEqual(28)
    }
  })
})
