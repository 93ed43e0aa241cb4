import { describe, expect, it } from 'vitest'
import { philoxUniform } from '../../random/philox.ts'
import { createTokenSampler, kthLargest } from './sample-token.ts'

const logits = Float32Array.of(1, 3, 2, 3, -4, 0)
const usual = { temperature: 1, topK: 0, guidance: 1 }
const draws = 20_000

/** How often each token is drawn, as a share. */
function shares(settings: Partial<typeof usual>, unguided?: Float32Array): number[] {
  const sampler = createTokenSampler(logits.length, { ...usual, ...settings })
  const counts = new Array<number>(logits.length).fill(0)
  for (let index = 0; index < draws; index++)
    counts[sampler.sample(logits, unguided, { seed: 5, index, position: 3 })]! += 1
  return counts.map((count) => count / draws)
}

function softmax(values: readonly number[]): number[] {
  const weights = values.map((value) => Math.exp(value))
  const total = weights.reduce((a, b) => a + b)
  return weights.map((weight) => weight / total)
}

/** Four standard deviations of a share. */
function expectShares(found: readonly number[], expected: readonly number[]): void {
  for (const [token, share] of expected.entries()) {
    expect(Math.abs(found[token]! - share), `token ${token}`).toBeLessThanOrEqual(
      4 * Math.sqrt((share * (1 - share)) / draws),
    )
  }
}

describe('drawing a token', () => {
  it('follows softmax', () => expectShares(shares({}), softmax([...logits])))

  it('divides by the temperature', () => {
    expectShares(shares({ temperature: 0.5 }), softmax([...logits].map((logit) => logit / 0.5)))
  })

  it('keeps the k likeliest, and those as likely as the last of them', () => {
    const hidden = Number.NEGATIVE_INFINITY
    expectShares(shares({ topK: 3 }), softmax([hidden, 3, 2, 3, hidden, hidden]))
    // The second place is shared by none, the first by two.
    expectShares(shares({ topK: 1 }), [0, 0.5, 0, 0.5, 0, 0])
  })

  it('cuts where sorting would, whatever the sizes', () => {
    for (let round = 0; round < 200; round++) {
      const vocabulary = 2 + Math.floor(philoxUniform(6, round) * 300)
      const topK = 1 + Math.floor(philoxUniform(7, round) * vocabulary)
      const row = Float32Array.from({ length: vocabulary }, (_, i) => Math.floor(philoxUniform(8, round, i) * 90) / 10)
      const least = [...row].sort((a, b) => b - a)[topK - 1]!
      // So hot that every token kept is as likely as another.
      const sampler = createTokenSampler(vocabulary, { temperature: 1e9, topK, guidance: 1 })
      const drawn = new Set<number>()
      for (let index = 0; index < 40; index++)
        drawn.add(row[sampler.sample(row, undefined, { seed: 1, index, position: 0 })]!)
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(least)
      if (topK === 1) expect([...drawn]).toEqual([Math.max(...row)])
    }
  })

  it('moves away from the empty prompt by the guidance', () => {
    const unguided = Float32Array.of(0, 3, 1, 2, 0, 1)
    const guided = [...logits].map((logit, i) => unguided[i]! + 2 * (logit - unguided[i]!))
    expectShares(shares({ guidance: 2 }, unguided), softmax(guided))
  })

  it('takes the first of the likeliest at temperature 0', () => {
    expect(shares({ temperature: 0 })).toEqual([0, 1, 0, 0, 0, 0])
  })

  it('is a function of seed, index and position alone', () => {
    const row = Float32Array.from({ length: 500 }, (_, i) => philoxUniform(1, i))
    const draw = (seed: number, index: number, position: number, topK = 100) =>
      createTokenSampler(500, { ...usual, topK }).sample(row, undefined, { seed, index, position })
    expect(draw(1, 2, 3)).toBe(draw(1, 2, 3))
    const drawn = [draw(1, 2, 3), draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4), draw(1, 3, 2), draw(1 + 2 ** 32, 2, 3)]
    expect(new Set(drawn).size).toBeGreaterThan(4)
    // Reused working arrays remember nothing.
    const sampler = createTokenSampler(500, { ...usual, topK: 100 })
    for (let position = 0; position < 50; position++) {
      expect(sampler.sample(row, undefined, { seed: 1, index: 0, position })).toBe(draw(1, 0, position))
    }
  })

  it('never draws a token that underflows to nothing, and refuses numbers that are none', () => {
    const far = Float32Array.of(-1e9, 0, -1e9)
    const sampler = createTokenSampler(3, usual)
    for (let index = 0; index < 1000; index++) {
      expect(sampler.sample(far, undefined, { seed: 1, index, position: 0 })).toBe(1)
    }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => sampler.sample(Float32Array.of(0, bad, 0), undefined, { seed: 1, index: 0, position: 0 })).toThrow(
        'not a finite number',
      )
    }
  })
})

describe('the k-th largest', () => {
  it('is that of sorting', () => {
    for (let round = 0; round < 300; round++) {
      const length = 1 + Math.floor(philoxUniform(3, round) * 40)
      // Few different values, so that there are ties.
      const values = Float32Array.from({ length }, (_, i) => Math.floor(philoxUniform(4, round, i) * 12) - 6)
      const sorted = [...values].sort((a, b) => b - a)
      const k = 1 + Math.floor(philoxUniform(5, round) * length)
      expect(kthLargest(values.slice(), length, k)).toBe(sorted[k - 1])
    }
  })
})
