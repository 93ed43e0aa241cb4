/** `neuf redraw` on a small model of random weights. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodePicture, encodePng } from '../image/codec.ts'
import { readRecipe, writeRecipe } from '../image/recipe-metadata.ts'
import { folder, models, neuf, small, useDrawing } from './testing/drawing.ts'

useDrawing()

describe('neuf redraw', () => {
  const draw = () => neuf(['a red kangaroo', ...small, '--seed', '7', '--out', 'sheet.png'])

  it('finds a sheet and its pictures the same, and can write them again', async () => {
    await draw()
    const sheet = await neuf(['redraw', 'sheet.png'])
    expect(sheet).toMatchObject({ status: 0, err: '' })
    expect(sheet.out.match(/pixels identical; its recipe gives the same image tokens here/g)?.length).toBe(2)
    expect(sheet.out).toContain('All 2 pictures in sheet.png are the same.')
    const one = await neuf(['redraw', 'sheet/2.png', '--out', 'again.png', '--json'])
    expect(JSON.parse(one.out)).toMatchObject({
      same: true,
      pictures: [{ difference: 0, pixels: 'identical', tokensDrawnAgain: 'the same' }],
    })
    expect(readFileSync(join(folder, 'again.png'))).toEqual(readFileSync(join(folder, 'sheet', '2.png')))
  })

  it('draws again what was drawn anew in part, from what stayed', async () => {
    await draw()
    const carried = readRecipe(readFileSync(join(folder, 'sheet', '1.png')))
    if (carried.kind !== 'picture') throw new Error('not a picture')
    const { record } = carried
    const said = async (kept: Uint8Array) => {
      const part = { ...record, recipe: { ...record.recipe, kept } }
      writeFileSync(join(folder, 'part.png'), writeRecipe(readFileSync(join(folder, 'sheet', '1.png')), part))
      return (await neuf(['redraw', 'part.png'])).out
    }
    // Of a whole candidate, any part that stays leaves the rest as it is; of one whose first token is another, none.
    expect(await said(Uint8Array.from(record.tokens, (_, at) => at % 2))).toContain('gives the same image tokens')
    record.tokens[0] = (record.tokens[0]! + 1) % 60
    expect(await said(new Uint8Array(record.tokens.length))).toContain('gives others image tokens')
    expect(await said(new Uint8Array(record.tokens.length).fill(1))).toContain('gives the same image tokens')
  })

  it('tells a grey level from a difference', async () => {
    await draw()
    const png = readFileSync(join(folder, 'sheet', '1.png'))
    const carried = readRecipe(png)
    if (carried.kind !== 'picture') throw new Error('not a picture')
    const change = async (by: number) => {
      const picture = await decodePicture(png)
      picture.data[5] = picture.data[5]! > 127 ? picture.data[5]! - by : picture.data[5]! + by
      writeFileSync(join(folder, 'changed.png'), writeRecipe(encodePng(picture), carried.record))
      return neuf(['redraw', 'changed.png'])
    }
    expect(await change(1)).toMatchObject({ status: 0, out: expect.stringContaining('within a grey level') })
    expect(await change(9)).toMatchObject({ status: 1, out: expect.stringContaining('different (by up to 9 of 255)') })
  })

  it('finds out before anything is loaded that it cannot write', async () => {
    await draw()
    for (const out of ['gone/x.png', 'sheet', 'sheet.png/x.png']) {
      const { status, err } = await neuf(['redraw', 'sheet.png', '--model', 'none', '--out', out])
      expect([status, err], out).toEqual([1, expect.stringMatching(/^neuf: [^\n]+ \[file-unwritable\]\n$/)])
    }
  })

  it('warns when another model draws', async () => {
    await draw()
    const { status, err, out } = await neuf(['redraw', 'sheet/1.png', '--model', 'other'])
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/^neuf: The model random here is not the one .*\[other-model\]\n$/),
    ])
    expect(out).toContain('different')
  })

  it('refuses what neuf did not write', async () => {
    await draw()
    const picture = await decodePicture(readFileSync(join(folder, 'sheet', '1.png')))
    writeFileSync(join(folder, 'plain.png'), encodePng(picture))
    writeFileSync(join(folder, 'text.png'), 'hello')
    for (const file of ['plain.png', 'text.png']) {
      expect(await neuf(['redraw', file])).toMatchObject({
        status: 1,
        err: expect.stringContaining('[file-unreadable]'),
      })
    }
    expect(await neuf(['redraw', 'none.png'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('[file-missing]'),
    })
    // A name in a file leads nowhere but to a model of that name.
    const carried = readRecipe(readFileSync(join(folder, 'sheet', '1.png')))
    if (carried.kind !== 'picture') throw new Error('not a picture')
    const { recipe } = carried.record
    const foreign = {
      ...carried.record,
      recipe: { ...recipe, model: { name: join(models, 'other'), sha256: '0'.repeat(64) } },
    }
    writeFileSync(join(folder, 'foreign.png'), writeRecipe(encodePng(picture), foreign))
    expect(await neuf(['redraw', 'foreign.png'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('[model-missing]'),
    })
    const short = { ...carried.record, tokens: new Uint16Array(3) }
    writeFileSync(join(folder, 'short.png'), writeRecipe(encodePng(picture), short))
    expect(await neuf(['redraw', 'short.png'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('image tokens'),
    })
  })
})
