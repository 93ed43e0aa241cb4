import { describe, expect, it } from 'vitest'
import { createPixels, type Pixels } from './pixels.ts'
import { composeSheet, layOutSheet, tileOf } from './sheet.ts'

const nine = Array.from({ length: 9 }, (_, at) => createPixels(4, 4, [at * 10, 100, 255 - at]))
const pixel = ({ data, width }: Pixels, x: number, y: number) =>
  Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3))

describe('composeSheet', () => {
  it('lays nine out as three by three, in reading order, with a gap all round', () => {
    const sheet = composeSheet(nine, { gap: 2, scale: 1, background: [1, 2, 3] })
    expect([sheet.width, sheet.height, sheet.channels]).toEqual([20, 20, 3])
    for (let y = 0; y < 20; y++)
      for (let x = 0; x < 20; x++) {
        const inGap = x % 6 < 2 || y % 6 < 2
        const at = Math.floor(y / 6) * 3 + Math.floor(x / 6)
        expect(pixel(sheet, x, y)).toEqual(inGap ? [1, 2, 3] : [at * 10, 100, 255 - at])
      }
  })

  it('enlarges small pictures to about 256 and leaves large ones', () => {
    expect(layOutSheet(9, { width: 64, height: 64 })).toMatchObject({
      scale: 4,
      columns: 3,
      gap: 8,
      width: 800,
      height: 800,
    })
    expect(layOutSheet(9, { width: 256, height: 256 })).toMatchObject({ scale: 1, tileWidth: 256 })
    expect(layOutSheet(1, { width: 512, height: 300 })).toMatchObject({ scale: 1, columns: 1, width: 528, height: 316 })
    expect(layOutSheet(2, { width: 64, height: 64 }, { columns: 5, gap: 0 })).toMatchObject({ width: 512, height: 256 })
    expect(layOutSheet(10, { width: 64, height: 64 }, { gap: 0 })).toMatchObject({
      columns: 4,
      width: 1024,
      height: 768,
    })
  })

  it('fills what is left of the last row with the background', () => {
    const sheet = composeSheet(nine.slice(0, 3), { columns: 2, gap: 0, scale: 1, background: [7, 7, 7] })
    expect(pixel(sheet, 0, 4)).toEqual([20, 100, 253])
    expect(pixel(sheet, 4, 4)).toEqual([7, 7, 7])
  })

  it('gives each tile back', () => {
    const sheet = composeSheet(nine, { scale: 2, gap: 3 })
    const layout = layOutSheet(9, nine[0]!, { scale: 2, gap: 3 })
    for (let at = 0; at < 9; at++) {
      expect(tileOf(sheet, layout, at)).toEqual(createPixels(8, 8, [at * 10, 100, 255 - at]))
    }
  })

  it('lays transparent pictures on its background', () => {
    const clear: Pixels = { width: 1, height: 1, channels: 4, data: Uint8Array.of(9, 9, 9, 0) }
    expect(pixel(composeSheet([clear], { gap: 1, scale: 1, background: [1, 2, 3] }), 1, 1)).toEqual([1, 2, 3])
  })

  it('refuses no pictures, pictures of two sizes and settings that make no sheet', () => {
    expect(() => composeSheet([])).toThrow(RangeError)
    expect(() => composeSheet([createPixels(2, 2), createPixels(2, 3)])).toThrow(RangeError)
    for (const wrong of [{ columns: 0 }, { scale: 0.5 }, { gap: -1 }, { columns: Number.NaN }]) {
      expect(() => composeSheet(nine, wrong)).toThrow(RangeError)
    }
  })
})
