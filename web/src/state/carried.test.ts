import { describe, expect, it } from 'vitest'
import { encodePng, webpOf } from '../../../src/image/codec.ts'
import { createPixels } from '../../../src/image/pixels.ts'
import { type PictureRecord, writeRecipe, writeSheetRecipe } from '../../../src/image/recipe-metadata.ts'
import { pictureRecord } from '../../../src/image/testing/picture-record.ts'
import type { Models } from '../api/types.ts'
import { isOffered, isSame, orderAgain, readCarried, stayedIn } from './carried.ts'

const sha256 = 'ab'.repeat(32)
const recordOf = (index: number): PictureRecord =>
  pictureRecord(
    {
      ...{ prompt: '<b>un renard</b>', normalisedPrompt: 'un renard', model: { name: 'small', sha256 }, index },
      ...{ sampling: { temperature: 0.5, topK: 8, guidance: 1.4 }, candidates: 100 },
    },
    { tokens: Uint16Array.of(index, 2, 3) },
  )
const plain = encodePng(createPixels(4, 4, [1, 2, 3]))
const record = recordOf(3)
const file = new Blob([writeRecipe(plain, record)])

const modelsWith = (hash: string): Models => ({
  models: [
    {
      name: 'other',
      sha256: 'cd'.repeat(32),
      side: 4,
      grid: [16, 8],
      defaults: { ...record.recipe.sampling, candidates: 4 },
    },
    { name: 'here', sha256: hash, side: 4, grid: [16, 8], defaults: { ...record.recipe.sampling, candidates: 4 } },
  ],
  limits: { promptCharacters: 1000, count: 64, candidates: 1024 },
})

describe('a file that is dropped', () => {
  it('says what it was drawn from: a picture, a WebP, a sheet', async () => {
    expect(await readCarried(file)).toEqual({ records: [record] })
    expect(await readCarried(new Blob([await webpOf(writeRecipe(plain, record))]))).toEqual({ records: [record] })
    const sheet = writeSheetRecipe(plain, [recordOf(5), record], { columns: 2, gap: 0, scale: 1 })
    expect(await readCarried(new Blob([sheet]))).toEqual({ records: [recordOf(5), record] })
  })

  it('says what stayed of another picture', async () => {
    const recipe = { ...record.recipe, kept: Uint8Array.of(1, 0, 0) }
    const carried = await readCarried(new Blob([writeRecipe(plain, { ...record, recipe })]))
    expect(typeof carried !== 'string' && stayedIn(carried.records[0])).toBeCloseTo(1 / 3)
    expect(stayedIn(record)).toBe(undefined)
  })

  it('may be anything else', async () => {
    for (const other of [new Blob([]), new Blob(['text']), new Blob([plain]), file.slice(0, 90)]) {
      expect(await readCarried(other)).toBe('file-unreadable')
    }
    // A folder, and something that would fill the memory: its size is looked at first.
    const folder = { size: 4096, arrayBuffer: () => Promise.reject(new Error('a folder')) } as unknown as Blob
    expect(await readCarried(folder)).toBe('file-unopened')
    const huge = { size: 2 ** 40, arrayBuffer: () => Promise.reject(new Error('read')) } as unknown as Blob
    expect(await readCarried(huge)).toBe('file-too-large')
  })

  it('is ordered again from the model that drew it, where that is here', () => {
    const sampling = record.recipe.sampling
    const order = { prompt: '<b>un renard</b>', seed: 7, sampling, candidates: 100, count: 64 }
    expect([isOffered(record, modelsWith(sha256)), isOffered(record, modelsWith('ef'.repeat(32)))]).toEqual([
      true,
      false,
    ])
    expect(orderAgain(record, modelsWith(sha256))).toEqual({ ...order, model: 'here' })
    expect(orderAgain(record, modelsWith('ef'.repeat(32)))).toEqual(order)
  })

  it('is the same as another that has its image tokens', async () => {
    expect(await isSame(record, file)).toBe(true)
    expect(await isSame(recordOf(4), file)).toBe(false)
    expect(await isSame({ ...record, tokens: Uint16Array.of(3, 2, 4) }, file)).toBe(false)
    expect(await isSame(record, new Blob([plain]))).toBe(false)
  })
})
