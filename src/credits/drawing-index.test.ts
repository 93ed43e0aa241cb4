import { rmSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeIndex, encodeIndex } from './drawing-index.ts'
import { type SmallIndex, smallIndex } from './testing/small-index.ts'

let small: SmallIndex
beforeAll(async () => {
  small = await smallIndex()
})
afterAll(() => rmSync(small.folder, { recursive: true }))

/** An index of nothing but clear cells, some of it replaced. `lumas` is where the lumas stand in the body. */
function spoilt({ header = {}, body = (bytes) => bytes }: Spoiling): Uint8Array {
  const { drawings, looks } = small.looks
  const sets = [...new Set(drawings.map(({ set }) => set))].map((set) => {
    return [set, drawings.filter((one) => one.set === set).map(({ name }) => name)]
  })
  const steps = looks.map(({ drawing }, k) => drawing - (looks[k - 1]?.drawing ?? 0))
  const lumas = looks.length * 14 * 14
  const bytes = body(new Uint8Array(lumas + looks.length * 32), lumas)
  const text = new TextEncoder().encode(
    JSON.stringify({ format: 1, lightGrid: 14, colourGrid: 4, sets, steps, ...header }),
  )
  const whole = new Uint8Array(4 + text.length + bytes.length)
  new DataView(whole.buffer).setUint32(0, text.length, true)
  whole.set(text, 4)
  whole.set(bytes, 4 + text.length)
  return brotliCompressSync(whole)
}

type Spoiling = {
  readonly header?: Record<string, unknown>
  readonly body?: (bytes: Uint8Array, lumas: number) => Uint8Array
}

describe('an index of drawings', () => {
  it('is read as it was written, rounded once', () => {
    const { drawings, looks } = decodeIndex(encodeIndex(small.looks))
    expect(drawings).toEqual(small.looks.drawings)
    expect(looks.map(({ drawing }) => drawing)).toEqual(small.looks.looks.map(({ drawing }) => drawing))
    for (const [k, { look }] of looks.entries()) {
      const before = small.looks.looks[k]!.look
      const apart = (values: Float32Array, others: Float32Array) =>
        Math.max(...values.map((value, at) => Math.abs(value - others[at]!)))
      expect(apart(look.coverage, before.coverage)).toBeLessThan(1 / 6 + 1e-6)
      // A cell of which too little is covered has no light any more.
      const shown = look.luma.map((value, cell) => (value < 0 ? before.luma[cell]! : value))
      expect(apart(shown, before.luma)).toBeLessThanOrEqual(255 / 28 + 1e-3)
      // The steps end before the strongest colours do.
      const held = before.chroma.map((value) => Math.max(-128, Math.min(112, value)))
      expect(apart(look.chroma, held)).toBeLessThanOrEqual(8 + 1e-3)
    }
    const again = decodeIndex(encodeIndex({ drawings, looks }))
    expect(again).toEqual({ drawings, looks })
  })

  it('takes about as little as it says', () => {
    expect(encodeIndex(small.looks).length / small.looks.drawings.length).toBeLessThan(110)
  })

  it('wants the drawings of a set together', () => {
    const drawings = ['a', 'b', 'a'].map((set) => ({ set, name: 'x' }))
    expect(() => encodeIndex({ drawings, looks: [] })).toThrow(RangeError)
  })

  it('is refused when it is something else', () => {
    const packed = encodeIndex(small.looks)
    const bombs = [new Uint8Array(), new TextEncoder().encode('hello'), packed.subarray(0, packed.length >> 1)]
    for (const bytes of [...bombs, brotliCompressSync(new Uint8Array(3)), brotliCompressSync(new Uint8Array(4))]) {
      expect(() => decodeIndex(bytes)).toThrow()
    }
    // What takes more memory than any index is not unpacked.
    const quickly = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
    expect(() => decodeIndex(brotliCompressSync(new Uint8Array(80 * 2 ** 20), quickly))).toThrow()
  })

  it('is refused when its parts contradict each other', () => {
    expect(decodeIndex(spoilt({})).drawings).toEqual(small.looks.drawings)
    const steps = (first: number) => [first, ...small.looks.looks.slice(1).map(() => 0)]
    const wrong: [string, Spoiling, RegExp][] = [
      ['format', { header: { format: 2 } }, /format/],
      ['grid', { header: { lightGrid: 15 } }, /grids/],
      ['no sets', { header: { sets: null } }, /sets and steps/],
      ['path as a name', { header: { sets: [['noto', ['../x']]] } }, /sets and steps/],
      ['escape', { header: { sets: [['noto', ['\u001b[31m']]] } }, /sets and steps/],
      ['step', { header: { steps: [1.5] } }, /sets and steps/],
      ['drawing beyond the end', { header: { steps: steps(99) } }, /no drawing/],
      ['drawing before the start', { header: { steps: steps(-1) } }, /no drawing/],
      ['too short', { body: (bytes) => bytes.subarray(1) }, /bytes/],
      ['too long', { body: (bytes) => Uint8Array.of(...bytes, 0) }, /bytes/],
      ['covered without a luma', { body: (bytes) => bytes.fill(1, 0, 1) }, /bytes/],
      ['coverage', { body: (bytes) => Uint8Array.of(9, ...bytes) }, /coverage/],
      ['luma', { body: (b, at) => Uint8Array.of(1, ...b.subarray(1, at), 200, ...b.subarray(at)) }, /luma/],
    ]
    for (const [what, spoiling, why] of wrong) expect(() => decodeIndex(spoilt(spoiling)), what).toThrow(why)
  })
})
