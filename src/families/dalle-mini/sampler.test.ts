import { describe, expect, it } from 'vitest'
import type { SampleRequest } from '../../generate/contracts.ts'
import { createParameters, input, lower } from '../../graph/index.ts'
import { generator, startToken } from '../../networks/dalle-mini.ts'
import { codeCount } from '../../networks/image-tokenizer.ts'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { type RandomModelSettings, smallModel } from '../testing/random-model.ts'
import { openDalleMini } from './open.ts'
import { readSettings } from './settings.ts'
import { draw as drawTokens, engine, heard, model, opened, request, useModel } from './testing/drawing.ts'

// 6 x 6 tokens: the cache has to grow once, after 32 positions.
const settings: RandomModelSettings = {
  ...smallModel,
  imageTokenizer: { ...smallModel.imageTokenizer, side: 24 },
  precision: 'fp32',
}
const grid = 6
const length = grid * grid
const codes = codeCount(settings.imageTokenizer)

useModel(settings)

/** Candidates as texts, which are told apart at a glance. */
async function draw(change: Partial<SampleRequest> = {}): Promise<Map<number, string>> {
  return new Map([...(await drawTokens(change))].map(([index, tokens]) => [index, tokens.join()]))
}

/** Logits of every position of whole sequences, [rows, length, codes], by the graph that training uses. */
async function wholeSequences(texts: readonly string[], tokens: readonly (readonly number[])[]): Promise<Float32Array> {
  const parameters = createParameters()
  const network = readSettings(model).generator
  const rows = texts.length
  const encoded = texts.map((text) => opened.prompts.tokenizer.encode(text))
  const logits = generator(parameters, network, {
    text: input('text', [rows, network.textLength], 'int32'),
    visible: input('visible', [rows, network.textLength]),
    shifted: input('shifted', [rows, length], 'int32'),
  })
  const session = await engine.load(lower({ logits }, await model.weights('generator')), { keepWeights: true })
  const shifted = tokens.flatMap((row) => [startToken(network), ...row.slice(0, -1)])
  const result = await session.run(
    {
      text: {
        type: 'int32',
        shape: [rows, network.textLength],
        data: Int32Array.from(encoded.flatMap(({ ids }) => ids)),
      },
      visible: {
        type: 'float32',
        shape: [rows, network.textLength],
        data: Float32Array.from(encoded.flatMap(({ mask }) => mask)),
      },
      shifted: { type: 'int32', shape: [rows, length], data: Int32Array.from(shifted) },
    },
    { fetch: ['logits'] },
  )
  return result.logits!.data as Float32Array
}

describe('the sampler', () => {
  it('computes, step by step, the logits of the whole-sequence network', async () => {
    heard.length = 0
    const drawn = await draw()
    const tokens = [...drawn.values()].map((row) => row.split(',').map(Number))
    const steps = heard.filter(({ values }) => 'logits' in values).map(({ values }) => values.logits!)
    expect(steps.length).toBe(length)
    // Three candidates are three rows, twice: with the prompt and with the empty one.
    expect(steps[0]!.shape).toEqual([2, 3, codes])
    const expected = await wholeSequences(
      [request.prompt, request.prompt, request.prompt, '', '', ''],
      [...tokens, ...tokens],
    )
    let worst = 0
    for (const [position, { data }] of steps.entries()) {
      for (let row = 0; row < 6; row++) {
        for (let code = 0; code < codes; code++) {
          const difference = Math.abs(
            (data[row * codes + code] as number) - expected[(row * length + position) * codes + code]!,
          )
          worst = Math.max(worst, difference)
        }
      }
    }
    expect(worst).toBeLessThan(1e-4)
    // The logits are no constant that would agree with anything.
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(1)
    expect(new Set(drawn.values()).size).toBe(3)
  })

  it('draws the same candidate whatever is drawn with it', async () => {
    const all = await draw({ indices: Array.from({ length: 33 }, (_, index) => index) })
    expect(all.size).toBe(33)
    expect(new Set(all.values()).size).toBe(33)
    const sizes = Array.from({ length: 32 }, (_, size) => size + 1)
    for (const size of sizes) {
      // Another part of the candidates each time, odd ones from the end.
      const indices = Array.from({ length: size }, (_, i) => (size % 2 === 0 ? i : 32 - i))
      for (const [index, tokens] of await draw({ indices })) expect(tokens, `${index} of ${size}`).toBe(all.get(index))
    }
    const shuffled = [...all.keys()].sort((a, b) => ((a * 7) % 33) - ((b * 7) % 33))
    expect([...(await draw({ indices: shuffled }))].sort(([a], [b]) => a - b)).toEqual([...all])
    // More than fit into one batch.
    const many = await draw({ indices: Array.from({ length: 70 }, (_, index) => 69 - index) })
    for (const [index, tokens] of all) expect(many.get(index)).toBe(tokens)
  })

  it('shows what is drawn so far, and draws the same', async () => {
    const drawn = new Map<number, string>()
    const seen = new Map<number, Uint16Array[]>()
    for await (const event of opened.sampler.sample(request)) {
      if (event.kind === 'candidate') {
        drawn.set(event.candidate.index, event.candidate.tokens.join())
        continue
      }
      for (const { index, tokens, of } of event.unfinished ?? []) {
        expect(of).toBe(length)
        seen.set(index, [...(seen.get(index) ?? []), tokens])
      }
      if (event.unfinished?.length) {
        const pictures = await opened.sampler.decodeUnfinished!(event.unfinished)
        expect(pictures.map(({ width }) => width)).toEqual(request.indices.map(() => grid * 4))
      }
    }
    expect(drawn).toEqual(await draw())
    for (const [index, row] of drawn) {
      // From the first whole row to all but one.
      expect(seen.get(index)!.map((tokens) => tokens.length)).toEqual(
        Array.from({ length: length - grid }, (_, i) => grid + i),
      )
      for (const tokens of seen.get(index)!) expect(row.startsWith(`${tokens.join()},`)).toBe(true)
    }
  })

  it('draws the same candidates on several engines', async () => {
    const engines = [1, 2, 1].map((threads) => createNodeEngine({ threads }))
    const several = await openDalleMini(model, engines[0]!, ...engines.slice(1))
    for (const size of [1, 2, 9, 33]) {
      const indices = Array.from({ length: size }, (_, index) => index)
      const drawn = new Map<number, string>()
      const done: number[] = []
      for await (const event of several.sampler.sample({ ...request, indices })) {
        if (event.kind === 'candidate') drawn.set(event.candidate.index, event.candidate.tokens.join())
        else done.push(event.done / event.total)
      }
      expect(new Map([...drawn].sort(([a], [b]) => a - b))).toEqual(await draw({ indices }))
      expect(done).toEqual(done.toSorted((a, b) => a - b))
      expect(done.at(-1)).toBe(1)
    }
    const picture = Uint16Array.from({ length }, (_, at) => at)
    expect(await several.sampler.decode([picture])).toEqual(await opened.sampler.decode([picture]))
    await Promise.all(engines.map((one) => one.dispose()))
  })

  it('draws the same candidates while others are drawn on the same engine', async () => {
    const asked: Partial<SampleRequest>[] = [{}, { seed: 8 }, { prompt: 'un chat' }, { seed: 9, indices: [3, 1] }]
    const alone: Map<number, string>[] = []
    for (const each of asked) alone.push(await draw(each))
    expect(await Promise.all(asked.map(draw))).toEqual(alone)
  })

  it('depends on prompt, seed and settings', async () => {
    const usual = (await draw()).get(1)
    expect((await draw()).get(1)).toBe(usual)
    expect((await draw({ seed: 8 })).get(1)).not.toBe(usual)
    expect((await draw({ seed: request.seed + 2 ** 32 })).get(1)).not.toBe(usual)
    expect((await draw({ prompt: 'un chat' })).get(1)).not.toBe(usual)
    expect((await draw({ sampling: { ...request.sampling, guidance: 0 } })).get(1)).not.toBe(usual)
  })

  it('draws the likeliest tokens, and so one picture, with top-k 1 or temperature 0', async () => {
    const one = await draw({ sampling: { temperature: 1, topK: 1, guidance: 2 } })
    expect(new Set(one.values()).size).toBe(1)
    expect(await draw({ sampling: { temperature: 0, topK: 0, guidance: 2 }, seed: 99 })).toEqual(one)
  })

  it('leaves the empty prompt out without guidance, and the unguided logits count alone', async () => {
    heard.length = 0
    const plain = await draw({ sampling: { temperature: 0, topK: 0, guidance: 1 }, indices: [0] })
    const steps = heard.filter(({ values }) => 'logits' in values)
    expect(steps[0]!.values.logits!.shape).toEqual([1, 2, codes])
    expect(await draw({ sampling: { temperature: 0, topK: 0, guidance: 1 + 2 ** -40 }, indices: [0] })).toEqual(plain)
  })

  it('stops when told to, and lets go of what it held', async () => {
    const stop = new AbortController()
    const drawing = (async () => {
      for await (const event of opened.sampler.sample(request, stop.signal)) {
        if (event.kind === 'progress' && event.done > 6) stop.abort()
      }
    })()
    await expect(drawing).rejects.toMatchObject({ code: 'cancelled' })
    const held = heard.length
    expect(held).toBeGreaterThan(0)
    await expect(engine.get('sample0.past.0.keys')).rejects.toMatchObject({ code: 'engine' })
    expect((await draw()).size).toBe(3)
  })
})

describe('a picture of which a part stays', () => {
  const kept = Uint8Array.from({ length }, (_, at) => (at % 7 === 3 || (at > 8 && at < 20) ? 1 : 0))
  const tokens = Uint16Array.from({ length }, (_, at) => (at * 17 + 5) % codes)
  const keep = { tokens, kept }

  it('keeps it, and draws the rest by the logits of the whole-sequence network', async () => {
    heard.length = 0
    const drawn = [...(await drawTokens({ keep })).values()]
    for (const row of drawn)
      expect([...row].filter((_, at) => kept[at])).toEqual([...tokens].filter((_, at) => kept[at]))
    expect(new Set(drawn.map((row) => row.join())).size).toBe(3)
    const steps = heard.filter(({ values }) => 'logits' in values).map(({ values }) => values.logits!)
    const texts = [request.prompt, request.prompt, request.prompt, '', '', '']
    const expected = await wholeSequences(
      texts,
      [...drawn, ...drawn].map((row) => [...row]),
    )
    let worst = 0
    for (const [position, { data }] of steps.entries()) {
      for (let row = 0; row < 6; row++) {
        for (let code = 0; code < codes; code++) {
          const known = expected[(row * length + position) * codes + code]!
          worst = Math.max(worst, Math.abs((data[row * codes + code] as number) - known))
        }
      }
    }
    expect(worst).toBeLessThan(1e-4)
  })

  it('is the same whatever is drawn with it, and a candidate of which a part stays is itself', async () => {
    const all = await draw({ keep, indices: [0, 1, 2, 3, 4] })
    for (const index of [0, 3]) expect((await draw({ keep, indices: [index] })).get(index)).toBe(all.get(index))
    const none = new Uint8Array(length)
    expect(await draw({ keep: { tokens, kept: none } })).toEqual(await draw())
    const own = (await drawTokens()).get(1)!
    for (const stays of [kept, none.map((_, at) => (at < 20 ? 1 : 0))]) {
      expect((await draw({ keep: { tokens: own, kept: stays }, indices: [1] })).get(1)).toBe(own.join())
    }
  })

  it('is drawn no further than its last token that does not stay', async () => {
    const upper = kept.map((_, at) => (at < 10 ? 0 : 1))
    heard.length = 0
    const done: number[] = []
    let last: Uint16Array | undefined
    for await (const event of opened.sampler.sample({ ...request, keep: { tokens, kept: upper }, indices: [0] })) {
      if (event.kind === 'progress') done.push(event.done / event.total)
      else last = event.candidate.tokens
    }
    expect(heard.filter(({ values }) => 'logits' in values).length).toBe(10)
    expect(done.at(-1)).toBe(1)
    expect(last!.slice(10)).toEqual(tokens.slice(10))
    const whole = await draw({ keep: { tokens, kept: kept.map(() => 1) } })
    expect(new Set(whole.values())).toEqual(new Set([tokens.join()]))
  })

  it.each([
    ['too few tokens', { tokens: tokens.slice(1), kept }, /36 image tokens/],
    ['no token of its', { tokens: tokens.map(() => codes), kept }, /below 60/],
    ['too short a choice', { tokens, kept: kept.slice(1) }, /each of 36/],
    ['a choice that is none', { tokens, kept: kept.map(() => 2) }, /each of 36/],
  ])('is refused with %s', async (_, wrong, message) => {
    await expect(draw({ keep: wrong })).rejects.toThrow(message)
  })
})

describe('decoding', () => {
  it('gives the same pixels whatever is decoded with it', async () => {
    const tokens = Array.from({ length: 9 }, (_, i) =>
      Uint16Array.from({ length }, (_unused, at) => (i * 31 + at * 17) % codes),
    )
    const all = await opened.sampler.decode(tokens)
    expect(all.map(({ width, height, channels }) => [width, height, channels])).toEqual(
      Array.from({ length: 9 }, () => [24, 24, 3]),
    )
    for (const [i, row] of tokens.entries()) expect((await opened.sampler.decode([row]))[0]).toEqual(all[i])
    expect(new Set(all[0]!.data).size).toBeGreaterThan(50)
    expect(await opened.sampler.decode([])).toEqual([])
  })

  it('refuses what are no image tokens', async () => {
    await expect(opened.sampler.decode([new Uint16Array(5)])).rejects.toThrow('36 image tokens')
    await expect(opened.sampler.decode([new Uint16Array(length).fill(codes)])).rejects.toThrow('below 60')
  })
})
