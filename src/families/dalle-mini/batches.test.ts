import { describe, expect, it } from 'vitest'
import { dalleMega, dalleMini } from '../../networks/dalle-mini-published.ts'
import { vqganImagenet } from '../../networks/vqgan.ts'
import { smallModel } from '../testing/random-model.ts'
import { candidatesAtOnce, picturesAtOnce } from './batches.ts'

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
})
