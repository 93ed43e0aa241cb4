import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addFile } from './add-file.ts'
import { openModel, verifyModel, writeModel } from './model-folder.ts'
import { plainModel } from './testing/plain-model.ts'

let parent = ''
let folder = ''
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'neuf-add-'))
  folder = join(parent, 'small')
  await writeModel(folder, {
    ...plainModel,
    networks: {
      scorer: { settings: {}, precision: 'fp32', weights: new Map([['b', { shape: [1], data: Float32Array.of(1) }]]) },
    },
    files: { 'tokenizer.json': '{}', 'CARD.md': '# Small\n' },
  })
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const bytes = Uint8Array.of(1, 2, 3)
const read = (name: string, from = folder) => readFileSync(join(from, name))

describe('a file added to a model', () => {
  it('stands in a copy, where all else is as it was', async () => {
    const out = join(parent, 'out')
    const before = readdirSync(folder).map((name) => [name, read(name)] as const)
    const sha256 = await addFile(folder, out, 'more.bin', bytes)
    const model = await openModel(out)
    expect(model.sha256).toBe(sha256)
    expect(await model.file('more.bin')).toEqual(bytes)
    expect(await verifyModel(out)).toEqual([])
    for (const [name, content] of before) {
      expect(read(name), name).toEqual(content)
      if (name !== 'model.json') expect(read(name, out), name).toEqual(content)
    }
    const { files: _, ...rest } = (await openModel(folder)).json
    expect(model.json).toMatchObject(rest)
  })

  it('can be added where the model is, and changed', async () => {
    const first = await addFile(folder, folder, 'more.bin', bytes)
    expect(await verifyModel(folder)).toEqual([])
    const second = await addFile(folder, join(folder, '.'), 'more.bin', Uint8Array.of(9))
    expect(second).not.toBe(first)
    expect([...(await (await openModel(folder)).file('more.bin'))]).toEqual([9])
    expect(await addFile(folder, folder, 'more.bin', bytes)).toBe(first)
  })

  it('does without a card', async () => {
    rmSync(join(folder, 'CARD.md'))
    await addFile(folder, join(parent, 'out'), 'more.bin', bytes)
    expect(readdirSync(join(parent, 'out')).sort()).toEqual([
      'model.json',
      'more.bin',
      'scorer.safetensors',
      'tokenizer.json',
    ])
  })

  it('is not written where it would spoil the model', async () => {
    const before = read('model.json')
    for (const name of ['../x', 'scorer.safetensors', 'model.json', '', 'a/b', 'TOKENIZER.json']) {
      await expect(addFile(folder, folder, name, bytes), name).rejects.toMatchObject({ code: 'model-broken' })
    }
    expect(read('model.json')).toEqual(before)
    writeFileSync(join(folder, 'tokenizer.json'), '[]')
    await expect(addFile(folder, join(parent, 'out'), 'more.bin', bytes)).rejects.toMatchObject({
      code: 'model-broken',
    })
  })
})
