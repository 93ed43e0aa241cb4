import { describe, expect, it } from 'vitest'
import type { Pixels } from '../image/pixels.ts'
import { defaultNormaliser } from '../text/normalise.ts'
import { captions } from '../text/testing/captions.ts'
import { createTokenizer } from '../text/tokenizer.ts'
import { trainBpe } from '../text/train-bpe.ts'
import { collectWords } from '../text/words.ts'
import { chooseBest, expectedMatches } from './choose.ts'
import type { DrawingModel, PromptText, SampleRequest } from './contracts.ts'
import { type GenerateEvent, generate, generateResult } from './generate.ts'
import { recordOf } from './recipe.ts'

/** A model whose candidate `index` is the tokens [index, index] and a picture of one pixel of that colour. */
function fakeModel(scoreOf: (index: number) => number, reads: 'tokens' | 'pixels' = 'tokens') {
  const decoded: number[][] = []
  const asked: SampleRequest[] = []
  const scored: { text: PromptText; indices: number[] }[] = []
  const model: DrawingModel = {
    name: 'fake',
    sha256: 'f'.repeat(64),
    engine: 'pencil',
    prompts: {
      normaliser: defaultNormaliser,
      tokenizer: createTokenizer(trainBpe(captions(), { vocabularySize: 400 }), { length: 12 }),
      words: collectWords(captions()),
    },
    defaults: { temperature: 0.9, topK: 50, guidance: 2, candidates: 12 },
    sampler: {
      async *sample(request, signal) {
        asked.push(request)
        for (const [done, index] of request.indices.entries()) {
          signal?.throwIfAborted()
          yield { kind: 'progress', done: done + 1, total: request.indices.length }
          yield { kind: 'candidate', candidate: { index, tokens: Uint16Array.of(index, index) } }
        }
      },
      async decode(tokens) {
        decoded.push(tokens.map(([index]) => index!))
        return tokens.map(([index]): Pixels => {
          return { width: 1, height: 1, channels: 3, data: Uint8Array.of(index!, 0, 0) }
        })
      },
    },
    scorer: {
      reads,
      async score({ prompt, normalisedPrompt }, candidates) {
        scored.push({ text: { prompt, normalisedPrompt }, indices: candidates.map(({ tokens }) => tokens[0]!) })
        return candidates.map(({ tokens, picture }) => {
          expect(picture?.data[0]).toBe(reads === 'pixels' ? tokens[0] : undefined)
          const score = scoreOf(tokens[0]!)
          return { score, matchProbability: score / 100 }
        })
      },
    },
  }
  return { model, decoded, asked, scored }
}

const prompt = ' A red Kangaroo. '

describe('generate', () => {
  it('gives the best of all candidates, and decodes nothing else', async () => {
    const { model, decoded, asked, scored } = fakeModel((index) => (index * 5) % 12)
    const result = await generateResult({ prompt, seed: 3, count: 3 }, model)
    expect(asked).toEqual([
      {
        prompt: 'a red kangaroo',
        seed: 3,
        sampling: { temperature: 0.9, topK: 50, guidance: 2 },
        indices: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
      },
    ])
    expect(scored[0]!.text).toEqual({ prompt: 'A red Kangaroo.', normalisedPrompt: 'a red kangaroo' })
    expect(result.chosen.map(({ index }) => index)).toEqual([7, 2, 9])
    expect(decoded).toEqual([[7, 2, 9]])
    expect(result.chosen.map(({ picture }) => picture.data[0])).toEqual([7, 2, 9])
    expect(result.candidates.map(({ index }) => index)).toEqual(asked[0]!.indices)
    expect(result.candidates.filter(({ picture }) => picture !== null).length).toBe(3)
    expect(result).toMatchObject({ prompt: 'A red Kangaroo.', normalisedPrompt: 'a red kangaroo', seed: 3, cut: null })
    expect(result).toMatchObject({ unknownWords: [], model: { name: 'fake' }, engine: 'pencil' })
    expect(recordOf(result, result.chosen[0]!).recipe).toEqual({
      format: 1,
      model: { name: 'fake', sha256: 'f'.repeat(64) },
      prompt: 'A red Kangaroo.',
      normalisedPrompt: 'a red kangaroo',
      seed: 3,
      index: 7,
      sampling: { temperature: 0.9, topK: 50, guidance: 2 },
      candidates: 12,
    })
  })

  it('scores pixels where the scorer reads them, and keeps only what can still be chosen', async () => {
    const { model, decoded, scored } = fakeModel((index) => index % 50, 'pixels')
    const result = await generateResult({ prompt, seed: 0, count: 2, candidates: 100 }, model)
    // 49 and 99 have the same score: the lower index comes first.
    expect(result.chosen.map(({ index }) => index)).toEqual([49, 99])
    expect(scored.map(({ indices }) => indices.length)).toEqual([32, 32, 32, 4])
    expect(decoded.flat().length).toBe(100)
    expect(result.candidates.filter(({ picture }) => picture !== null).map(({ index }) => index)).toEqual([49, 99])
  })

  it('says what happens', async () => {
    const { model } = fakeModel((index) => index)
    const events: GenerateEvent[] = []
    for await (const event of generate({ prompt: 'a kangaro', seed: 1, count: 1, candidates: 2 }, model))
      events.push(event)
    expect(events.map(({ kind }) => kind)).toEqual(['prompt', 'progress', 'progress', 'scored', 'scored', 'result'])
    expect(events[0]).toMatchObject({ prompt: { unknownWords: [{ word: 'kangaro', suggestion: 'kangaroo' }] } })
    expect(events[2]).toEqual({ kind: 'progress', done: 2, total: 2 })
  })

  it('measures with the clock it is given', async () => {
    let time = 0
    const { timings } = await generateResult({ prompt, seed: 1 }, fakeModel(() => 1).model, { now: () => time++ })
    expect(Object.values(timings).every((part) => part > 0)).toBe(true)
    expect(Object.values(timings).reduce((a, b) => a + b)).toBeLessThan(time)
  })

  it('shows the part of a prompt that does not fit', async () => {
    const long = Array.from({ length: 30 }, () => 'lighthouse').join(' ')
    const { cut } = await generateResult({ prompt: `a red ${long}`, seed: 1 }, fakeModel(() => 1).model)
    expect(cut).toMatch(/lighthouse$/)
  })

  it.each([
    ['an empty prompt', { prompt: ' \n' }, 'prompt-empty'],
    ['a control character', { prompt: 'a\u0007' }, 'prompt-control-characters'],
    ['a long prompt', { prompt: 'a '.repeat(600) }, 'prompt-too-long'],
    ['no picture', { count: 0 }, 'option-value'],
    ['too many pictures', { count: 65, candidates: 100 }, 'option-value'],
    ['fewer candidates than pictures', { count: 9, candidates: 8 }, 'option-value'],
    ['too many candidates', { candidates: 1025 }, 'option-value'],
    ['half a candidate', { candidates: 9.5 }, 'option-value'],
    ['a seed below 0', { seed: -1 }, 'option-value'],
    ['a seed that is not exact', { seed: 2 ** 53 }, 'option-value'],
    ['a temperature below 0', { sampling: { temperature: -1 } }, 'option-value'],
    ['no temperature', { sampling: { temperature: Number.NaN } }, 'option-value'],
    ['a top-k in fractions', { sampling: { topK: 1.5 } }, 'option-value'],
    ['a guidance out of range', { sampling: { guidance: 1e9 } }, 'option-value'],
  ])('refuses %s', async (_, change, code) => {
    const { model, asked } = fakeModel(() => 1)
    await expect(generateResult({ prompt, seed: 1, ...change }, model)).rejects.toMatchObject({ code })
    expect(asked).toEqual([])
  })

  it.each([
    [{ count: 9, candidates: 8 }, 'candidates'],
    [{ count: 65 }, 'count'],
    [{ seed: -1 }, 'seed'],
    [{ sampling: { topK: 1.5 } }, 'topK'],
    [{ sampling: { temperature: 11 } }, 'temperature'],
    [{ sampling: { guidance: -1 } }, 'guidance'],
  ])('names a number as the request does: %j', async (change, option) => {
    const fault = await generateResult({ prompt, seed: 1, ...change }, fakeModel(() => 1).model).catch((error) => error)
    expect(fault).toMatchObject({ code: 'option-value', details: { option } })
    expect(fault.message).not.toContain('--')
  })

  it('says of a prompt what the model cannot know of it', async () => {
    const { model } = fakeModel(() => 1)
    const words = new Map([...model.prompts.words!, ['cheese', 9000], ['chese', 40]])
    const drawn = await generateResult(
      { prompt: 'red chese', seed: 1 },
      { ...model, prompts: { ...model.prompts, words } },
    )
    expect(drawn).toMatchObject({
      unknownWords: [],
      likelySlips: [{ word: 'chese', suggestion: 'cheese' }],
      wordless: false,
    })
    expect(await generateResult({ prompt: '12!', seed: 1 }, model)).toMatchObject({ wordless: true })
    // A model that does not tell its words.
    const silent = { ...model, prompts: { ...model.prompts, words: null } }
    expect(await generateResult({ prompt: 'chese', seed: 1 }, silent)).toMatchObject({ likelySlips: [] })
  })

  it('draws as many candidates as pictures when more pictures are wanted than the model usually draws', async () => {
    const { chosen, candidates } = await generateResult({ prompt, seed: 1, count: 20 }, fakeModel(() => 1).model)
    expect([chosen.length, candidates.length]).toEqual([20, 20])
  })

  it('gives all candidates when fewer than nine are asked for', async () => {
    const { chosen } = await generateResult({ prompt, seed: 1, candidates: 4 }, fakeModel((index) => index).model)
    expect(chosen.map(({ index }) => index)).toEqual([3, 2, 1, 0])
  })

  it('goes on from candidates that are there, and ends as if it had drawn them all', async () => {
    const whole = await generateResult({ prompt, seed: 3, count: 3 }, fakeModel((index) => (index * 5) % 12).model)
    const { model, asked, scored } = fakeModel((index) => (index * 5) % 12)
    const drawn = whole.candidates.filter(({ index }) => index % 3 === 1)
    const result = await generateResult({ prompt, seed: 3, count: 3 }, model, { drawn })
    expect(asked.map(({ indices }) => indices)).toEqual([[0, 2, 3, 5, 6, 8, 9, 11]])
    expect(scored.flatMap(({ indices }) => indices)).toEqual(asked[0]!.indices)
    expect({ ...result, timings: null }).toEqual({ ...whole, timings: null })
    // Nothing is left to draw; candidates that this request does not have are left out.
    const all = fakeModel((index) => (index * 5) % 12)
    const fewer = await generateResult({ prompt, seed: 3, count: 3, candidates: 8 }, all.model, {
      drawn: whole.candidates,
    })
    expect(all.asked).toEqual([])
    expect(fewer.candidates.length).toBe(8)
    expect(fewer.chosen.map(({ index }) => index)).toEqual([7, 2, 4])
  })

  it('neither draws nor shows what is withheld, and fills its place with nothing', async () => {
    const { model, asked, decoded } = fakeModel((index) => (index * 5) % 12)
    const score = { score: 10, matchProbability: 0.1 }
    const options = { withheld: [{ index: 2, score }], atOnce: 4, showBest: true }
    const events: GenerateEvent[] = []
    for await (const event of generate({ prompt, seed: 3, count: 3 }, model, options)) events.push(event)
    expect(asked.flatMap(({ indices }) => indices)).toEqual([0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(decoded.flat()).not.toContain(2)
    const best = events.filter((event) => event.kind === 'best').map(({ chosen }) => chosen.map(({ index }) => index))
    expect(best).toEqual([
      [4, 1],
      [7, 4],
      [7, 9],
    ])
    const last = events.at(-1)!
    expect(last).toMatchObject({ kind: 'result', result: { candidates: { length: 11 }, chosen: { length: 2 } } })
  })

  it('draws a few at a time and shows the best so far, decoding each picture once', async () => {
    const { model, asked, decoded } = fakeModel((index) => (index * 5) % 12)
    const events: GenerateEvent[] = []
    const request = { prompt, seed: 3, count: 2 }
    for await (const event of generate(request, model, { atOnce: 5, showBest: true })) events.push(event)
    expect(asked.map(({ indices }) => indices)).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8, 9],
      [10, 11],
    ])
    const best = events.filter((event) => event.kind === 'best').map(({ chosen }) => chosen.map(({ index }) => index))
    expect(best).toEqual([
      [2, 4],
      [7, 2],
      [7, 2],
    ])
    expect(decoded.flat().toSorted()).toEqual([2, 4, 7])
    const progress = events.filter((event) => event.kind === 'progress')
    expect(progress.map(({ done, total }) => [done, total])).toEqual(Array.from({ length: 12 }, (_, i) => [i + 1, 12]))
    expect(events.at(-1)).toMatchObject({ kind: 'result', result: { chosen: [{ index: 7 }, { index: 2 }] } })
  })

  it('shows what is being drawn only for places that are empty until it is scored', async () => {
    const { model } = fakeModel((index) => index)
    const { sampler } = model
    let shown: number[] = []
    const showing: DrawingModel = {
      ...model,
      sampler: {
        ...sampler,
        async *sample(request, signal) {
          const unfinished = request.indices.map((index) => ({ index, tokens: new Uint16Array(1), of: 2 }))
          yield { kind: 'progress', done: 0, total: 12, unfinished }
          yield* sampler.sample(request, signal)
        },
        decodeUnfinished: (unfinished) => sampler.decode(unfinished.map(({ index }) => Uint16Array.of(index, 0))),
      },
    }
    let time = 0
    const options = { atOnce: 5, showUnfinished: 1, now: () => time++ }
    const shownOf = async (count: number) => {
      shown = []
      for await (const event of generate({ prompt, seed: 3, count }, showing, options)) {
        if (event.kind === 'unfinished') shown.push(...event.pictures.map(({ index }) => index))
      }
      return shown
    }
    // Of the first five, the first look has four. Nine places are the most there are.
    expect(await shownOf(12)).toEqual([0, 1, 2, 3, 5, 6, 7, 8])
    expect(await shownOf(2)).toEqual([0, 1])
  })

  it('stops when it is cancelled', async () => {
    const stop = new AbortController()
    const { model, decoded } = fakeModel(() => 1)
    const drawing = (async () => {
      for await (const event of generate({ prompt, seed: 1 }, model, { signal: stop.signal })) {
        if (event.kind === 'progress' && event.done === 3) stop.abort()
      }
    })()
    await expect(drawing).rejects.toThrow()
    expect(decoded).toEqual([])
  })
})

describe('choosing', () => {
  const candidate = (index: number, score: number, matchProbability: number | null = 0) => {
    return { index, score: { score, matchProbability } }
  }

  it('breaks ties by the index, in whatever order they come', () => {
    const best = chooseBest([candidate(5, 1), candidate(2, 1), candidate(9, 2), candidate(0, 0)], 3)
    expect(best.map(({ index }) => index)).toEqual([9, 2, 5])
    expect(chooseBest([candidate(1, 1)], 9).length).toBe(1)
  })

  it('says how many are to be expected to match, or that it cannot', () => {
    expect(expectedMatches([candidate(0, 0, 0.5), candidate(1, 0, 0.25), candidate(2, 0, 1)])).toBe(1.75)
    expect(expectedMatches([candidate(0, 0, 0.5), candidate(1, 0, null)])).toBe(null)
  })
})
