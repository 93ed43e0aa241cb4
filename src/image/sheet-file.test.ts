import { expect, it } from 'vitest'
import { decodePicture, encodePng } from './codec.ts'
import { createPixels } from './pixels.ts'
import { type PictureRecord, readRecipe, writeRecipe } from './recipe-metadata.ts'
import { encodeSheet, sheetOf } from './sheet-file.ts'
import { pictureRecord } from './testing/picture-record.ts'

const recordOf = (index: number): PictureRecord =>
  pictureRecord({ index }, { tokens: Uint16Array.of(index, 2, 3), score: { score: index, matchProbability: 0.5 } })
const pixelsOf = (index: number) => createPixels(16, 16, [index * 20, 100, 200])

it('makes of the files of single pictures the sheet that their pictures would have made', async () => {
  const order = [5, 0, 3]
  const files = order.map((index) => writeRecipe(encodePng(pixelsOf(index)), recordOf(index)))
  const sheet = await sheetOf(files)
  expect(sheet).toEqual(encodeSheet(order.map(pixelsOf), order.map(recordOf)))
  expect(readRecipe(sheet)).toMatchObject({ kind: 'sheet', records: order.map((index) => ({ recipe: { index } })) })
  expect((await decodePicture(sheet)).width).toBeGreaterThan(32)
})

it('refuses what is no single picture', async () => {
  const sheet = encodeSheet([pixelsOf(1), pixelsOf(2)], [recordOf(1), recordOf(2)])
  await expect(sheetOf([sheet])).rejects.toThrow('it is a sheet')
  await expect(sheetOf([encodePng(pixelsOf(1))])).rejects.toThrow('carries no neuf:recipe')
})
