import { describe, expect, it } from 'vitest'
import { dalleMega, dalleMini } from '../../networks/dalle-mini-published.ts'
import { vqganImagenet } from '../../networks/vqgan.ts'
import { smallModel } from '../testing/random-model.ts'
import { candidateRows, candidatesAtOnce, pictureRows, picturesAtOnce } from './batches.ts'

describe('how much is worked on at once', () => {
  it('is bounded by what lies in memory', () => {
    const small = { ...smallModel.generator, textVocabulary: 300, imageVocabulary: 60, imageLength: 16 }
    expect(candidatesAtOnce(small, 2)).toBe(64)
    expect([1, 2].map((groups) => candidatesAtOnce(dalleMini, groups))).toEqual([42, 21])
    expect([1, 2].map((groups) => candidatesAtOnce(dalleMega, groups))).toEqual([10, 5])
    expect(candidatesAtOnce({ ...dalleMega, width: 2 ** 14 }, 2)).toBe(2)
    expect(picturesAtOnce(smallModel.imageTokenizer)).toBe(256)
    expect(picturesAtOnce(vqganImagenet)).toBe(1)
  })

  it('has no row too many where the rows of products are even without', () => {
    expect([1, 2, 3, 9].map((count) => candidateRows(count, 1))).toEqual([2, 2, 4, 10])
    expect([1, 2, 3, 9].map((count) => candidateRows(count, 2))).toEqual([2, 2, 3, 9])
    expect(pictureRows(vqganImagenet, 1)).toBe(1)
    expect(pictureRows(smallModel.imageTokenizer, 3)).toBe(4)
  })
})
