import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { readPieces, updateHash } from './pieces.ts'

/** More than the system reads or a hash takes at once. Nothing touches it, so it takes no memory. */
const long = new Uint8Array(2 ** 31 + 5)
const most = 2 ** 31 - 1

describe('bytes in pieces', () => {
  it('are added to a hash in order, none twice and none left out', () => {
    let reached = 0
    const hash = {
      update(piece: Uint8Array) {
        expect(piece.length).toBeLessThanOrEqual(most)
        expect(piece.byteOffset).toBe(reached)
        reached += piece.length
        return createHash('sha256')
      },
    }
    updateHash(hash as Parameters<typeof updateHash>[0], long)
    expect(reached).toBe(long.length)
    const [whole, parts] = [createHash('sha256'), createHash('sha256')]
    updateHash(parts, Uint8Array.of(1, 2, 3))
    expect(parts.digest('hex')).toBe(whole.update(Uint8Array.of(1, 2, 3)).digest('hex'))
  })

  it('are read until the memory is full, or the file ends', async () => {
    const read = async (end: number, into: Uint8Array) => {
      let reached = 7
      const file = {
        async read(memory: Uint8Array, offset: number, length: number, position: number) {
          expect([memory, position, offset]).toEqual([into, reached, reached - 7])
          expect(length).toBeLessThanOrEqual(most)
          // A system may give less than what was asked for.
          const bytesRead = Math.min(Math.max(1, length - 3), end - position)
          reached += bytesRead
          return { bytesRead, buffer: memory }
        },
      }
      return readPieces(file as unknown as FileHandle, 7, into)
    }
    const some = new Uint8Array(long.buffer, 0, 10)
    expect(await read(100, some)).toBe(10)
    expect(await read(12, some)).toBe(5)
    expect(await read(7, some)).toBe(0)
  })

  it('are read past 2 GiB', async () => {
    let [asked, reached] = [0, 0]
    const file = {
      async read(_: Uint8Array, offset: number, length: number, position: number) {
        if (offset !== reached || position !== reached + 9) throw new RangeError(`read ${offset} at ${position}`)
        asked = Math.max(asked, length)
        reached += length
        return { bytesRead: length }
      },
    }
    expect(await readPieces(file as unknown as FileHandle, 9, long)).toBe(long.length)
    expect(asked).toBeLessThanOrEqual(most)
  })
})
