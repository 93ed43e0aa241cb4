import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { encodePng } from '../image/codec.ts'
import { createPixels } from '../image/pixels.ts'
import { readPicture } from './redraw.ts'
import { createDecoding } from './upload.ts'

it('decodes so many uploads at a time, in their order, also after one that cannot be read', async () => {
  const decoding = createDecoding(2)
  const begun: number[] = []
  const ends = new Map<number, { resolve: (value: number) => void; reject: (error: Error) => void }>()
  const all = [0, 1, 2, 3, 4].map((i) =>
    decoding(() => {
      begun.push(i)
      return new Promise<number>((resolve, reject) => ends.set(i, { resolve, reject }))
    }),
  )
  expect(begun).toEqual([0, 1])
  ends.get(1)!.reject(new Error('no picture'))
  await expect(all[1]).rejects.toThrow('no picture')
  expect(begun).toEqual([0, 1, 2])
  for (const i of [0, 2, 3]) {
    ends.get(i)!.resolve(i)
    expect(await all[i]).toBe(i)
    await turn()
  }
  expect(begun).toEqual([0, 1, 2, 3, 4])
  ends.get(4)!.resolve(4)
  await all[4]
  // And one that comes when none is under way begins at once.
  void decoding(async () => begun.push(5))
  expect(begun.at(-1)).toBe(5)
})

it('is what pictures are read through', async () => {
  const decode = createDecoding(1)
  let under = 0
  let most = 0
  const counted: typeof decode = (work) =>
    decode(async () => {
      most = Math.max(most, ++under)
      return work().finally(() => under--)
    })
  const png = encodePng(createPixels(300, 200, [9, 8, 7]))
  const read = (file: Uint8Array) => readPicture(file, ['image'], { side: 16, decoding: counted })
  const broken = expect(read(png.subarray(0, 99))).rejects.toMatchObject({ code: 'upload-unreadable' })
  const pictures = await Promise.all(Array.from({ length: 12 }, () => read(png)))
  await broken
  expect(new Set(pictures.map(({ width, height }) => `${width} ${height}`))).toEqual(new Set(['16 16']))
  expect([most, under]).toEqual([1, 0])
})
