/** Pictures that show nothing whole, made from true ones: what a generator draws when it fails. */
import type { Random } from '../corpus/random.ts'

export const brokenKinds = ['shuffled', 'halves', 'collage', 'blend', 'blur', 'empty'] as const
export type BrokenKind = (typeof brokenKinds)[number]

/** Patches a side: about as coarse as the image tokenizer's 16 x 8, whose codes a generator gets wrong. */
const grid = 8

/**
 * A broken picture, RGB, side * side * 3 bytes. `next` gives another true picture each time.
 *
 * shuffled: most patches in other places. halves: the sides of two pictures. collage: each patch from one of several
 * pictures. blend: two or three pictures through each other. blur: colours without a shape. empty: nothing there.
 */
export function brokenPicture(kind: BrokenKind, next: () => Uint8Array, side: number, source: Random): Uint8Array {
  const first = next()
  switch (kind) {
    case 'shuffled':
      return fromPatches(side, () => first, shuffledPlaces(source))
    case 'halves': {
      const second = next()
      const across = source.chance(0.5)
      const cut = side * source.between(0.42, 0.58)
      return perPixel(side, (x, y, at) => ((across ? x : y) < cut ? first[at]! : second[at]!))
    }
    case 'collage': {
      const others = [first, ...Array.from({ length: 3 + source.below(8) }, next)]
      return fromPatches(side, () => source.pick(others))
    }
    case 'blend': {
      const second = next()
      const share = source.between(0.4, 0.6)
      const mixed = perPixel(side, (_x, _y, at) => first[at]! * share + second[at]! * (1 - share))
      return source.chance(0.5) ? mixed : blurred(mixed, side, 1 + source.below(3))
    }
    case 'blur': {
      const soft = blurred(blurred(first, side, 6 + source.below(5)), side, 3)
      const noise = source.chance(0.5) ? 0 : source.between(10, 60)
      return perPixel(side, (_x, _y, at) => soft[at]! + noise * (source.next() - 0.5))
    }
    case 'empty': {
      // The columns at the left edge hold no thing, or hardly one: repeated they are the picture's ground.
      const column = source.below(2)
      return perPixel(side, (_x, y, _at, c) => first[(y * side + column) * 3 + c]!)
    }
  }
}

/** Place of the patch that is shown at each place: all of them, or those of a half, in random order. */
function shuffledPlaces(source: Random): number[] {
  const places = Array.from({ length: grid * grid }, (_, k) => k)
  const row = source.below(3)
  const moved = source.chance(0.6)
    ? places
    : places.filter((k) => Math.floor(k / grid) >= row && Math.floor(k / grid) < row + 6)
  const order = [...moved]
  for (let k = order.length - 1; k > 0; k--) {
    const other = source.below(k + 1)
    ;[order[k], order[other]] = [order[other]!, order[k]!]
  }
  for (const [k, place] of moved.entries()) places[place] = order[k]!
  return places
}

function fromPatches(side: number, pick: () => Uint8Array, places?: readonly number[]): Uint8Array {
  const out = new Uint8Array(side * side * 3)
  const patch = Math.floor(side / grid)
  for (let k = 0; k < grid * grid; k++) {
    const from = pick()
    const place = places?.[k] ?? k
    for (let y = 0; y < patch; y++) {
      const row = (at: number): number => ((Math.floor(at / grid) * patch + y) * side + (at % grid) * patch) * 3
      out.set(from.subarray(row(place), row(place) + patch * 3), row(k))
    }
  }
  return out
}

function perPixel(side: number, value: (x: number, y: number, at: number, channel: number) => number): Uint8Array {
  const out = new Uint8ClampedArray(side * side * 3)
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++) for (let c = 0; c < 3; c++, at++) out[at] = value(x, y, at, c)
  }
  return new Uint8Array(out.buffer)
}

/** A box of 2 * radius + 1 pixels a side, in two passes of running sums; edges repeat. */
function blurred(picture: Uint8Array, side: number, radius: number): Uint8Array {
  const pass = (from: Uint8Array, step: number, across: number): Uint8Array => {
    const out = new Uint8Array(from.length)
    const clamp = (k: number): number => Math.max(0, Math.min(side - 1, k))
    for (let line = 0; line < side; line++) {
      for (let c = 0; c < 3; c++) {
        const at = (k: number): number => line * across + clamp(k) * step + c
        let sum = 0
        for (let k = -radius; k <= radius; k++) sum += from[at(k)]!
        for (let k = 0; k < side; k++) {
          out[at(k)] = sum / (2 * radius + 1)
          sum += from[at(k + radius + 1)]! - from[at(k - radius)]!
        }
      }
    }
    return out
  }
  return pass(pass(picture, 3, side * 3), side * 3, 3)
}
