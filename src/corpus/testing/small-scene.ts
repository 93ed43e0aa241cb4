/** Scenes of the small art pack, and plain measurements of pictures. */
import type { Scene, Thing } from '../scene.ts'

export const thing = (concept: string, over: Partial<Thing> = {}): Thing => ({
  concept,
  presentation: null,
  tone: null,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...over,
})

export const scene = (things: readonly Thing[], over: Partial<Scene> = {}): Scene => ({
  things,
  relations: [],
  background: 'white',
  style: 'flat',
  filter: null,
  ...over,
})

/** Mean colour of what covers fully. */
export function meanColour(rgba: Uint8Array, least = 250): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0]
  let count = 0
  for (let i = 0; i < rgba.length; i += 4) {
    if (rgba[i + 3]! < least) continue
    count++
    for (const c of [0, 1, 2] as const) sum[c] += rgba[i + c]!
  }
  return sum.map((value) => value / count) as [number, number, number]
}

export const distance = (a: readonly number[], b: readonly number[]): number =>
  Math.hypot(...a.map((value, k) => value - b[k]!))

/** Mean difference over all bytes. */
export function difference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

/** RGB at a part of the size, each pixel the mean of `by` squared. */
export function shrunk(rgb: Uint8Array, side: number, by: number): Uint8Array {
  const small = side / by
  const out = new Uint8Array(small * small * 3)
  for (let i = 0; i < out.length; i++) {
    const pixel = Math.floor(i / 3)
    let sum = 0
    for (let k = 0; k < by * by; k++) {
      const x = (pixel % small) * by + (k % by)
      const y = Math.floor(pixel / small) * by + Math.floor(k / by)
      sum += rgb[(y * side + x) * 3 + (i % 3)]!
    }
    out[i] = Math.round(sum / (by * by))
  }
  return out
}
