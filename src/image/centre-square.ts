import { crop, flatten, type Pixels } from './pixels.ts'
import { resize } from './resize.ts'

/**
 * A picture as CLIP reads it (Radford et al. 2021): its shorter side brought to `side` pixels by the cubic of Catmull and
 * Rom, widened where the picture is made smaller, and the square in the middle cut out; an odd remainder goes to the right
 * or the bottom. What is clear shows white. Returns RGB; throws RangeError unless `side` is a whole number of at least 1.
 */
export function centreSquare(picture: Pixels, side: number): Pixels {
  const { width, height } = picture
  const long = (of: number, short: number) => Math.floor((side * of) / short)
  const [across, down] = width < height ? [side, long(height, width)] : [long(width, height), side]
  // Rows before columns, with bytes between: so does Pillow, through which the published weights saw their pictures.
  const rows = resize(flatten(picture), across, height, 'catmull-rom')
  const resized = resize(rows, across, down, 'catmull-rom')
  return crop(resized, Math.floor((across - side) / 2), Math.floor((down - side) / 2), side, side)
}
