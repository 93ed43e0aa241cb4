import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { decodePicture } from '../image/codec.ts'
import { createPixels } from '../image/pixels.ts'
import { convert, trim, webpSize } from './convert.ts'

const svg = (inside: string, sides = 'width="36" height="36" viewBox="0 0 36 36"') =>
  new TextEncoder().encode(`<svg xmlns="http://www.w3.org/2000/svg" ${sides}>${inside}</svg>`)
const read = async (webp: Uint8Array) => decodePicture(webp, { alpha: 'keep' })
const at = (picture: { width: number; data: Uint8Array }, x: number, y: number) => [
  ...picture.data.subarray((y * picture.width + x) * 4, (y * picture.width + x) * 4 + 4),
]

describe('convert', () => {
  it('renders large, trims and fits: the longer side has 192 pixels, whatever the drawing measures', async () => {
    const body = '<rect x="4" y="10" width="28" height="14" fill="#d03020"/>'
    for (const sides of [
      'width="36" height="36" viewBox="0 0 36 36"',
      'viewBox="0 0 36 36"',
      'width="1in" height="1in" viewBox="0 0 36 36"',
    ]) {
      const { webp, width, height } = await convert(svg(body, sides), 'a.svg')
      expect([width, height]).toEqual([192, 96])
      const picture = await read(webp)
      expect([picture.width, picture.height]).toEqual([192, 96])
      const [red, green, blue, alpha] = at(picture, 96, 48)
      expect(alpha).toBe(255)
      expect(Math.max(Math.abs(red! - 0xd0), Math.abs(green! - 0x30), Math.abs(blue! - 0x20))).toBeLessThan(6)
      // The trimmed edge is drawn on, not clear.
      for (const [x, y] of [
        [0, 48],
        [191, 48],
        [96, 0],
        [96, 95],
      ] as const)
        expect(at(picture, x, y)[3]).toBeGreaterThan(100)
    }
  })

  it('keeps holes and soft parts, and their colour free of what is clear beside them', async () => {
    const { webp } = await convert(
      svg(
        '<path d="M2 2h32v32h-32z M12 12v12h12v-12z" fill="#20a040"/><rect x="13" y="13" width="10" height="5" fill="#2040ff" opacity=".5"/>',
      ),
      'a.svg',
    )
    const picture = await read(webp)
    expect(at(picture, 96, 118)[3]).toBe(0)
    expect(Math.abs(at(picture, 96, 80)[3]! - 128)).toBeLessThan(4)
    const corner = at(picture, 1, 1)
    expect(corner[0]! + corner[2]!).toBeLessThan(0x20 + 0x40 + 30)
  })

  it('never makes a bitmap larger, and adds what alpha it lacks', async () => {
    const png = async (width: number, height: number, alpha: number) =>
      sharp({ create: { width, height, channels: 4, background: { r: 10, g: 200, b: 30, alpha } } })
        .png()
        .toBuffer()
    expect(await convert(await png(50, 20, 1), 'a.png')).toMatchObject({ width: 50, height: 20 })
    expect(await convert(await png(250, 500, 0.5), 'a.png')).toMatchObject({ width: 96, height: 192 })
    const { webp } = await convert(
      await sharp(await png(20, 20, 1))
        .removeAlpha()
        .png()
        .toBuffer(),
      'a.png',
    )
    expect(at(await read(webp), 10, 10)[3]).toBe(255)
    // One pixel high at 192 wide is not none.
    expect(await convert(await png(1000, 2, 1), 'a.png')).toMatchObject({ width: 192, height: 1 })
  })

  it('is the same for the same file', async () => {
    const file = svg('<circle cx="18" cy="18" r="11" fill="teal"/>')
    expect((await convert(file, 'a.svg')).webp).toEqual((await convert(file, 'a.svg')).webp)
  })

  it.each([
    ['clear.svg', svg('')],
    ['faint.svg', svg('<rect width="36" height="36" opacity="0.02"/>')],
    ['cut.svg', svg('<rect').subarray(0, 60)],
    ['no.svg', new TextEncoder().encode('404: Not Found')],
    ['no.png', svg('<rect width="9" height="9"/>')],
    ['huge.svg', svg('<rect width="9" height="9"/>', 'width="90000" height="1" viewBox="0 0 90000 1"')],
  ])('says what is wrong with %s', async (path, file) => {
    await expect(convert(file, path)).rejects.toMatchObject({
      code: 'file-unreadable',
      message: expect.stringMatching(new RegExp(`^Cannot read ${path}: [^\n]+$`)),
    })
  })
})

describe('trim', () => {
  it('keeps what has an alpha of at least 8', () => {
    const picture = createPixels(6, 5, [1, 2, 3], 4)
    for (let pixel = 0; pixel < 30; pixel++) picture.data[pixel * 4 + 3] = 7
    expect(trim(picture)).toBeUndefined()
    picture.data[(1 * 6 + 2) * 4 + 3] = 8
    expect(trim(picture)).toMatchObject({ width: 1, height: 1 })
    picture.data[(4 * 6 + 5) * 4 + 3] = 255
    const trimmed = trim(picture)!
    expect(trimmed).toMatchObject({ width: 4, height: 4 })
    expect([trimmed.data[3], trimmed.data.at(-1)]).toEqual([8, 255])
  })
})

describe('webpSize', () => {
  it('reads sides, of WebP alone', async () => {
    const { webp } = await convert(svg('<rect width="36" height="18"/>'), 'a.svg')
    expect(await webpSize(webp, 'a')).toEqual({ width: 192, height: 96 })
    await expect(webpSize(await sharp(webp).png().toBuffer(), 'a')).rejects.toThrow(/not WebP/)
    await expect(webpSize(webp.subarray(0, 10), 'a')).rejects.toMatchObject({ code: 'file-unreadable' })
  })
})
