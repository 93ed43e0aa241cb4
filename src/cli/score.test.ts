/** `neuf score` on a small model of random weights. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, neuf, small, useDrawing } from './testing/drawing.ts'

useDrawing()

describe('neuf score', () => {
  it('scores pictures of any size, in the order given', async () => {
    await neuf(['a red kangaroo', ...small, '--seed', '7', '--out', 'sheet.png'])
    const argv = ['score', 'sheet/1.png', 'sheet.png', '--text', 'A red kangaroo!', '--model', 'random']
    const { status, out } = await neuf(argv)
    expect(status).toBe(0)
    expect(out).toMatch(/^ *-?\d+\.\d {2}\d+ % likely to match {2}sheet\/1\.png\n *-?\d+\.\d .* sheet\.png\n$/)
    const said = JSON.parse((await neuf([...argv, '--json'])).out)
    expect(said).toMatchObject({ text: 'A red kangaroo!', normalisedText: 'a red kangaroo', unknownWords: [] })
    expect(said.pictures.map(({ file }: { file: string }) => file)).toEqual(['sheet/1.png', 'sheet.png'])
    expect(said.pictures[0].score).not.toBe(said.pictures[1].score)
  })

  it('shows the part of a text that the model does not see', async () => {
    await neuf(['a cat', ...small, '--out', 'sheet.png'])
    const { status, err } = await neuf([
      ...['score', 'sheet.png', '--model', 'random', '--text'],
      `a cat ${'and a kangaroo '.repeat(20)}`,
    ])
    expect([status, err]).toEqual([
      0,
      expect.stringMatching(/^neuf: .* it did not see: ".*kangaroo" \[prompt-cut\]\n$/),
    ])
  })

  it('says what is wrong', async () => {
    writeFileSync(join(folder, 'text.png'), 'hello')
    expect(await neuf(['score', 'x.png'])).toMatchObject({ status: 2, err: expect.stringContaining('[usage]') })
    await neuf(['a cat', ...small, '--out', 'sheet.png'])
    writeFileSync(join(folder, 'cut.png'), readFileSync(join(folder, 'sheet.png')).subarray(0, 1500))
    expect(await neuf(['score', 'cut.png', '--model', 'random', '--text', 'a'])).toMatchObject({
      status: 1,
      out: '',
      err: expect.stringMatching(/^neuf: Cannot read [^\n]*cut\.png: it is cut short[^\n]+ \[file-unreadable\]\n$/),
    })
    const argv = ['score', 'text.png', '--model', 'random', '--text']
    expect(await neuf([...argv, ' '])).toMatchObject({ status: 2, err: expect.stringContaining('[prompt-empty]') })
    expect(await neuf([...argv, 'a'])).toMatchObject({ status: 1, err: expect.stringContaining('[file-unreadable]') })
  })
})
