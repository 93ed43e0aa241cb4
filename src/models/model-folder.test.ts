import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeSparse } from './checkpoints/testing/sparse-file.ts'
import { findModel, listModels } from './find-model.ts'
import { type ModelToWrite, openModel, verifyModel, writeModel } from './model-folder.ts'
import { plainModel } from './testing/plain-model.ts'

const toWrite: ModelToWrite = {
  ...plainModel,
  calibration: { slope: 3, offset: -1 },
  networks: {
    generator: {
      settings: { layers: 2 },
      precision: 'int8',
      weights: new Map([['w', { shape: [32, 64], data: Float32Array.from({ length: 2048 }, (_, i) => Math.cos(i)) }]]),
    },
    scorer: { settings: {}, precision: 'fp32', weights: new Map([['b', { shape: [2], data: Float32Array.of(1, 2) }]]) },
  },
  files: { 'tokenizer.json': '{}', 'CARD.md': '# Small\n' },
}

let parent = ''
let folder = ''
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'neuf-model-'))
  folder = join(parent, 'small')
  await writeModel(folder, toWrite)
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

/** Changes `model.json` as a hostile hand would. */
function change(edit: (json: Record<string, never>) => void): void {
  const path = join(folder, 'model.json')
  const json = JSON.parse(readFileSync(path, 'utf8'))
  edit(json)
  writeFileSync(path, JSON.stringify(json))
}

describe('a model', () => {
  it('is written and read again', async () => {
    expect(readdirSync(folder).sort()).toEqual([
      'CARD.md',
      'generator.safetensors',
      'model.json',
      'scorer.safetensors',
      'tokenizer.json',
    ])
    const model = await openModel(folder)
    expect(model.json).toMatchObject({ format: 1, name: 'small', imageTokens: { length: 64, codes: 4096 } })
    expect(model.sha256).toBe(
      createHash('sha256')
        .update(readFileSync(join(folder, 'model.json')))
        .digest('hex'),
    )
    expect(model.settings('generator')).toEqual({ layers: 2 })
    expect((await model.weights('scorer')).get('b')).toEqual({ shape: [2], data: Float32Array.of(1, 2) })
    expect((await model.weights('generator')).get('w')?.data[0]).toBeCloseTo(1, 2)
    expect(new TextDecoder().decode(await model.file('CARD.md'))).toBe('# Small\n')
    expect(await verifyModel(folder)).toEqual([])
  })

  it('keeps the tokenizer that it names, and says nothing of one where none is named', async () => {
    expect(Object.hasOwn((await openModel(folder)).json.text, 'tokenizer')).toBe(false)
    for (const tokenizer of ['bart', { kind: 'clip', file: 'clip.json' }]) {
      const named = join(parent, 'named')
      await writeModel(named, { ...toWrite, text: { ...toWrite.text, tokenizer } })
      expect((await openModel(named)).json.text).toEqual({ ...toWrite.text, tokenizer })
    }
  })

  it('has a hash that depends on its content alone', async () => {
    const again = await writeModel(join(parent, 'again'), toWrite)
    expect(again).toBe((await openModel(folder)).sha256)
    expect(await writeModel(join(parent, 'other'), { ...toWrite, files: { 'CARD.md': 'x' } })).not.toBe(again)
  })

  it('stays whole when a new one cannot be written, and is not written when it could not be read', async () => {
    const before = readFileSync(join(folder, 'model.json'), 'utf8')
    rmSync(join(folder, 'CARD.md'))
    mkdirSync(join(folder, 'CARD.md'))
    const other = { ...toWrite, name: 'other', files: { ...toWrite.files, 'tokenizer.json': '{"new":1}' } }
    await expect(writeModel(folder, other)).rejects.toMatchObject({ code: 'file-unwritable' })
    expect(readFileSync(join(folder, 'model.json'), 'utf8')).toBe(before)
    expect(readFileSync(join(folder, 'tokenizer.json'), 'utf8')).toBe('{}')
    expect(readdirSync(folder)).toHaveLength(5)
    const bad = writeModel(join(parent, 'bad'), { ...toWrite, files: { '../escape': 'x' } })
    await expect(bad).rejects.toMatchObject({ code: 'model-broken' })
    expect(readdirSync(parent)).toEqual(['small'])
  })
})

describe('a large file', () => {
  it('is verified a window at a time', async () => {
    const bytes = 2 ** 26 + 1
    writeSparse(join(folder, 'large.bin'), [], bytes)
    // Of so many zeros, by coreutils' sha256sum.
    const sha256 = '91990977345985aaf03af1358f4f989d7eaf985b58529efb72f613c588f6599a'
    change((json) => Object.assign(json.files!, { 'large.bin': { bytes, sha256 } }))
    const before = process.memoryUsage().arrayBuffers
    let most = before
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers)), 1)
    expect(await verifyModel(folder).finally(() => clearInterval(watch))).toEqual([])
    expect(most - before).toBeLessThan(bytes / 2)
  })
})

describe('the card', () => {
  it.each<[string, () => void, RegExp]>([
    ['missing', () => rmSync(join(folder, 'CARD.md')), /no file at .*CARD\.md/],
    ['longer', () => writeFileSync(join(folder, 'CARD.md'), '# Small, with a note\n'), /CARD\.md: it has more/],
    ['shorter', () => writeFileSync(join(folder, 'CARD.md'), '#\n'), /CARD\.md: it has fewer/],
    [
      'other words',
      () => writeFileSync(join(folder, 'CARD.md'), '# SMALL\n'),
      /CARD\.md: its content has another hash/,
    ],
  ])('%s: the model opens, and verifying names it', async (_, edit, finding) => {
    edit()
    const model = await openModel(folder)
    expect((await model.weights('scorer')).size).toBe(1)
    expect(await verifyModel(folder)).toEqual([expect.stringMatching(finding)])
  })
})

describe('a broken or hostile folder', () => {
  it('without model.json, with half of one, with a huge one', async () => {
    await expect(openModel(join(parent, 'none'))).rejects.toMatchObject({ code: 'file-missing' })
    const path = join(folder, 'model.json')
    const whole = readFileSync(path)
    writeFileSync(path, whole.subarray(0, 100))
    await expect(openModel(folder)).rejects.toThrow(/model\.json: it is not JSON/)
    writeFileSync(path, Buffer.concat([whole, Buffer.alloc(2 ** 20, ' ')]))
    await expect(openModel(folder)).rejects.toThrow(/over 1048576 bytes/)
  })

  it('with a file missing, cut, or changed', async () => {
    const path = join(folder, 'generator.safetensors')
    const whole = readFileSync(path)
    rmSync(path)
    await expect(openModel(folder)).rejects.toThrow(/generator\.safetensors/)
    writeFileSync(path, whole.subarray(0, whole.length - 1))
    await expect(openModel(folder)).rejects.toThrow(/instead of/)
    const changed = Buffer.from(whole)
    changed[changed.length - 1]! ^= 1
    writeFileSync(path, changed)
    const model = await openModel(folder)
    await expect(model.weights('generator')).rejects.toThrow(/generator\.safetensors: its content has another hash/)
    expect(await verifyModel(folder)).toEqual([expect.stringMatching(/another hash/)])
  })

  it('with weights that match their hash and are broken all the same', async () => {
    const bytes = new Uint8Array(64)
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 60n, true)
    writeFileSync(join(folder, 'generator.safetensors'), bytes)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    change((json: { networks?: { generator: object } }) => {
      Object.assign(json.networks!.generator, { bytes: 64, sha256 })
    })
    expect(await verifyModel(folder)).toEqual([expect.stringMatching(/header of 1152921504606846976 bytes is over/)])
  })

  it('with a name that leads out of the folder', async () => {
    writeFileSync(join(parent, 'secret'), 'secret')
    for (const name of [
      '../secret',
      '/etc/passwd',
      '..',
      'sub/file',
      '..\\secret',
      'C:secret',
      'a\0b',
      '.hidden',
      '',
    ]) {
      change((json: { networks?: { generator: { file: string } } }) => {
        json.networks!.generator.file = name
      })
      await expect(openModel(folder), name).rejects.toThrow(/the field networks\.generator\.file holds/)
    }
  })

  it.skipIf(process.platform === 'win32')('with a link that leads out of the folder', async () => {
    const card = join(folder, 'CARD.md')
    writeFileSync(join(parent, 'secret'), '# Small\n')
    rmSync(card)
    symlinkSync(join(parent, 'secret'), card)
    await expect(openModel(folder)).rejects.toThrow(/CARD\.md: it is a link out of the folder/)
    // A folder beside it whose name only begins the same.
    mkdirSync(`${folder}-twin`)
    writeFileSync(join(`${folder}-twin`, 'x'), '# Small\n')
    rmSync(card)
    symlinkSync(join(`${folder}-twin`, 'x'), card)
    await expect(openModel(folder)).rejects.toThrow(/link out of the folder/)
    rmSync(card)
    symlinkSync('nowhere', card)
    await expect(openModel(folder)).rejects.toThrow(/link out of the folder/)
    rmSync(card)
    writeFileSync(join(folder, 'real.md'), '# Small\n')
    symlinkSync('real.md', card)
    expect(await verifyModel(folder)).toEqual([])
  })

  const faults: [string, (json: Record<string, unknown>) => void, RegExp][] = [
    ['another format', (j) => (j.format = 2), /field format is 2; this neuf reads format 1/],
    ['no name', (j) => delete j.name, /field name is missing/],
    ['a name with an escape', (j) => (j.name = '\x1b[2J'), /field name holds "\\u001b/],
    ['a picture of no size', (j) => (j.imageSide = 0), /imageSide must be a whole number from 1 to 4096/],
    ['half a token', (j) => (j.imageTokens = { length: 1.5, codes: 2 }), /imageTokens\.length/],
    ['text settings that are a list', (j) => (j.text = []), /field text must be an object/],
    ['no temperature', (j) => (j.sampling = {}), /sampling\.temperature is missing/],
    ['networks that are a text', (j) => (j.networks = 'all'), /networks must be an object/],
    ['a network without a hash', (j) => (j.networks = { g: { file: 'g', bytes: 1 } }), /networks\.g\.sha256/],
    [
      'a file that vouches for itself',
      (j) => (j.files = { 'model.json': { bytes: 1, sha256: 'a'.repeat(64) } }),
      /taken/,
    ],
    [
      'two owners of one file',
      (j) => (j.files = { 'Generator.safetensors': { bytes: 1, sha256: 'a'.repeat(64) } }),
      /taken/,
    ],
    ['no calibration', (j) => delete j.calibration, /calibration is missing/],
  ]
  it.each(faults)('with %s', async (_, edit, message) => {
    change(edit)
    await expect(openModel(folder)).rejects.toThrow(message)
    await expect(openModel(folder)).rejects.toMatchObject({ code: 'model-broken' })
  })

  it('asked for what it does not have', async () => {
    const model = await openModel(folder)
    await expect(model.file('secret')).rejects.toThrow(/names no file secret/)
    await expect(model.weights('constructor')).rejects.toThrow(/no network constructor/)
    expect(() => model.settings('painter')).toThrow(/no network painter/)
  })
})

describe('finding models', () => {
  const places = (...folders: string[]) => ({ environment: { NEUF_MODELS: folders.join(delimiter) }, folder: parent })

  it('by name, by path, and by a folder here', async () => {
    expect(await findModel('small', places(parent))).toBe(folder)
    expect(await findModel('./small', places())).toBe(folder)
    expect(await findModel(folder, places())).toBe(folder)
    expect(await findModel('small', { environment: {}, folder: parent })).toBe(folder)
  })

  it('says where it looked and what there is', async () => {
    await expect(findModel('smal', places(parent))).rejects.toThrow(/no model "smal" in .*There: .*small/)
    await expect(findModel('./none', places(parent))).rejects.toMatchObject({ code: 'model-missing' })
    await expect(findModel('', places(parent))).rejects.toMatchObject({ code: 'model-missing' })
  })

  it('lists each name once, the first folder first, with what is wrong', async () => {
    const other = mkdtempSync(join(parent, 'other-'))
    await writeModel(join(other, 'small'), toWrite)
    await writeModel(join(other, 'broken'), toWrite)
    rmSync(join(other, 'broken', 'tokenizer.json'))
    mkdirSync(join(other, 'no-model'))
    const listed = (await listModels(places(parent, other, join(parent, 'none')))).filter((m) =>
      m.folder.startsWith(parent),
    )
    expect(listed.map(({ name, folder }) => [name, folder])).toEqual([
      ['broken', join(other, 'broken')],
      ['small', folder],
    ])
    expect(listed[0]?.fault).toMatch(/tokenizer\.json/)
    expect(listed[1]?.fault).toBeUndefined()
  })
})
