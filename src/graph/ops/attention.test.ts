import { describe, expect, it } from 'vitest'
import { attention, cachedAttention, constant, differentiate, input, mul, reshape, slice, sum } from '../index.ts'
import { lower } from '../onnx/lower.ts'
import { checkOp } from '../testing/check-op.ts'
import { relativeError } from '../testing/compare.ts'
import { evaluate, prepare } from '../testing/evaluate.ts'
import { type Plain, plain, read, total } from '../testing/plain.ts'
import { pseudoRandom } from '../testing/pseudo-random.ts'

/** Scaled dot-product attention, one number at a time. */
function reference(q: Plain, k: Plain, v: Plain, heads: number, sees: (b: number, i: number, j: number) => boolean) {
  const [batch, , width] = q.shape as [number, number, number]
  const size = width / heads
  const keys = Array.from({ length: k.shape[1]! }, (_, j) => j)
  const along = (h: number) => Array.from({ length: size }, (_, s) => h * size + s)
  return plain([batch, q.shape[1]!, width], (b, i, c) => {
    const h = Math.floor(c! / size)
    const seen = keys.filter((j) => sees(b!, i!, j))
    const scores = seen.map((j) => total(along(h).map((s) => read(q, b!, i!, s) * read(k, b!, j, s))) / Math.sqrt(size))
    const powers = scores.map((score) => Math.exp(score))
    return total(seen.map((j, n) => (powers[n]! / total(powers)) * read(v, b!, j, c!)))
  })
}

const mask: Plain = { shape: [2, 4], data: [1, 1, 1, 0, 1, 0, 1, 0] }
const visible = constant(mask.data, mask.shape)
const steep = (v: number) => 2 * v

describe('attention', () => {
  it('of every position to every key, lengths apart', () =>
    checkOp({
      inputs: { q: [2, 3, 6], k: [2, 4, 6], v: [2, 4, 6] },
      build: ({ q, k, v }) => attention(q, k, v, { heads: 3 }),
      reference: ({ q, k, v }) => reference(q, k, v, 3, () => true),
      domain: steep,
    }))

  it('causal: no position sees a later one', () =>
    checkOp({
      inputs: { q: [2, 4, 4], k: [2, 4, 4], v: [2, 4, 4] },
      build: ({ q, k, v }) => attention(q, k, v, { heads: 2, causal: true }),
      reference: ({ q, k, v }) => reference(q, k, v, 2, (_, i, j) => j <= i),
      domain: steep,
    }))

  it('masked: hidden keys count for exactly nothing', () =>
    checkOp({
      inputs: { q: [2, 3, 6], k: [2, 4, 6], v: [2, 4, 6] },
      build: ({ q, k, v }) => attention(q, k, v, { heads: 2, visible }),
      reference: ({ q, k, v }) => reference(q, k, v, 2, (b, _, j) => read(mask, b, j) === 1),
      domain: steep,
    }))

  it('causal and masked', () =>
    checkOp({
      inputs: { q: [2, 4, 4], k: [2, 4, 4], v: [2, 4, 4] },
      build: ({ q, k, v }) => attention(q, k, v, { heads: 2, causal: true, visible }),
      reference: ({ q, k, v }) => reference(q, k, v, 2, (b, i, j) => j <= i && read(mask, b, j) === 1),
      domain: steep,
    }))

  it('stays finite, gradients too, where a row sees nothing', async () => {
    const [q, k, v] = ['q', 'k', 'v'].map((name) => input(name, [1, 2, 4])) as [never, never, never]
    const y = attention(q, k, v, { heads: 2, visible: constant([0, 0], [1, 2]) })
    const [dq, dk, dv] = differentiate(sum(mul(y, y)), [q, k, v])
    const of = (name: string) => ({ shape: [1, 2, 4], data: pseudoRandom(name, 8) })
    const found = await evaluate({ y, dq: dq!, dk: dk!, dv: dv! }, { q: of('q'), k: of('k'), v: of('v') })
    for (const { values } of Object.values(found)) expect(values.every(Number.isFinite)).toBe(true)
  })

  it('names what does not fit', () => {
    const x = (shape: (number | string)[]) => input('x', shape)
    const fine = x([2, 4, 6])
    expect(() => attention(fine, fine, fine, { heads: 4 })).toThrow(
      'attention: the width 6 does not divide into 4 heads',
    )
    expect(() => attention(fine, x([2, 5, 4]), x([2, 5, 4]), { heads: 2 })).toThrow('queries and keys must agree')
    expect(() => attention(fine, fine, x([2, 3, 6]), { heads: 2 })).toThrow('attention: needs [batch, length, width]')
    expect(() => attention(x([4, 6]), fine, fine, { heads: 2 })).toThrow('attention: needs [batch, length, width]')
    const longer = x([2, 5, 6])
    expect(() => attention(fine, longer, longer, { heads: 2, causal: true })).toThrow('equal, known lengths')
    expect(() => attention(fine, fine, fine, { heads: 2, visible: x([2, 3]) })).toThrow(
      'attention: the mask must be float32 [batch, keys] (given float32[2, 2, 4, 3], float32[2, 3])',
    )
    const whole = input('m', [2, 4], 'int32')
    expect(() => attention(fine, fine, fine, { heads: 2, visible: whole })).toThrow('the mask must be float32')
  })
})

describe('cachedAttention', () => {
  const heads = 2
  const width = 6
  const size = width / heads
  const length = 4

  /** Feeds positions one by one, keeping the cache as the caller of a step would. */
  async function stepByStep(rows: readonly number[], capacity: number) {
    const count = rows.reduce((a, b) => a * b, 1)
    const names = ['q', 'k', 'v'] as const
    const given = Object.fromEntries(names.map((name) => [name, pseudoRandom(name, count * length * width)]))
    const shape = [...rows.map((_, i) => `rows${i}`), width]
    const [q, k, v] = names.map((name) => input(name, shape)) as [never, never, never]
    const past = [...shape.slice(0, -1), heads, 'capacity', size]
    const cache = { keys: input('keys', past), values: input('values', past), mask: input('mask', ['capacity']) }
    const run = await prepare(lower({ y: cachedAttention(q, k, v, cache, heads) }))

    const stored = { keys: new Float32Array(count * heads * capacity * size), values: new Float32Array(0) }
    // What was never written must not be seen: it holds large numbers here.
    stored.keys.fill(50)
    stored.values = stored.keys.slice()
    const mask = new Float32Array(capacity).fill(-1e9)
    const steps: number[][] = []
    for (let at = 0; at < length; at++) {
      const part = (name: string) =>
        Array.from({ length: count * width }, (_, i) => {
          const row = Math.floor(i / width)
          return given[name]![(row * length + at) * width + (i % width)]!
        })
      const [, key, value] = names.map(part) as [number[], number[], number[]]
      const { y } = await run({
        q: { shape: [...rows, width], data: part('q') },
        k: { shape: [...rows, width], data: key },
        v: { shape: [...rows, width], data: value },
        keys: { shape: [...rows, heads, capacity, size], data: stored.keys },
        values: { shape: [...rows, heads, capacity, size], data: stored.values },
        mask: { shape: [capacity], data: mask },
      })
      expect(y!.shape).toEqual([...rows, width])
      steps.push(y!.values)
      for (let i = 0; i < count * width; i++) {
        const place = (Math.floor(i / size) * capacity + at) * size + (i % size)
        stored.keys[place] = key[i]!
        stored.values[place] = value[i]!
      }
      mask[at] = 0
    }
    return { given, steps, count }
  }

  for (const [rows, capacity] of [
    [[3], 4],
    [[2, 3], 32],
  ] as const) {
    it(`gives what causal attention gives, rows [${rows}], capacity ${capacity}`, async () => {
      const { given, steps, count } = await stepByStep(rows, capacity)
      const whole = { shape: [count, length, width] }
      const [q, k, v] = (['q', 'k', 'v'] as const).map((name) => input(name, whole.shape)) as [never, never, never]
      const y = attention(q, k, v, { heads, causal: true })
      const positions = Array.from({ length }, (_, at) => [`${at}`, reshape(slice(y, 1, at, at + 1), [count, width])])
      const expected = await evaluate(
        Object.fromEntries(positions),
        Object.fromEntries(Object.entries(given).map(([name, data]) => [name, { ...whole, data }])),
      )
      for (const [at, values] of steps.entries()) {
        expect(relativeError(values, expected[at]!.values), `position ${at}`).toBeLessThan(1e-5)
      }
    })
  }

  it('names what does not fit, and has no gradient', () => {
    const x = input('x', ['rows', 6])
    const past = input('past', ['rows', 2, 'capacity', 3])
    const mask = input('mask', ['capacity'])
    const cache = { keys: past, values: past, mask }
    expect(() => cachedAttention(x, x, x, cache, 4)).toThrow('does not divide into 4 heads')
    expect(() => cachedAttention(x, input('k', ['rows', 4]), x, cache, 2)).toThrow('must have one shape')
    expect(() => cachedAttention(x, x, x, { ...cache, mask: input('m', ['other']) }, 2)).toThrow(
      'cachedAttention: the past must be [rows, 2, other, 3] and the mask [capacity]',
    )
    const y = cachedAttention(
      input('q', [2, 6]),
      input('k', [2, 6]),
      input('v', [2, 6]),
      {
        keys: input('pk', [2, 2, 4, 3]),
        values: input('pv', [2, 2, 4, 3]),
        mask: input('pm', [4]),
      },
      2,
    )
    expect(() => differentiate(sum(y), [y.node.inputs[0]!])).toThrow('cachedAttention: has no gradient')
  })
})
