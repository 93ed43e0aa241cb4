/** Letters of 3 x 5 pixels, enough to write names on a sheet of pictures. */
import type { Pixels, Rgb } from '../image/pixels.ts'

/** Five rows of three pixels each, a row an octal digit. */
// biome-ignore format: a table
const glyphs: Readonly<Record<string, string>> = {
  a: '25755', b: '65656', c: '34443', d: '65556', e: '74647', f: '74644', g: '34553', h: '55755', i: '72227',
  j: '11152', k: '55655', l: '44447', m: '57755', n: '65555', o: '25552', p: '65644', q: '25563', r: '65655',
  s: '34216', t: '72222', u: '55557', v: '55552', w: '55775', x: '55255', y: '55222', z: '71247',
  0: '75557', 1: '26227', 2: '61247', 3: '61216', 4: '55711', 5: '74616', 6: '34757', 7: '71222', 8: '75757',
  9: '75716', '-': '00700', '.': '00002', ',': '00024', ':': '02020', '/': '11244', '%': '51245', '(': '12221',
  ')': '42224', '?': '61202', '!': '22202', "'": '22000', '>': '42124', '<': '12421', '=': '07070', '+': '02720',
  '#': '57575', ' ': '00000',
}
const unknown = '77777'

/** Pixels that a letter takes, with the gap behind it. */
export const letterWidth = 4
export const letterHeight = 5

/** Writes a line of text in place, each of its pixels `scale` a side; what does not fit is cut off. Accents are left away. */
export function writeText(onto: Pixels, text: string, left: number, top: number, colour: Rgb, scale = 1): void {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  for (const [place, letter] of [...plain].entries()) {
    const rows = glyphs[letter] ?? unknown
    for (let y = 0; y < letterHeight * scale; y++) {
      for (let x = 0; x < 3 * scale; x++) {
        const lit = (Number(rows[Math.floor(y / scale)]) >> (2 - Math.floor(x / scale))) & 1
        if (lit === 1) paint(onto, left + place * letterWidth * scale + x, top + y, colour)
      }
    }
  }
}

/** An empty box, one pixel thick. */
export function drawBox(
  onto: Pixels,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
  colour: Rgb,
): void {
  for (let x = left; x < left + width; x++) {
    paint(onto, x, top, colour)
    paint(onto, x, top + height - 1, colour)
  }
  for (let y = top; y < top + height; y++) {
    paint(onto, left, y, colour)
    paint(onto, left + width - 1, y, colour)
  }
}

function paint({ width, height, channels, data }: Pixels, x: number, y: number, colour: Rgb): void {
  if (x < 0 || y < 0 || x >= width || y >= height) return
  data.set(colour, (y * width + x) * channels)
}
