/** Pictures for tests: each of a colour of its own, in any format. */
import sharp, { type Sharp } from 'sharp'

/** A colour that no other small number has. */
export const colourOf = (number: number): { r: number; g: number; b: number } => ({
  r: (number * 53) % 256,
  g: (number * 97 + 40) % 256,
  b: (number * 31 + 90) % 256,
})

/** A plain picture with a dark upper left quarter, so that turning it shows. */
export function picture(number: number, width = 64, height = width): Sharp {
  const dark = {
    width: Math.ceil(width / 2),
    height: Math.ceil(height / 2),
    channels: 3 as const,
    background: '#101010',
  }
  return sharp({ create: { width, height, channels: 3, background: colourOf(number) } }).composite([
    { input: { create: dark }, left: 0, top: 0 },
  ])
}

export const png = async (number: number, width?: number, height?: number): Promise<Uint8Array> =>
  new Uint8Array(await picture(number, width, height).png().toBuffer())
