import { afterAll, expect, it } from 'vitest'
import { createParameters, input, type LoweredGraph, linear, lower } from '../../graph/index.ts'
import { prepare } from '../../graph/testing/evaluate.ts'
import { pseudoRandom } from '../../graph/testing/pseudo-random.ts'
import type { Session } from '../engine.ts'
import { bytesAreExact } from './byte-products.ts'
import { createNodeEngine } from './engine.ts'

const engine = createNodeEngine({ threads: 1 })
afterAll(() => engine.dispose())

/** A session whose sums are all the same. */
const loading = (each: number) => async (): Promise<Session> => ({
  run: async () => ({ y: { type: 'float32', shape: [4, 64], data: new Float32Array(256).fill(each) } }),
  dispose: async () => {},
})

it('says of a processor that cuts sums of two products off at 16 bits that it is not exact', async () => {
  expect(await bytesAreExact(loading(64))).toBe(true)
  // With 255 for 127, and less 128 times the codes afterwards: 32 pairs of 32,767 in place of 64,770.
  expect(await bytesAreExact(loading((32 * 32_767 - 128 * 127 * 64) / 127 / 127))).toBe(false)
})

it('lets engines take a graph in the order in which they were asked, whichever has multiplied bytes before', async () => {
  const [before, fresh] = [createNodeEngine({ threads: 1 }), createNodeEngine({ threads: 1 })]
  const w = createParameters().get('w', [16, 64], 'zeros')
  const graph = () => {
    const weight = { shape: [16, 64], codes: new Int8Array(16 * 64).fill(3), scales: new Float32Array(16).fill(1) }
    return lower({ y: linear(input('x', [2, 64]), w) }, new Map([['w', weight]]))
  }
  const loaded = [await before.load(graph())]
  const shared = graph()
  // The first copies the weights, the second takes them.
  loaded.push(...(await Promise.all([fresh.load(shared, { keepWeights: true }), before.load(shared)])))
  for (const session of loaded) {
    const x = { type: 'float32', shape: [2, 64], data: new Float32Array(128).fill(1) } as const
    expect([...(await session.run({ x }, { fetch: ['y'] })).y!.data]).toEqual(Array(32).fill(192))
  }
  await Promise.all([before.dispose(), fresh.dispose()])
})

it('draws the same with bytes on this processor, whichever ops compute it', async () => {
  const w = createParameters().get('w', [48, 64], 'zeros')
  const codes = Int8Array.from(pseudoRandom('codes', 48 * 64), (value) => Math.round(value * 127))
  const weights = new Map([['w', { shape: [48, 64], codes, scales: new Float32Array(48).fill(0.01) }]])
  const x = pseudoRandom('x', 5 * 64)
  const graph = (): LoweredGraph => lower({ y: linear(input('x', ['rows', 64]), w) }, weights)
  const portable = await (await prepare({ ...graph(), model: graph().standardModel!() }))({
    x: { shape: [5, 64], data: x },
  })
  const session = await engine.load(graph(), { keepWeights: true })
  const { y } = await session.run({ x: { type: 'float32', shape: [5, 64], data: x.slice() } }, { fetch: ['y'] })
  for (const [i, value] of portable.y!.values.entries()) expect(Number(y!.data[i])).toBeCloseTo(value, 5)
  await session.dispose()
})
