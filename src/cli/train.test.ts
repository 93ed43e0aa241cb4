import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { drawSmallArt } from '../corpus/testing/small-art.ts'
import { smallVerifier } from '../evaluate/testing/small-verifier.ts'
import { writeVerifier } from '../evaluate/verifier-folder.ts'
import { writeRandomModel } from '../families/testing/random-model.ts'
import { openModel } from '../models/model-folder.ts'
import { smallRecipe } from '../train/testing/small-recipe.ts'
import { call } from './testing/call.ts'
import { trainCommand } from './train.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-train-'))
  await drawSmallArt(join(folder, 'art'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = trainCommand({ test: smallRecipe })
const train = (...argv: string[]) => call(['train', ...argv], { folder }, { train: async () => ({ command }) })

describe('neuf train', () => {
  it('goes from the art to a model folder, and from that model on', async () => {
    await writeVerifier(join(folder, 'judge'), smallVerifier(32))
    const made = await train('test', '--art', 'art', '--threads', '1', '--verifier', 'judge')
    expect([made.status, made.err]).toEqual([0, expect.not.stringMatching(/\[[a-z-]+\]/)])
    expect(made.out).toMatch(
      /^test in .*\nsha256 [0-9a-f]{64}\nscorer: .* % of \d+ true captions .*\nmatch probability: /,
    )
    const model = await openModel(join(folder, 'out/test/model'))
    expect(made.out).toContain(model.sha256)
    expect(Object.keys(model.json.networks).sort()).toEqual(['generator', 'imageTokenizer', 'scorer'])
    expect(readFileSync(join(folder, 'out/test/model/CARD.md'), 'utf8')).toMatch(/^# test\n/)
    expect(readFileSync(join(folder, 'out/test/image-tokens.jsonl'), 'utf8')).toMatch(/^\{"codes":64,"used":\d+,/)

    // A corpus on disk holds the same.
    const { sample, side, count, seed, validationCount } = smallRecipe.corpus
    const out = join(folder, 'corpus')
    await buildCorpus({ art: join(folder, 'art'), out, sample, side, count, seed, validationCount })
    const argv = ['test', '--art', 'art', '--corpus', 'corpus', '--run', 'further', '--threads', '1']
    const further = await train(...argv, '--from', './out/test/model')
    expect([further.status, further.err]).toEqual([
      0,
      expect.stringContaining('Going on from test: its words and codebook, image tokenizer, generator, scorer\n'),
    ])
    expect(further.out).toContain('match probability: none, for want of a verifier')
    expect((await openModel(join(folder, 'further/model'))).sha256).not.toBe(model.sha256)
  }, 120_000)

  it.each<[string, string[], number, RegExp]>([
    ['a recipe that is none', ['nonsense'], 2, /RECIPE.*test/],
    ['an art pack that is not there', ['test', '--art', 'nowhere', '--run', 'x'], 1, /nowhere/],
    ['a model that is not there', ['test', '--art', 'art', '--from', './nowhere', '--run', 'x'], 1, /nowhere/],
    ['a model of another make', ['test', '--art', 'art', '--from', './other', '--run', 'x'], 1, /trained further/],
    ['a verifier of another size', ['test', '--art', 'art', '--verifier', 'small', '--run', 'x'], 2, /32 x 32/],
    ['a verifier that is not there', ['test', '--art', 'art', '--verifier', 'none', '--run', 'x'], 1, /none/],
  ])('refuses %s', async (_, argv, status, said) => {
    await writeRandomModel(join(folder, 'other'))
    await writeVerifier(join(folder, 'small'), smallVerifier(16))
    const refused = await train(...argv)
    expect([refused.status, refused.err]).toEqual([status, expect.stringMatching(said)])
    expect(
      refused.err
        .trim()
        .split('\n')
        .filter((line) => /\[[a-z-]+\]/.test(line)),
    ).toHaveLength(1)
  })
})
