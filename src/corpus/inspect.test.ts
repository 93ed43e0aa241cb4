import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { captionLines, inspectCorpus } from './inspect.ts'
import type { Corpus } from './read.ts'

/** A corpus of empty pictures that notes which scenes it was asked for. */
function fakeCorpus(count: number, caption = 'a cat') {
  const asked: number[] = []
  const record = (index: number) => {
    asked.push(index)
    return { captions: [{ language: 'en', text: caption }] }
  }
  const corpus = { side: 16, count, record, pixels: () => new Uint8Array(16 * 16 * 3) } as unknown as Corpus
  return { corpus, asked }
}

describe('inspectCorpus', () => {
  it('shows no scene twice, and all of them where there are no more', async () => {
    const all = fakeCorpus(20)
    await inspectCorpus(all.corpus, { count: 60, seed: 1 })
    expect(all.asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index))
    const some = fakeCorpus(50)
    await inspectCorpus(some.corpus, { count: 40, seed: 2 })
    expect([some.asked.length, new Set(some.asked).size]).toEqual([40, 40])
  })

  it('has room for a number and three lines of each caption', async () => {
    const { height } = await sharp(await inspectCorpus(fakeCorpus(1).corpus, { count: 1, seed: 1 })).metadata()
    expect(height).toBeGreaterThanOrEqual(160 + 7 * 12)
  })
})

describe('captionLines', () => {
  it('breaks at spaces into at most three lines', () => {
    expect(captionLines('a cat')).toEqual(['a cat'])
    expect(captionLines('')).toEqual([''])
    expect(captionLines('a small purple elephant next to a large orange teddy bear on a meadow')).toEqual([
      'a small purple elephant',
      'next to a large orange',
      'teddy bear on a meadow',
    ])
  })

  it('ends what is longer with an ellipsis', () => {
    const lines = captionLines(`${'two purple elephants made of stone '.repeat(4)}end`)
    expect(lines.length).toBe(3)
    expect(lines[2]).toMatch(/ …$/)
    expect(lines.every((line) => line.length <= 26)).toBe(true)
  })
})
