import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type PeopleWeights, readArt } from './art.ts'
import { presentations, type Style, tones } from './scene.ts'
import { spriteKey } from './sprite.ts'
import { drawSmallArt } from './testing/small-art.ts'
import { meanColour } from './testing/small-scene.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neuf-art-'))
  await drawSmallArt(folder)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const read = (concept: string, styles: readonly Style[] = ['flat']) =>
  readArt({ folder, concepts: [concept], styles, side: 32 })
const index = (text: string): Promise<void> => writeFile(join(folder, 'index.jsonl'), text)
const disc = (colour: string, size = 40): Promise<Buffer> =>
  sharp(Buffer.from(`<svg width="${size}" height="${size}"><circle cx="50%" cy="50%" r="50%" fill="${colour}"/></svg>`))
    .webp({ lossless: true })
    .toBuffer()

describe('readArt', () => {
  it('reads what is asked for, no larger than scenes of that side need, in memory that threads share', async () => {
    const progress: number[] = []
    const concepts = ['cat', 'fish']
    const styles: Style[] = ['flat', 'cartoon']
    const { sprites } = await readArt({ folder, concepts, styles, side: 32, onProgress: (read) => progress.push(read) })
    expect([...sprites.keys()].sort()).toEqual(['cartoon/cat', 'cartoon/fish', 'flat/cat', 'flat/fish'])
    for (const { width, height, rgba } of sprites.values()) {
      expect(Math.max(width, height)).toBe(48)
      expect(rgba.buffer).toBeInstanceOf(SharedArrayBuffer)
    }
    expect(progress.at(-1)).toBe(4)
    const large = await readArt({ folder, concepts, styles, side: 256 })
    // Never larger than the picture itself.
    expect(large.sprites.get('flat/cat')!.height).toBeLessThanOrEqual(96)
  })

  it('has a hash of the files, their names and their order', async () => {
    const hash = async (concepts: string[]): Promise<string> =>
      (await readArt({ folder, concepts, styles: ['flat'], side: 32 })).sha256
    const both = await hash(['cat', 'fish'])
    expect(await hash(['cat', 'fish'])).toBe(both)
    expect(await hash(['fish', 'cat'])).not.toBe(both)
    await writeFile(join(folder, 'fluentflat', 'fish.webp'), await disc('#f00'))
    expect(await hash(['cat', 'fish'])).not.toBe(both)
  })

  it('takes people by presentation and tone, and not those that weigh nothing', async () => {
    const rows: string[] = []
    await mkdir(join(folder, 'noto'), { recursive: true })
    for (const presentation of presentations) {
      for (const tone of [null, ...tones]) {
        const file = `noto/${presentation}-${tone}.webp`
        const shade = 250 - 30 * (tone ? tones.indexOf(tone) + 1 : 0)
        await writeFile(join(folder, file), await disc(`rgb(${shade},${80 * presentations.indexOf(presentation)},0)`))
        rows.push(JSON.stringify({ set: 'noto', concept: 'farmer', file, presentation, tone }))
      }
    }
    // Another role, with one presentation only: its key says nothing of it.
    const girl = { set: 'noto', concept: 'girl', file: 'noto/woman-null.webp', presentation: 'woman', tone: null }
    await index(`${rows.join('\n')}\n${JSON.stringify(girl)}\n`)
    const people = (over: Partial<PeopleWeights['tones']> = {}): PeopleWeights => ({
      presentations: { person: 1, woman: 2, man: 0 },
      tones: { unmarked: 0, light: 1, 'medium-light': 0, medium: 0, 'medium-dark': 0, dark: 3, ...over },
    })
    const settings = { folder, concepts: ['farmer'], styles: ['cartoon'] as const, side: 64 }
    const all = await readArt(settings)
    expect(all.sprites.size).toBe(18)
    const some = await readArt({ ...settings, people: people() })
    expect([...some.sprites.keys()].sort()).toEqual([
      'cartoon/farmer/person/dark',
      'cartoon/farmer/person/light',
      'cartoon/farmer/woman/dark',
      'cartoon/farmer/woman/light',
    ])
    const [r, g] = meanColour(some.sprites.get(spriteKey('cartoon', 'farmer', 'woman', 'dark'))!.rgba)
    expect([Math.round(r), Math.round(g)]).toEqual([100, 80])
    expect(some.sha256).not.toBe(all.sha256)
    const girls = await readArt({ ...settings, concepts: ['girl'], people: people({ unmarked: 1 }) })
    expect([...girls.sprites.keys()]).toEqual(['cartoon/girl'])
  })

  it('draws what the pack lacks itself, flat', async () => {
    const { sprites, sha256 } = await readArt({
      folder,
      concepts: ['fire-hydrant', 'bench'],
      styles: ['flat'],
      side: 256,
    })
    for (const concept of ['fire-hydrant', 'bench']) {
      const { width, height, rgba } = sprites.get(`flat/${concept}`)!
      expect(Math.max(width, height)).toBeGreaterThan(130)
      expect(Math.max(width, height)).toBeLessThanOrEqual(192)
      expect(rgba.some((value, i) => i % 4 === 3 && value === 0)).toBe(true)
    }
    const one = await readArt({ folder, concepts: ['bench'], styles: ['flat'], side: 256 })
    expect(one.sha256).not.toBe(sha256)
  })

  it('adds alpha to an opaque picture, and takes greys and 16 bits', async () => {
    const path = join(folder, 'fluentflat', 'cat.webp')
    const create = { width: 20, height: 10, channels: 3, background: '#f00' } as const
    for (const picture of [
      sharp({ create }).webp({ lossless: true }),
      sharp({ create }).png(),
      sharp({ create }).toColourspace('rgb16').png(),
      sharp({ create }).toColourspace('cmyk').jpeg(),
    ]) {
      await writeFile(path, await picture.toBuffer())
      const { width, height, rgba } = (await read('cat')).sprites.get('flat/cat')!
      expect([width, height, rgba[3]]).toEqual([20, 10, 255])
      expect(rgba[0]).toBeGreaterThan(225)
      expect(rgba[1]).toBeLessThan(60)
    }
    await writeFile(path, await sharp({ create }).greyscale().png().toBuffer())
    const { rgba } = (await read('cat')).sprites.get('flat/cat')!
    expect(rgba[0]).toBe(rgba[2])
  })

  it('names an unreadable picture, an empty, a cut and a huge one, and a missing one', async () => {
    const path = join(folder, 'fluentflat', 'star.webp')
    const whole = await readFile(path)
    for (const bytes of [Buffer.from('not a picture'), Buffer.alloc(0), whole.subarray(0, 60)]) {
      await writeFile(path, bytes)
      await expect(read('star')).rejects.toMatchObject({ code: 'file-unreadable', details: { path } })
    }
    const clear = { width: 8, height: 8, channels: 4, background: '#0000' } as const
    await writeFile(path, await sharp({ create: clear }).webp().toBuffer())
    await expect(read('star')).rejects.toThrow(/star\.webp.*nothing in the picture is visible/)
    const huge = { width: 9000, height: 9000, channels: 3, background: '#123' } as const
    await writeFile(path, await sharp({ create: huge }).png({ compressionLevel: 1 }).toBuffer())
    await expect(read('star')).rejects.toMatchObject({ code: 'file-unreadable', details: { path } })
    await rm(path)
    await expect(read('star')).rejects.toMatchObject({ code: 'file-missing', details: { path } })
    await expect(read('lion')).rejects.toThrow(/fluentflat has no picture of "lion"/)
    // Drawn by us, but in one style only.
    await expect(read('cat', ['3d'])).rejects.toThrow(/fluent3d has no picture of "cat"/)
  })

  it('refuses an index that points outside its folder', async () => {
    const line = (file: string): string => JSON.stringify({ set: 'fluentflat', concept: 'cat', file })
    for (const file of [
      '../../secret.webp',
      'fluentflat/../../secret.webp',
      '/etc/hostname',
      '..\\secret.webp',
      '\\\\host\\share.webp',
      'C:\\secret.webp',
      'a\0b.webp',
    ]) {
      await index(`${line('fluentflat/cat.webp')}\n${line(file)}\n`)
      await expect(read('cat'), file).rejects.toThrow(/line 2 is not/)
    }
    await index(`${line('fluentflat/..cat..webp')}\n`)
    await expect(read('cat')).rejects.toMatchObject({ code: 'file-missing' })
  })

  it('refuses an index that is no index', async () => {
    for (const text of [
      'nonsense',
      '[]',
      'null',
      '7',
      '{"set":"fluentflat","concept":"cat"}',
      '{"set":1,"concept":"cat","file":"cat.webp"}',
      '{"set":"fluentflat","concept":"cat","file":"cat.webp","tone":"green"}',
      '{"set":"fluentflat","concept":"cat","file":"cat.webp","presentation":{}}',
      '{"set":"fluentflat","concept":"cat","file":"cat.we',
    ]) {
      await index(text)
      await expect(read('cat'), text).rejects.toMatchObject({ code: 'file-unreadable' })
      await expect(read('cat'), text).rejects.toThrow(/line 1 is not/)
    }
    await index('')
    await expect(read('cat')).rejects.toThrow(/no picture of "cat"/)
    await rm(join(folder, 'index.jsonl'))
    await expect(read('cat')).rejects.toMatchObject({ code: 'file-missing' })
  })
})
