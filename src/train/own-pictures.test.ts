import { describe, expect, it } from 'vitest'
import type { PictureCorpus } from '../corpus/read.ts'
import { fitToCorpus } from './own-pictures.ts'
import { smallCorpus } from './testing/small-corpus.ts'
import { smallRecipe } from './testing/small-recipe.ts'

/** Pictures that are their own number. */
function numbered(count: number, side = 32): PictureCorpus {
  return {
    ...{ side, count },
    info: { format: 2, kind: 'pictures', side, count, shardSize: 64, alpha: true, fit: 'crop', sha256: '' },
    record: (index) => ({ captions: [{ language: 'en', text: `number ${index}` }], source: `${index}.png` }),
    pixels: (index) => new Uint8Array(side * side * 3).fill(index),
    alpha: (index) => new Uint8Array(side * side).fill(index),
    dispose() {},
  }
}

describe('fitToCorpus', () => {
  it('leaves a recipe and generated scenes as they are', () => {
    const scenes = smallCorpus(40)
    expect(fitToCorpus(smallRecipe, scenes)).toEqual({ recipe: smallRecipe, corpus: scenes })
  })

  it.each([
    [20, 2],
    [45, 4],
    [5000, 32],
  ])('keeps back of %d pictures %d', (count, kept) => {
    const { recipe } = fitToCorpus(smallRecipe, numbered(count))
    expect(recipe.corpus).toMatchObject({ count, validationCount: kept, ownPictures: true })
    expect({ ...recipe, corpus: smallRecipe.corpus }).toEqual(smallRecipe)
  })

  it('gives every picture once with its own captions, not in the order of their names', () => {
    const { corpus } = fitToCorpus(smallRecipe, numbered(100))
    const order = Array.from({ length: 100 }, (_, index) => corpus.pixels(index)[0]!)
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index))
    // Those kept back come from all over.
    const last = order.slice(-10)
    expect(Math.min(...last)).toBeLessThan(40)
    expect(last).not.toEqual(last.toSorted((a, b) => a - b))
    for (const [index, number] of order.entries()) {
      expect(corpus.record(index).captions[0]!.text).toBe(`number ${number}`)
      expect(corpus.alpha(index)![0]).toBe(number)
    }
    const again = fitToCorpus(smallRecipe, numbered(100)).corpus
    expect(order).toEqual(order.map((_, index) => again.pixels(index)[0]!))
  })

  it('refuses another side and too few pictures', () => {
    expect(() => fitToCorpus(smallRecipe, numbered(100, 64))).toThrow(/64 x 64.*--side 32/)
    expect(() => fitToCorpus(smallRecipe, numbered(19))).toThrow(/19 pictures.*at least 20/)
  })
})
