import { expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import { brokenKinds, brokenPicture } from './broken-pictures.ts'

const side = 32
const bytes = side * side * 3

/** Pictures that say where each byte came from: 16 levels of the picture's number, noise of its own below. */
const pictures = Array.from({ length: 12 }, (_, number) => {
  const source = random(number, 'picture')
  return Uint8Array.from({ length: bytes }, () => number * 16 + source.below(16))
})
const following = () => {
  let at = 0
  return () => pictures[at++ % pictures.length]!
}
const originOf = (value: number) => value >> 4
const deviation = (values: Uint8Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}
/** A patch as text, by its place in the 8 x 8 grid. */
const patchesOf = (picture: Uint8Array) =>
  Array.from({ length: 64 }, (_, k) => {
    const [top, left] = [Math.floor(k / 8) * 4, (k % 8) * 4]
    return [0, 1, 2, 3]
      .map((y) => picture.slice(((top + y) * side + left) * 3, ((top + y) * side + left + 4) * 3))
      .join()
  })

it.each(brokenKinds)('makes a %s picture from its seed alone and leaves the true ones as they are', (kind) => {
  const before = pictures.map((picture) => picture.slice())
  const make = (seed: number) => brokenPicture(kind, following(), side, random(seed, 'broken'))
  expect(make(1)).toHaveLength(bytes)
  expect(make(1)).toEqual(make(1))
  expect(make(1)).not.toEqual(pictures[0])
  expect(pictures).toEqual(before)
})

it('shuffles most of the patches and loses none', () => {
  for (let seed = 0; seed < 20; seed++) {
    const shuffled = patchesOf(brokenPicture('shuffled', following(), side, random(seed, 'broken')))
    const whole = patchesOf(pictures[0]!)
    expect(shuffled.toSorted()).toEqual(whole.toSorted())
    expect(shuffled.filter((patch, k) => patch === whole[k]).length).toBeLessThan(25)
  }
})

it('joins halves of two pictures, and patches of several', () => {
  for (let seed = 0; seed < 10; seed++) {
    const halves = brokenPicture('halves', following(), side, random(seed, 'broken'))
    const second = halves.filter((value) => originOf(value) === 1).length / bytes
    expect(new Set(halves.map(originOf))).toEqual(new Set([0, 1]))
    expect(second).toBeGreaterThan(0.35)
    expect(second).toBeLessThan(0.65)
    const collage = brokenPicture('collage', following(), side, random(seed, 'broken'))
    expect(new Set(collage.map(originOf)).size).toBeGreaterThan(2)
  }
})

it('blends and blurs away what could be told', () => {
  const noise = Uint8Array.from({ length: bytes }, (_, i) => ((i * 7919) % 251 > 125 ? 255 : 0))
  const still = (kind: 'blur') => brokenPicture(kind, () => noise, side, random(3, 'broken'))
  expect(deviation(still('blur'))).toBeLessThan(deviation(noise) / 3)
  const blend = brokenPicture('blend', following(), side, random(1, 'broken'))
  expect(Math.max(...blend)).toBeLessThan(32)
})

it('leaves only the ground', () => {
  const empty = brokenPicture('empty', following(), side, random(1, 'broken'))
  for (let y = 0; y < side; y++) {
    const row = empty.slice(y * side * 3, (y + 1) * side * 3)
    expect(new Set(Array.from({ length: side }, (_, x) => row.slice(x * 3, x * 3 + 3).join())).size).toBe(1)
  }
})
