import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeRandomModel } from './families/testing/random-model.ts'
import { encodePng, NeufError, openNeuf, readRecipe, recordOf, writeRecipe } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-library-'))
beforeAll(async () => {
  await writeRandomModel(join(folder, 'model'))
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('the library', () => {
  it('draws, scores, decodes and lets go', async () => {
    await using neuf = await openNeuf({ model: './model', folder })
    const result = await neuf.draw({ prompt: 'a red kangaroo', seed: 7, count: 2 })
    const [best] = result.chosen
    expect(best!.picture).toMatchObject({ width: neuf.side, height: neuf.side, channels: 3 })
    expect(await neuf.decode([best!.tokens])).toEqual([best!.picture])
    expect((await neuf.score('A red kangaroo!', [best!.picture]))[0]!.matchProbability).toBeGreaterThan(0)
    const file = join(folder, 'best.png')
    writeFileSync(file, writeRecipe(encodePng(best!.picture), recordOf(result, best!)))
    expect(readRecipe(readFileSync(file))).toMatchObject({ record: { recipe: { seed: 7, model: neuf.model } } })
    const kinds = new Set<string>()
    for await (const { kind } of neuf.events({ prompt: 'a cat', seed: 1, candidates: 9 })) kinds.add(kind)
    expect([...kinds]).toEqual(['prompt', 'progress', 'scored', 'result'])
    for await (const event of neuf.events({ prompt: 'a cat', seed: 1 }, undefined, { showUnfinished: 1 })) {
      if (event.kind !== 'unfinished') continue
      kinds.add(event.kind)
      for (const { picture, drawn } of event.pictures) {
        expect(picture).toMatchObject({ width: neuf.side, height: neuf.side })
        expect(drawn > 0 && drawn < 1).toBe(true)
      }
    }
    expect(kinds).toContain('unfinished')
    await neuf.dispose()
    await expect(neuf.draw({ prompt: 'a cat', seed: 1 })).rejects.toBeInstanceOf(NeufError)
  })

  it('draws the same with one thread and with several', async () => {
    const draw = async (threads: number) => {
      await using neuf = await openNeuf({ model: join(folder, 'model'), threads })
      const { candidates } = await neuf.draw({ prompt: 'a red kangaroo', seed: 7 })
      return candidates.map(({ tokens, score }) => `${tokens.join()} ${score.score}`)
    }
    const one = await draw(1)
    expect(await draw(2)).toEqual(one)
    expect(await draw(3)).toEqual(one)
  })

  it('refuses a model that is not there', async () => {
    await expect(openNeuf({ model: './none', folder })).rejects.toMatchObject({ code: 'model-missing' })
  })
})
