/** A published DALL·E mini from its files to nine pictures, at a small size. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call } from '../../../cli/testing/call.ts'
import type { SampleRequest } from '../../../generate/contracts.ts'
import { type GenerateResult, generateResult } from '../../../generate/generate.ts'
import { readPrompt } from '../../../generate/prompt.ts'
import { recordOf } from '../../../generate/recipe.ts'
import { createParameters, input, lower } from '../../../graph/index.ts'
import { type Given, prepare } from '../../../graph/testing/evaluate.ts'
import { centreSquare } from '../../../image/centre-square.ts'
import { encodePng } from '../../../image/codec.ts'
import { writeRecipe } from '../../../image/recipe-metadata.ts'
import { openModel, writeModel } from '../../../models/model-folder.ts'
import { clipScores, embedClipPicture, embedClipText } from '../../../networks/clip.ts'
import { generator } from '../../../networks/dalle-mini.ts'
import { asBytes } from '../../../networks/image-tokenizer.ts'
import { decodeVqgan } from '../../../networks/vqgan.ts'
import type { Engine } from '../../../runtime/index.ts'
import { createNodeEngine } from '../../../runtime/node/engine.ts'
import { createPublishedTokenizer } from '../../../text/published-tokenizer.ts'
import { clipKind } from '../../../text/tokenizer-kind.ts'
import { openFamily } from '../../open.ts'
import type { OpenModel } from '../open.ts'
import { collected, publishedFiles, smallPublished, textFiles } from '../testing/published-files.ts'
import { publishedModel } from './model.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-published-'))
const typed = 'A RED 🦘, made of #cheese!'
/** As the original's normaliser leaves it. */
const normalised = ' a red, kangaroo, made of cheese'
let engine: Engine
let opened: OpenModel
let published: Awaited<ReturnType<typeof publishedFiles>>
let result: GenerateResult

beforeAll(async () => {
  engine = createNodeEngine({ threads: 1 })
  published = await publishedFiles(smallPublished)
  await writeModel(join(folder, 'model'), await collected(publishedModel(published.files, smallPublished)))
  opened = await openFamily(await openModel(join(folder, 'model')), engine)
  result = await generateResult({ prompt: typed, seed: 3 }, opened)
})
afterAll(async () => {
  await engine.dispose()
  rmSync(folder, { recursive: true })
})

const sampling = { temperature: 1, topK: 50, guidance: 10 }

async function draw(change: Partial<SampleRequest>): Promise<Map<number, string>> {
  const { normalisedPrompt: prompt } = readPrompt(typed, opened.prompts)
  const drawn = new Map<number, string>()
  for await (const event of opened.sampler.sample({ prompt, seed: 3, sampling, indices: [0], ...change })) {
    if (event.kind === 'candidate') drawn.set(event.candidate.index, event.candidate.tokens.join())
  }
  return drawn
}

describe('a published DALL·E mini', () => {
  it('has the weights of its files', async () => {
    const model = await openModel(join(folder, 'model'))
    for (const name of ['generator', 'imageTokenizer', 'scorer'] as const) {
      const found = await model.weights(name)
      expect([...found.keys()].sort()).toEqual([...published.weights[name].keys()].sort())
      for (const [weight, { shape, data }] of published.weights[name]) {
        expect(found.get(weight)!.shape, weight).toEqual(shape)
        expect(
          found.get(weight)!.data.every((value, i) => value === data[i]),
          weight,
        ).toBe(true)
      }
    }
    expect(model.json).toMatchObject({ imageSide: 32, imageTokens: { length: 256, codes: 96 }, calibration: {} })
  })

  it('draws nine of ten, with scores and without probabilities; each candidate the same in any batch', async () => {
    expect(result).toMatchObject({ prompt: typed, normalisedPrompt: normalised, sampling })
    expect(result.candidates).toHaveLength(10)
    expect(result.chosen).toHaveLength(9)
    const scores = result.chosen.map(({ score }) => score.score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    expect(new Set(scores).size).toBe(9)
    for (const { score, picture } of result.chosen) {
      expect(score.matchProbability).toBe(null)
      expect([picture.width, picture.height, picture.channels]).toEqual([32, 32, 3])
    }
    const all = new Map(result.candidates.map(({ index, tokens }) => [index, tokens.join()]))
    expect(new Set(all.values()).size).toBe(10)
    for (const indices of [[7], [9, 0, 4]]) {
      for (const [index, tokens] of await draw({ indices })) expect(tokens, `${index}`).toBe(all.get(index))
    }
  })

  it('writes the tokens that the whole network would, away from the empty prompt by the guidance', async () => {
    const { generator: own } = smallPublished
    const drawn = await draw({ sampling: { ...sampling, temperature: 0 } })
    const tokens = drawn.get(0)!.split(',').map(Number)
    const { tokenizer } = opened.prompts
    const texts = [normalised, ''].map((text) => tokenizer.encode(text))
    expect(texts[1]!.ids.slice(0, 4)).toEqual([0, 2, 1, 1])
    const text = { shape: [2, own.textLength], data: texts.flatMap(({ ids }) => ids), type: 'int32' } as const
    const visible = { shape: [2, own.textLength], data: texts.flatMap(({ mask }) => mask) }
    const shifted = [own.imageVocabulary, ...tokens.slice(0, -1)]
    const logits = generator(createParameters(), own, {
      text: input('text', text.shape, 'int32'),
      visible: input('visible', visible.shape),
      shifted: input('shifted', [2, 256], 'int32'),
    })
    const run = await prepare(lower({ logits }, published.weights.generator))
    const found = await run({
      text,
      visible,
      shifted: { shape: [2, 256], data: [...shifted, ...shifted], type: 'int32' },
    })
    const { shape, values } = found.logits!
    expect(shape).toEqual([2, 256, 96])
    let clear = 0
    for (const [position, token] of tokens.entries()) {
      const row = Array.from({ length: 96 }, (_, code) => {
        const [guided, plain] = [0, 1].map((which) => values[(which * 256 + position) * 96 + code]!) as [number, number]
        return plain + 10 * (guided - plain)
      })
      const [best, second] = row.toSorted((a, b) => b - a) as [number, number]
      if (best - second < 1e-3) continue
      clear++
      expect(token, `position ${position}`).toBe(row.indexOf(best))
    }
    expect(clear).toBeGreaterThan(240)
    expect(new Set(tokens).size).toBeGreaterThan(5)
  })

  it('decodes, and scores what it decoded, as VQGAN and CLIP do, with the prompt as it was typed', async () => {
    const { imageTokenizer, scorer } = smallPublished
    const candidates = result.chosen.slice(0, 3)
    const codes: Given = { shape: [3, 256], data: candidates.flatMap(({ tokens }) => [...tokens]), type: 'int32' }
    const picture = decodeVqgan(createParameters(), imageTokenizer, input('codes', [3, 256], 'int32'))
    const decoding = await prepare(lower({ bytes: asBytes(picture) }, published.weights.imageTokenizer))
    const bytes = (await decoding({ codes })).bytes!.values
    const drawn = candidates.flatMap(({ picture: own }) => [...own.data])
    expect(Math.max(...bytes.map((value, i) => Math.abs(value - drawn[i]!)))).toBeLessThanOrEqual(1)
    expect(new Set(drawn).size).toBeGreaterThan(50)

    const p = createParameters()
    const { side } = scorer.picture
    const shape = [3, side, side, 3]
    const texts = embedClipText(p, scorer, input('text', [2, scorer.text.length], 'int32'))
    const scores = clipScores(p, texts, embedClipPicture(p, scorer, input('pixels', shape, 'uint8')))
    const run = await prepare(lower({ scores }, published.weights.scorer))
    const json = JSON.parse(new TextDecoder().decode(textFiles.scorerTokenizer.json))
    const tokenizer = createPublishedTokenizer(clipKind, { json, path: 'x' }, scorer.text.length)
    const ids = [typed, normalised].flatMap((text) => tokenizer.encode(text).ids)
    const pixels = candidates.flatMap(({ picture: own }) => [...centreSquare(own, side).data])
    const found = await run({
      text: { shape: [2, scorer.text.length], data: ids, type: 'int32' },
      pixels: { shape, data: pixels, type: 'uint8' },
    })
    const [expected, ofNormalised] = [found.scores!.values.slice(0, 3), found.scores!.values.slice(3)]
    for (const [i, { score }] of candidates.entries()) {
      expect(score.score).toBeCloseTo(expected[i]!, 3)
      expect(Math.abs(score.score - ofNormalised[i]!)).toBeGreaterThan(1e-2)
    }
  })

  it('gives a picture from elsewhere the same tokens and the same score, whatever is read with it', async () => {
    const candidates = result.chosen.slice(0, 5)
    const pictures = candidates.map(({ picture }) => picture)
    const tokens = await opened.encode(pictures)
    expect(new Set(tokens.flatMap((row) => [...row])).size).toBeGreaterThan(3)
    for (const [i, picture] of pictures.entries()) expect(await opened.encode([picture])).toEqual([tokens[i]])
    const prompt = readPrompt(typed, opened.prompts)
    const scores = await opened.scorePictures(prompt, pictures)
    expect(scores).toEqual(candidates.map(({ score }) => score))
    for (const [i, picture] of pictures.entries()) {
      expect(await opened.scorePictures(prompt, [picture])).toEqual([scores[i]])
    }
  })

  it('draws a picture again from its file', async () => {
    const { picture, ...drawn } = result.chosen[4]!
    const file = writeRecipe(encodePng(picture), recordOf(result, drawn))
    writeFileSync(join(folder, '5.png'), file)
    const argv = ['redraw', '5.png', '--model', join(folder, 'model'), '--json']
    const context = { folder, environment: {}, now: () => performance.now(), randomSeed: () => 7 }
    const { status, out } = await call(argv, context)
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      same: true,
      pictures: [{ index: drawn.index, pixels: 'identical', tokensDrawnAgain: 'the same' }],
    })
  })
})
