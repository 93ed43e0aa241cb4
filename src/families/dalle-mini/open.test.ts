import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPrompt } from '../../generate/prompt.ts'
import type { Pixels } from '../../image/pixels.ts'
import { openModel, writeModel } from '../../models/model-folder.ts'
import type { Engine } from '../../runtime/index.ts'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { openFamily } from '../open.ts'
import { randomModel, smallModel } from '../testing/random-model.ts'
import { type OpenModel, openDalleMini } from './open.ts'
import { toScore } from './scorer.ts'

const parent = mkdtempSync(join(tmpdir(), 'neuf-family-'))
let engine: Engine
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(async () => {
  await engine.dispose()
  rmSync(parent, { recursive: true })
})

async function open(reads: 'codes' | 'pixels'): Promise<OpenModel> {
  const folder = join(parent, reads)
  await writeModel(folder, randomModel({ ...smallModel, reads }, 3))
  return openFamily(await openModel(folder), engine)
}

const said = (prompt: string) => ({ prompt, normalisedPrompt: prompt })

const tokens = Array.from({ length: 9 }, (_, i) =>
  Uint16Array.from({ length: 16 }, (_unused, at) => (7 * i * i + 13 * at + i * at) % 60),
)

describe.each(['codes', 'pixels'] as const)('a scorer that reads %s', (reads) => {
  it('gives each candidate a score of its own, whatever is scored with it', async () => {
    const { scorer, sampler, prompts } = await open(reads)
    expect(scorer.reads).toBe(reads === 'codes' ? 'tokens' : 'pixels')
    const pictures = reads === 'pixels' ? await sampler.decode(tokens) : []
    const candidates = tokens.map((row, i) => ({ tokens: row, picture: pictures[i] }))
    const scores = await scorer.score(said('a red kangaroo'), candidates)
    expect(new Set(scores.map(({ score }) => score)).size).toBe(9)
    for (const { score, matchProbability } of scores) {
      expect(Math.abs(score)).toBeLessThan(100.001)
      expect(matchProbability).toBeCloseTo(1 / (1 + Math.exp(-0.1 * score)), 12)
    }
    for (const [i, candidate] of candidates.entries()) {
      expect(await scorer.score(said('a red kangaroo'), [candidate])).toEqual([scores[i]])
    }
    expect(await scorer.score(said('a red kangaroo'), candidates.toReversed())).toEqual(scores.toReversed())
    expect(await scorer.score(said('un chat'), candidates)).not.toEqual(scores)
    expect(await scorer.score(said('a red kangaroo'), [])).toEqual([])
    expect(prompts.words?.has('kangaroo')).toBe(true)
  })

  it('scores pictures from elsewhere', async () => {
    const { scorer, sampler, encode, scorePictures } = await open(reads)
    const pictures = await sampler.decode(tokens)
    const encoded = await encode(pictures)
    const expected = await scorer.score(
      said('a cat'),
      encoded.map((row, i) => ({ tokens: row, picture: pictures[i] })),
    )
    expect(await scorePictures(said('a cat'), pictures)).toEqual(expected)
    expect(encoded.flatMap((row) => [...row]).every((code) => code < 60)).toBe(true)
    for (const [i, picture] of pictures.entries()) expect(await encode([picture])).toEqual([encoded[i]])
    const wrong: Pixels = { width: 8, height: 8, channels: 3, data: new Uint8Array(8 * 8 * 3) }
    await expect(scorePictures(said('a cat'), [wrong])).rejects.toThrow('16 x 16')
    await expect(encode([wrong])).rejects.toThrow('16 x 16')
  })
})

describe('opening', () => {
  const described = randomModel(smallModel, 1)
  const changed = async (change: Partial<typeof described>) => {
    const folder = join(parent, 'changed')
    await writeModel(folder, { ...described, ...change })
    return openModel(folder)
  }

  it('refuses a family there is none of', async () => {
    await expect(openFamily(await changed({ family: 'charcoal' }), engine)).rejects.toThrow('"charcoal"')
  })

  it('names the file whose weights do not fit', async () => {
    const weights = new Map(described.networks.generator!.weights)
    weights.delete('decoder.layers.1.glu.fc1.weight')
    const generator = { ...described.networks.generator!, weights }
    const opening = openDalleMini(await changed({ networks: { ...described.networks, generator } }), engine)
    await expect(opening).rejects.toThrow(/generator\.safetensors.*decoder\.layers\.1\.glu\.fc1\.weight/)
  })

  it('refuses a tokenizer with more tokens than the networks read', async () => {
    const { 'tokenizer.json': json, ...files } = randomModel({ ...smallModel, vocabularySize: 320 }, 1).files
    const model = await changed({ files: { ...files, 'tokenizer.json': json! } })
    await expect(openDalleMini(model, engine)).rejects.toThrow(/tokenizer has 3\d\d tokens/)
  })

  it("takes a published model's normaliser and tokenizer, and names what it does not know", async () => {
    const testing = new URL('../../text/testing/', import.meta.url)
    const read = (name: string) => readFileSync(new URL(name, testing), 'utf8')
    const large = randomModel({ ...smallModel, vocabularySize: 520 }, 1)
    const published = {
      ...large,
      text: { length: large.text.length, normaliser: 'dalle-mini', tokenizer: 'bart' },
      files: {
        'tokenizer.json': read('vectors/bart-tokenizer.json'),
        'enwiki-words-frequency.txt': read('word-frequencies.txt'),
      },
    }
    const { prompts } = await openDalleMini(await changed(published), engine)
    const readAs = readPrompt('A 🦘, #redcat!', prompts)
    expect(readAs.normalisedPrompt).toBe(' a, kangaroo, red cat')
    expect(prompts.tokenizer.decode(prompts.tokenizer.encode(readAs.normalisedPrompt).ids)).toBe(
      ' a, kangaroo, red cat',
    )
    const other = await changed({ ...published, text: { ...published.text, tokenizer: 'other' } })
    await expect(openDalleMini(other, engine)).rejects.toThrow(/text\.tokenizer is neither "bart" nor "clip"/)
  })

  it('does without a list of words', async () => {
    const { 'words.json': _, ...files } = described.files
    expect((await openDalleMini(await changed({ files }), engine)).prompts.words).toBe(null)
  })

  it('refuses files that are not JSON', async () => {
    for (const name of ['words.json', 'tokenizer.json']) {
      const model = await changed({ files: { ...described.files, [name]: '{' } })
      await expect(openDalleMini(model, engine)).rejects.toThrow(`${name}: it is not JSON`)
    }
  })
})

describe('the match probability', () => {
  it('is a logistic function of the score, and absent without a calibration', () => {
    expect(toScore(20, { slope: 0.5, offset: -10 })).toEqual({ score: 20, matchProbability: 0.5 })
    expect(toScore(100, { slope: 100, offset: 0 }).matchProbability).toBe(1)
    expect(toScore(-100, { slope: 100, offset: 0 }).matchProbability).toBe(0)
    expect(toScore(20, null)).toEqual({ score: 20, matchProbability: null })
  })
})
