/** Whole pictures with the small faults that any image tokenizer leaves: a verifier must not take them for broken. */
import type { Random } from '../corpus/random.ts'

/** Patches whose light is off together, in pixels. */
const patches = [2, 4, 8] as const

/** A little out of focus, a little off in patches, or both. RGB, side * side * 3 bytes. */
export function softened(picture: Uint8Array, side: number, source: Random): Uint8Array {
  const kind = source.below(3)
  const soft = kind === 0 ? picture : mixed(picture, blurredOnce(picture, side), source.between(0.4, 1))
  return kind === 1 ? soft : patchy(soft, side, source)
}

const mixed = (a: Uint8Array, b: Uint8Array, share: number): Uint8Array =>
  a.map((value, i) => value + (b[i]! - value) * share)

/** The mean of 3 x 3 pixels; edges repeat. */
function blurredOnce(picture: Uint8Array, side: number): Uint8Array {
  const clamp = (k: number): number => Math.max(0, Math.min(side - 1, k))
  const pass = (from: Uint8Array, step: number, across: number): Uint8Array => {
    const out = new Uint8Array(from.length)
    for (let line = 0; line < side; line++) {
      for (let k = 0; k < side; k++) {
        for (let c = 0; c < 3; c++) {
          const at = (place: number): number => from[line * across + clamp(place) * step + c]!
          out[line * across + k * step + c] = (at(k - 1) + at(k) + at(k + 1)) / 3
        }
      }
    }
    return out
  }
  return pass(pass(picture, 3, side * 3), side * 3, 3)
}

/** Each patch a little lighter, darker or of another tint. */
function patchy(picture: Uint8Array, side: number, source: Random): Uint8Array {
  const patch = source.pick(patches)
  const most = source.between(4, 14)
  const columns = Math.ceil(side / patch)
  const offsets = Float32Array.from({ length: columns * columns * 3 }, () => (source.next() + source.next() - 1) * most)
  const out = new Uint8ClampedArray(picture.length)
  for (let y = 0, at = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = (Math.floor(y / patch) * columns + Math.floor(x / patch)) * 3
      for (let c = 0; c < 3; c++, at++) out[at] = picture[at]! + offsets[from + c]!
    }
  }
  return new Uint8Array(out.buffer)
}
