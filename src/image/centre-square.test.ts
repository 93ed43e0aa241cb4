/** Against what Hugging Face's processor for CLIP makes with Pillow (tools/parity/published_vectors.py). */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pseudoPixels } from '../networks/testing/parity.ts'
import { centreSquare } from './centre-square.ts'
import { createPixels, wrapPixels } from './pixels.ts'

type Case = { width: number; height: number; side: number; values: number[] }
const path = new URL('./testing/centre-square.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

/** Noise on a slope. */
function given(width: number, height: number) {
  const noise = pseudoPixels(`square ${width} x ${height}`, [height, width, 3])
  const data = noise.map((value, i) => {
    const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)]
    const slope = Math.floor((x * 255) / (width - 1)) + Math.floor((y * 180) / (height - 1)) - 90
    return Math.min(255, Math.max(0, Math.floor((2 * value + 3 * slope) / 5)))
  })
  return wrapPixels(width, height, 3, Uint8Array.from(data))
}

describe('centreSquare', () => {
  it.each(cases)('of $width x $height at $side is what CLIP reads, byte by byte', ({ width, height, side, values }) => {
    const found = centreSquare(given(width, height), side)
    expect([found.width, found.height, found.channels]).toEqual([side, side, 3])
    expect([...found.data]).toEqual(values)
  })

  it('shows white where a picture is clear, and leaves a picture of that size as it is', () => {
    expect(new Set(centreSquare(createPixels(9, 5, [1, 2, 3], 4), 4).data)).toEqual(new Set([1, 2, 3]))
    const clear = wrapPixels(2, 2, 4, new Uint8Array(16))
    expect([...centreSquare(clear, 2).data]).toEqual(Array(12).fill(255))
    expect(() => centreSquare(clear, 0)).toThrow(RangeError)
  })
})
