/** Files spoilt at random, the same in every run, and what may come of reading one. */
import { expect } from 'vitest'
import type { NeufError } from '../../../errors/errors.ts'
import { readCheckpoint } from '../checkpoint.ts'
import { elementCount } from '../located-tensor.ts'
import { memoryFile } from './memory-file.ts'

/** Pseudo-random whole numbers below `n` (xorshift). */
export function numbers(seed: number): (n: number) => number {
  let state = seed >>> 0 || 1
  return (n) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % n
  }
}

/** Numbers that stand at the edges of what a length can be. */
const edges = [0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, 0xffffffff, 2 ** 53]

/** One to four changes: bytes flipped, cut off, put in, taken out, copied elsewhere, lengths written over. */
export function spoil(bytes: Uint8Array, below: (n: number) => number): Uint8Array {
  let spoilt: Uint8Array = bytes.slice()
  for (let change = below(4); change >= 0 && spoilt.length > 0; change--) {
    const at = below(spoilt.length)
    const run = 1 + below(8)
    const kind = below(8)
    if (kind === 0) spoilt = spoilt.slice(0, at)
    else if (kind === 1) spoilt = join(spoilt.subarray(0, at), random(run, below), spoilt.subarray(at))
    else if (kind === 2) spoilt = join(spoilt.subarray(0, at), spoilt.subarray(at + run))
    else if (kind === 3) spoilt.copyWithin(at, below(spoilt.length), below(spoilt.length))
    else if (kind === 4) {
      const length = new DataView(new ArrayBuffer(8))
      const little = below(2) === 0
      length.setBigUint64(0, BigInt(edges[below(edges.length)]!), little)
      const width = 2 ** below(4)
      const value = new Uint8Array(length.buffer).subarray(little ? 0 : 8 - width, little ? width : 8)
      spoilt.set(value.subarray(0, spoilt.length - at), at)
    } else spoilt[at] = below(2) === 0 ? below(256) : spoilt[at]! ^ (1 << below(8))
  }
  return spoilt
}

/**
 * Reads all of a spoilt file: every tensor comes with as many numbers as its shape says, or a NeufError says what is
 * wrong. Nothing is read outside of the file (memory-file.ts), so no buffer is larger than it either.
 */
export async function expectSoundOrRefused(bytes: Uint8Array): Promise<'sound' | 'refused'> {
  const file = memoryFile(bytes)
  try {
    const checkpoint = await readCheckpoint(file)
    for (const [name, { shape }] of checkpoint.tensors) {
      const values = await checkpoint.read(name)
      if (values.length !== elementCount(shape)) throw new Error(`${name} has ${values.length} values`)
    }
    return 'sound'
  } catch (error) {
    const { name, code, message } = error as NeufError
    if (name === 'NeufError' && (code === 'weights-broken' || code === 'checkpoint-unknown')) {
      // One line, however the file tries to write into it.
      if (/^[^\n]{10,600}$/.test(message)) return 'refused'
    }
    throw error
  }
}

/** `expectSoundOrRefused` of a file spoilt in so many ways; both outcomes have to come. */
export async function expectToWithstand(file: (round: number) => Uint8Array, rounds: number, seed: number) {
  const below = numbers(seed)
  const counts = { sound: 0, refused: 0 }
  for (let round = 0; round < rounds; round++) counts[await expectSoundOrRefused(spoil(file(round), below))]++
  expect(counts.sound).toBeGreaterThan(rounds / 100)
  expect(counts.refused).toBeGreaterThan(rounds / 10)
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const random = (length: number, below: (n: number) => number) => Uint8Array.from({ length }, () => below(256))
