/** `neuf score` on a small model of random weights. */
import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folder, models, neuf, small, useDrawing } from './testing/drawing.ts'

useDrawing()

describe('neuf score', () => {
  it('scores pictures of any size, in the order given', async () => {
    await neuf(['a red kangaroo', ...small, '--seed', '7', '--out', 'sheet.png'])
    const argv = ['score', 'sheet/1.png', 'sheet.png', '--text', 'A red kangaroo!', '--model', 'random']
    const { status, out } = await neuf(argv)
    expect(status).toBe(0)
    expect(out).toMatch(
      /^ *-?\d+\.\d {2}\d+ % likely to match {2}sheet\/1\.png\n *-?\d+\.\d .* sheet\.png\nThe number is .*cosine.*; the percentage, [^\n]+\.\n$/,
    )
    const said = JSON.parse((await neuf([...argv, '--json'])).out)
    expect(said).toMatchObject({ text: 'A red kangaroo!', normalisedText: 'a red kangaroo', unknownWords: [] })
    expect(said.pictures.map(({ file }: { file: string }) => file)).toEqual(['sheet/1.png', 'sheet.png'])
    expect(said.pictures[0].score).not.toBe(said.pictures[1].score)
  })

  it('tells no probability where the model is not calibrated, and says what the number is', async () => {
    await neuf(['a cat', ...small, '--out', 'sheet.png'])
    cpSync(join(models, 'random'), join(folder, 'plain'), { recursive: true })
    const description = join(folder, 'plain', 'model.json')
    writeFileSync(description, JSON.stringify({ ...JSON.parse(readFileSync(description, 'utf8')), calibration: {} }))
    const { status, out } = await neuf(['score', 'sheet.png', '--text', 'a cat', '--model', './plain'])
    expect(status).toBe(0)
    expect(out).toMatch(/^ *-?\d+\.\d {2}sheet\.png\nThe number is .*cosine[^%\n]*\.\n$/)
    expect(out).not.toContain('percentage')
  })

  it('looks at every file before it reads the networks', async () => {
    await neuf(['a cat', ...small, '--out', 'sheet.png'])
    cpSync(join(models, 'random'), join(folder, 'broken'), { recursive: true })
    // Of the right size, so that it is known to be damaged only when it is read.
    const weights = join(folder, 'broken', 'scorer.safetensors')
    writeFileSync(weights, new Uint8Array(statSync(weights).size))
    writeFileSync(join(folder, 'text.png'), 'hello')
    const argv = ['--text', 'a', '--model', './broken']
    const none = await neuf(['score', 'sheet.png', 'none.png', ...argv])
    expect(none).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^neuf: [^\n]*none\.png[^\n]*\[file-missing\]\n$/),
    })
    const text = await neuf(['score', 'sheet.png', 'text.png', ...argv])
    expect(text.err).toMatch(/^neuf: [^\n]*text\.png[^\n]*\[file-unreadable\]\n$/)
    expect((await neuf(['score', 'sheet.png', ...argv])).err).toContain('scorer.safetensors')
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
