import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { type Archive, buildZip, type Entry } from './testing/build-zip.ts'
import { memoryFile } from './testing/memory-file.ts'
import { readZipDirectory, readZipEntry } from './zip.ts'

const wrong = (why: string): never => {
  throw new Error(why)
}
const entry = (name: string, as: Partial<Entry> = {}): Entry => ({ name, data: new TextEncoder().encode(name), ...as })
const directory = (bytes: Uint8Array) => readZipDirectory(memoryFile(bytes), wrong)
const archive = (as: Partial<Entry>, more: Partial<Archive> = {}) => buildZip({ entries: [entry('one', as)], ...more })

/** The archive with one number of its last record written over. */
const endWith = (offset: number, ...bytes: readonly number[]): Uint8Array => {
  const file = archive({})
  file.set(bytes, file.length + offset)
  return file
}

/** The second of two entries that say they begin within the first. */
const overlapping = (() => {
  const inner = buildZip({ entries: [entry('two')] }).subarray(0, 30 + 3 + 3)
  return buildZip({ entries: [{ name: 'one', data: inner }, entry('two', { header: 33 })] })
})()

describe("an archive's directory", () => {
  it.each([false, true])('leads to what is stored and what is deflated (sizes in 64 bits: %s)', async (wide) => {
    const file = memoryFile(buildZip({ entries: [entry('é'), entry('a/b', { deflate: true })], wide, gap: 5 }))
    const entries = await readZipDirectory(file, wrong)
    expect([...entries.values()].map(({ name, bytes, method }) => [name, bytes, method])).toEqual([
      ['é', 2, 'stored'],
      ['a/b', 3, 'deflate'],
    ])
    for (const one of entries.values()) {
      expect(new TextDecoder().decode(await readZipEntry(file, one, 10, wrong))).toBe(one.name)
    }
    await expect(readZipEntry(file, entries.get('a/b')!, 2, wrong)).rejects.toThrow(/3 bytes is over the limit of 2/)
  })

  it.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(0), /no directory at its end/],
    ['a cut', archive({}).slice(0, -1), /no directory at its end/],
    ['a comment beyond the end', endWith(-2, 1, 0), /no directory at its end/],
    ['bytes in front', Uint8Array.from([0, ...archive({})]), /zip64 record is not where it says/],
    ['another offset', archive({}, { directoryOffset: 1 }), /zip64 record is not where it says/],
    ['another count', archive({}, { count: 2 }), /directory ends within an entry/],
    [
      'a directory of no entries',
      archive({}, { count: 0 }),
      /52 bytes of its directory belong to no entry|belong to no/,
    ],
    ['too many entries', archive({}, { count: 2 ** 14 + 1 }), /16385 entries are over the limit of 16384/],
    [
      'several files',
      (() => {
        const f = archive({})
        f[f.length - 22 - 20 - 56 + 16] = 1
        return f
      })(),
      /several files/,
    ],
    ['one name twice', buildZip({ entries: [entry('a'), entry('a')] }), /names "a" twice/],
    ['encryption', archive({ flags: 1 }), /"one" is encrypted/],
    ['another method', archive({ method: 12 }), /packed by method 12, which is not read/],
    ['a name of its own', archive({ ownName: 'two' }), /"one" is described otherwise in its own header/],
    ['a header that is none', archive({ header: 5 }), /"one" has no header of its own/],
    ['a header outside', archive({ header: 2 ** 31 }), /"one" lies outside of the file/],
    ['more bytes than there are', archive({ bytes: 100 }), /"one" goes on beyond the entries/],
    ['an overlap', overlapping, /"two" overlaps the one before it/],
  ])('with %s is refused', async (_, bytes, fault) => {
    await expect(directory(bytes)).rejects.toThrow(fault)
  })

  it.each<[string, Partial<Entry>]>([
    ['has another check sum', { crc: 1 }],
    ['is no deflate stream', { data: Uint8Array.of(0xff, 0xff, 0xff), method: 8 }],
    ['unpacks to more than it says', { data: deflateRawSync(new Uint8Array(2 ** 20)), method: 8 }],
  ])('leads to an entry that %s, which is refused', async (_, as) => {
    const file = memoryFile(archive(as))
    const [one] = (await readZipDirectory(file, wrong)).values()
    await expect(readZipEntry(file, one!, 2 ** 22, wrong)).rejects.toThrow(/"one" is damaged/)
  })
})
