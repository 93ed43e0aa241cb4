/** `neuf credits` on a model that carries an index of a few drawings. It draws nothing, so the model needs no networks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeIndex, indexFile } from '../credits/drawing-index.ts'
import { type SmallIndex, smallIndex } from '../credits/testing/small-index.ts'
import { encodePng } from '../image/codec.ts'
import { createPixels, flipHorizontally, wrapPixels } from '../image/pixels.ts'
import { withText } from '../image/png-metadata.ts'
import { type PictureRecord, writeRecipe, writeSheetRecipe } from '../image/recipe-metadata.ts'
import { composeSheet } from '../image/sheet.ts'
import { addFile } from '../models/add-file.ts'
import { openModel, writeModel } from '../models/model-folder.ts'
import { plainModel } from '../models/testing/plain-model.ts'
import { call } from './testing/call.ts'

let small: SmallIndex
const folder = mkdtempSync(join(tmpdir(), 'neuf-credits-cli-'))
const models = join(folder, 'models')
const neuf = (argv: readonly string[]) => call(argv, { folder, environment: { NEUF_MODELS: models } })

async function writePlainModel(name: string): Promise<void> {
  await writeModel(join(models, name), {
    ...plainModel,
    name,
  })
}

/** What neuf would have written beside a picture of the model. */
async function record(model: string): Promise<PictureRecord> {
  const sha256 = model === 'gone' ? '0'.repeat(64) : (await openModel(join(models, model))).sha256
  const sampling = { temperature: 1, topK: 0, guidance: 1 }
  const prompt = { prompt: 'a bench', normalisedPrompt: 'a bench' }
  const recipe = {
    format: 1,
    model: { name: model, sha256 },
    ...prompt,
    seed: 1,
    index: 0,
    sampling,
    candidates: 9,
  } as const
  return { recipe, tokens: new Uint16Array(64), score: null, engine: 'none' }
}

beforeAll(async () => {
  small = await smallIndex()
  for (const name of ['drawn', 'bare', 'spoilt']) await writePlainModel(name)
  await addFile(join(models, 'drawn'), join(models, 'drawn'), indexFile, encodeIndex(small.looks))
  await addFile(join(models, 'spoilt'), join(models, 'spoilt'), indexFile, new TextEncoder().encode('no index'))
})
afterAll(() => {
  rmSync(small.folder, { recursive: true })
  rmSync(folder, { recursive: true })
})

const write = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes)
const credits = async (file: string, ...more: string[]) => {
  const { status, out, err } = await neuf(['credits', file, '--json', ...more])
  return { status, err, said: status === 0 ? JSON.parse(out) : undefined }
}

describe('neuf credits', () => {
  it('tells whose drawing a picture of neuf looks like, by the model that its file names', async () => {
    write('bench.png', writeRecipe(encodePng(small.draw('bench')), await record('drawn')))
    const { status, err, said } = await credits('bench.png')
    expect([status, err]).toEqual([0, ''])
    expect(said).toMatchObject({ model: { name: 'drawn' }, drawings: 15, pictures: [{ place: null }] })
    const [first, ...others] = said.pictures[0].nearest
    expect(first).toMatchObject({
      ...{ nearness: 'near copy', mirrored: false, recoloured: false, set: 'own', name: 'bench', concept: 'bench' },
      ...{ licence: 'Apache-2.0', repository: null, path: 'src/corpus/drawings/bench.svg' },
    })
    expect(others).toHaveLength(2)
    expect(others[0].distance).toBeGreaterThan(first.distance)
  })

  it('says it in words', async () => {
    write('bench.png', writeRecipe(encodePng(flipHorizontally(small.draw('hair-drier'))), await record('drawn')))
    const { out } = await neuf(['credits', 'bench.png'])
    expect(out).toMatch(/^bench\.png, compared with the 15 drawings that drawn was trained on\.\n.*does not prove/)
    expect(out).toMatch(/\n {2}near copy {2}0\.\d\d {2}hair drier \(own\), mirrored\n/)
    expect(out).toContain('Neuf, Copyright 2026 the Neuf authors, Apache License 2.0 [Apache-2.0]\n')
    expect(out).toContain('src/corpus/drawings/hair-drier.svg\n')
    expect(out).toContain('not in the list of sources that neuf carries')
    const blue = small.draw('fire-hydrant', { colour: 'blue', side: 128 })
    write('blue.png', encodePng(blue))
    expect((await neuf(['credits', 'blue.png', '--model', 'drawn'])).out).toMatch(
      /fire hydrant \(own\).*in other colours/,
    )
  })

  it('looks at each picture of a sheet', async () => {
    const concepts = ['sink', 'star', 'bench', 'kangaroo']
    const pictures = [...concepts.map((concept) => small.draw(concept)), createPixels(64, 64)]
    const records = await Promise.all(pictures.map(() => record('drawn')))
    const sheet = composeSheet(pictures)
    write('sheet.png', writeSheetRecipe(encodePng(sheet), records, { columns: 3, gap: 8, scale: 4 }))
    const { said } = await credits('sheet.png')
    expect(said.pictures.map(({ place }: { place: number }) => place)).toEqual([1, 2, 3, 4, 5])
    const first = said.pictures.map(({ nearest }: { nearest: { name: string }[] }) => nearest[0]?.name)
    expect(first).toEqual([...concepts, undefined])
    expect((await neuf(['credits', 'sheet.png'])).out).toMatch(/picture 5\n {2}Nothing stands out from the ground/)
    // A file that is not laid out as it says is one picture.
    write('sheet.png', writeSheetRecipe(encodePng(small.draw('bench')), records, { columns: 3, gap: 8, scale: 4 }))
    expect((await credits('sheet.png')).said.pictures).toMatchObject([
      { place: null, nearest: [{ name: 'bench' }, {}, {}] },
    ])
    write('sheet.png', writeSheetRecipe(encodePng(sheet), records, { columns: 1024, gap: 4096, scale: 4096 }))
    expect((await credits('sheet.png')).said.pictures).toHaveLength(1)
  })

  it('takes any picture, also a clear one, with a model that is named', async () => {
    const sprite = [...small.art.sprites.values()].find(({ concept }) => concept === 'microwave')!
    write('clear.png', encodePng(wrapPixels(sprite.width, sprite.height, 4, new Uint8Array(sprite.rgba))))
    const { said } = await credits('clear.png', '--model', 'drawn')
    expect(said.pictures[0].nearest[0]).toMatchObject({ name: 'microwave', nearness: 'near copy' })
    const { status, err } = await credits('clear.png', '--model', 'none')
    expect([status, err]).toEqual([1, expect.stringContaining('[model-missing]')])
  })

  it('says in one line that a model has no index, and how it gets one', async () => {
    write('bench.png', writeRecipe(encodePng(small.draw('bench')), await record('bare')))
    const { status, err } = await neuf(['credits', 'bench.png'])
    expect(status).toBe(1)
    expect(err).toMatch(
      /^neuf: The model bare carries no index .*tools\/add-drawing-index\.ts [^\n]*\[drawing-index-missing\]\n$/,
    )
    const spoilt = await neuf(['credits', 'bench.png', '--model', 'spoilt'])
    expect([spoilt.status, spoilt.err]).toEqual([1, expect.stringMatching(/no index of drawings.*\[model-broken\]\n/)])
  })

  it('warns when the picture is of another model', async () => {
    const { recipe, ...rest } = await record('drawn')
    const other = { ...rest, recipe: { ...recipe, model: { name: 'drawn', sha256: '1'.repeat(64) } } }
    write('other.png', writeRecipe(encodePng(small.draw('bench')), other))
    const { status, err } = await credits('other.png')
    expect([status, err]).toEqual([0, expect.stringMatching(/^neuf: The model drawn here is not .*\[other-model\]\n$/)])
    write('other.png', writeRecipe(encodePng(small.draw('bench')), await record('gone')))
    expect(await credits('other.png')).toMatchObject({ status: 1, err: expect.stringContaining('[model-missing]') })
  })

  it('refuses what is no picture, and never follows what a file says to another folder', async () => {
    write('text.png', new TextEncoder().encode('hello'))
    write('cut.png', encodePng(small.draw('bench')).subarray(0, 900))
    for (const file of ['text.png', 'cut.png']) {
      const { status, err } = await credits(file, '--model', 'drawn')
      expect([status, err], file).toEqual([1, expect.stringMatching(/^neuf: [^\n]+\[file-unreadable\]\n$/)])
    }
    expect(await credits('none.png')).toMatchObject({ status: 1, err: expect.stringContaining('[file-missing]') })
    expect(await neuf(['credits'])).toMatchObject({ status: 2, err: expect.stringContaining('[usage]') })
    const { recipe, ...rest } = await record('drawn')
    const foreign = { ...rest, recipe: { ...recipe, model: { name: join(models, 'drawn'), sha256: '1'.repeat(64) } } }
    write('foreign.png', writeRecipe(encodePng(small.draw('bench')), foreign))
    expect(await credits('foreign.png')).toMatchObject({ status: 1, err: expect.stringContaining('[model-missing]') })
    // A recipe that is not to be trusted is no recipe: the picture is looked at with the model that is asked for.
    for (const recipe of ['{"format":7}', '[]', 'null', 'no JSON']) {
      write('foreign.png', withText(encodePng(small.draw('bench')), { 'neuf:recipe': recipe, 'neuf:tokens': 'x' }))
      expect((await credits('foreign.png', '--model', 'drawn')).said.pictures[0].nearest[0].name, recipe).toBe('bench')
    }
  })
})
