import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { colourOf, png } from '../corpus/pictures/testing/pictures.ts'
import { trainedOn } from '../evaluate/trained-on.ts'
import { openModel } from '../models/model-folder.ts'
import { smallRecipe } from '../train/testing/small-recipe.ts'
import { call } from './testing/call.ts'
import { trainCommand } from './train.ts'

const count = 40
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-own-'))
  mkdirSync(join(folder, 'mine'))
  for (let k = 0; k < count; k++) {
    const { r, g, b } = colourOf(k)
    const colour = Math.max(r, g, b) === r ? 'red' : Math.max(r, g, b) === g ? 'green' : 'blue'
    writeFileSync(join(folder, 'mine', `${k}.png`), await png(k, 40))
    writeFileSync(join(folder, 'mine', `${k}.txt`), `a ${colour} square\nun carré ${k % 7}\n`)
  }
  const built = await call(['corpus', 'build', 'mine', '--out', 'corpus', '--side', '32'], { folder })
  expect([built.status, built.err]).toEqual([0, ''])
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = trainCommand({ test: smallRecipe })
const train = (...argv: string[]) => call(['train', ...argv], { folder }, { train: async () => ({ command }) })

it("makes a model of one's own pictures, which says so", async () => {
  const made = await train('test', '--corpus', 'corpus', '--run', 'run', '--threads', '1')
  expect([made.status, made.err]).toEqual([0, expect.not.stringMatching(/\[[a-z-]+\]/)])
  expect(made.out).toMatch(/scorer: .* % of \d+ true captions above a wrong one\nmatch probability: none/)
  const model = await openModel(join(folder, 'run/model'))
  expect(model.json.imageSide).toBe(32)
  expect(await trainedOn(model)).toBe(undefined)
  expect(JSON.parse(readFileSync(join(folder, 'run/model/corpus.json'), 'utf8'))).toEqual({
    ...{ side: 32, count, ownPictures: true },
  })
  expect(readFileSync(join(folder, 'run/model/CARD.md'), 'utf8')).toContain('40 pictures')
  const lines = readFileSync(join(folder, 'run/generator.jsonl'), 'utf8').trim().split('\n')
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ step: 6, validationLoss: expect.any(Number) })
}, 120_000)

it('says in one line what does not fit', async () => {
  const built = await call(['corpus', 'build', 'mine', '--out', 'larger', '--side', '64'], { folder })
  expect(built.status).toBe(0)
  for (const [argv, status, code] of [
    [['--corpus', 'larger'], 1, 'corpus-unfit'],
    [['--corpus', 'mine'], 1, 'file-missing'],
    [['--corpus', 'corpus', '--verifier', 'some'], 2, 'option-value'],
    // The run's folder was begun with other pictures.
    [['--corpus', 'corpus', '--run', 'run', '--from', './none'], 1, 'model-missing'],
  ] as const) {
    const said = await train('test', ...argv)
    expect(said, argv.join(' ')).toMatchObject({ status, out: '' })
    expect(said.err).toMatch(new RegExp(`^neuf: [^\n]+ \\[${code}\\]\n$`))
  }
})
