import { describe, expect, it } from 'vitest'
import { createParameters, input, lower, mul, sum, type Tensor } from '../graph/index.ts'
import { relativeError } from '../graph/testing/compare.ts'
import { type Given, prepare } from '../graph/testing/evaluate.ts'
import { count, pseudoRandom } from '../graph/testing/pseudo-random.ts'
import {
  gradientsOf,
  type OptimiserSettings,
  optimise,
  optimiserDefaults,
  type StateKind,
  stateKindsOf,
  stateName,
} from './optimiser.ts'

const settings = { beta1: 0.9, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1, clipNorm: 0.8, muonMomentum: null }
const stateKinds = ['weight', 'firstMoment', 'secondMoment', 'average'] as const
const shapes = { matrix: [3, 4], vector: [5], scalar: [1] } as const
type Name = keyof typeof shapes
const names = Object.keys(shapes) as Name[]

/** AdamW as the paper writes it (algorithm 2), in double precision. */
function reference(
  state: Record<string, number[]>,
  gradients: Record<Name, number[]>,
  step: number,
  rate: number,
  averageShare: number,
): { state: Record<string, number[]>; norm: number } {
  const norm = Math.sqrt(
    Object.values(gradients)
      .flat()
      .reduce((sum, g) => sum + g * g, 0),
  )
  const clip = Math.min(1, settings.clipNorm / (norm + 1e-6))
  const after: Record<string, number[]> = {}
  for (const name of names) {
    const read = (kind: StateKind) => state[stateName(kind, name)]!
    const g = gradients[name].map((value) => value * clip)
    const first = g.map((v, i) => settings.beta1 * read('firstMoment')[i]! + (1 - settings.beta1) * v)
    const second = g.map((v, i) => settings.beta2 * read('secondMoment')[i]! + (1 - settings.beta2) * v * v)
    const weight = read('weight').map((w, i) => {
      const m = first[i]! / (1 - settings.beta1 ** step)
      const v = second[i]! / (1 - settings.beta2 ** step)
      const decay = shapes[name].length > 1 ? settings.weightDecay * w : 0
      return w - rate * (m / (Math.sqrt(v) + settings.epsilon) + decay)
    })
    after[stateName('weight', name)] = weight
    after[stateName('firstMoment', name)] = first
    after[stateName('secondMoment', name)] = second
    after[stateName('average', name)] = read('average').map(
      (old, i) => (1 - averageShare) * old + averageShare * weight[i]!,
    )
  }
  return { state: after, norm }
}

describe('AdamW', () => {
  it('follows the reference over several steps, clipped and not', async () => {
    const p = createParameters()
    const gradients = new Map<string, Tensor>()
    for (const name of names) {
      p.get(name, shapes[name], 'zeros')
      gradients.set(name, input(`given ${name}`, shapes[name]))
    }
    const { state: outputs, gradientNorm } = optimise(p, gradients, settings)
    const run = await prepare(lower({ ...prefixed(outputs), norm: gradientNorm }))

    let state: Record<string, number[]> = {}
    for (const name of names) {
      for (const kind of stateKinds) {
        const random = Array.from(pseudoRandom(kind === 'average' ? name : `${kind} ${name}`, count(shapes[name])))
        state[stateName(kind, name)] = kind.endsWith('Moment') ? random.map(() => 0) : random
      }
    }
    let found: Record<string, readonly number[]> = state
    const clipped: boolean[] = []
    for (let step = 1; step <= 6; step++) {
      const rate = 0.05 / step
      const averageShare = 1 / (step + 1)
      // Gradients shrink, so that the first steps are clipped and the last are not.
      const given = Object.fromEntries(
        names.map((name) => [
          name,
          Array.from(pseudoRandom(`${name} ${step}`, count(shapes[name])), (v) => (v * 2) / step ** 2),
        ]),
      ) as Record<Name, number[]>
      const scalars = {
        rate,
        correction1: 1 / (1 - settings.beta1 ** step),
        correction2: 1 / (1 - settings.beta2 ** step),
        averageShare,
      }
      const feeds: Record<string, Given> = {}
      for (const [name, value] of Object.entries(scalars)) feeds[name] = { shape: [], data: [value] }
      for (const name of names) {
        feeds[`given ${name}`] = { shape: shapes[name], data: given[name] }
        for (const kind of stateKinds) {
          const key = stateName(kind, name)
          feeds[kind === 'weight' ? name : key] = { shape: shapes[name], data: found[key]! }
        }
      }
      const results = await run(feeds)
      const expected = reference(state, given, step, rate, averageShare)
      clipped.push(expected.norm > settings.clipNorm)
      expect(relativeError(results.norm!.values, [expected.norm])).toBeLessThan(1e-5)
      for (const [key, values] of Object.entries(expected.state)) {
        expect(relativeError(results[`after ${key}`]!.values, values), `${key} at step ${step}`).toBeLessThan(2e-5)
      }
      state = expected.state
      found = Object.fromEntries(Object.keys(state).map((key) => [key, results[`after ${key}`]!.values]))
    }
    expect(clipped).toContain(true)
    expect(clipped).toContain(false)
  })

  it('decays matrices only', async () => {
    const p = createParameters()
    const zero = new Map(names.map((name) => [name as string, mul(p.get(name, shapes[name], 'zeros'), 0)]))
    const { state } = optimise(p, zero, { ...optimiserDefaults, weightDecay: 0.5, muonMomentum: null })
    const run = await prepare(lower(prefixed(state)))
    const feeds: Record<string, Given> = {}
    for (const name of ['rate', 'correction1', 'correction2', 'averageShare']) feeds[name] = { shape: [], data: [0.1] }
    for (const name of names) {
      for (const kind of stateKinds) {
        const value = kind.endsWith('Moment') ? 0 : 1
        const data = Array(count(shapes[name])).fill(value) as number[]
        feeds[kind === 'weight' ? name : stateName(kind, name)] = { shape: shapes[name], data }
      }
    }
    const found = await run(feeds)
    const weight = (name: Name) => found[`after ${stateName('weight', name)}`]!.values[0]
    expect(weight('matrix')).toBeCloseTo(0.95, 6)
    expect([weight('vector'), weight('scalar')]).toEqual([1, 1])
  })
})

describe('Muon', () => {
  const withMuon: OptimiserSettings = { ...settings, muonMomentum: 0.9 }

  it('moves the matrices inside a network, keeps no second moment of them, and leaves tables to AdamW', () => {
    const p = createParameters()
    for (const [name, shape] of [
      ['decoder.layers.0.fc1.weight', [3, 4]],
      ['decoder.layers.0.fc1.bias', [3]],
      ['encoder.embed_tokens.weight', [5, 4]],
      ['positions.weight', [5, 4]],
      ['lm_head.weight', [9, 4]],
      ['heads.object.weight', [9, 4]],
    ] as const)
      p.get(name, shape, 'zeros')
    const adam = [...stateKindsOf(p, withMuon)].filter(([, kinds]) => kinds.includes('secondMoment'))
    expect(adam.map(([name]) => name)).toEqual([...p.all().keys()].slice(1))
    expect([...stateKindsOf(p, settings).values()].every((kinds) => kinds.includes('secondMoment'))).toBe(true)
  })

  it('takes a step with Nesterov momentum along the orthogonalised direction, with decay', async () => {
    const p = createParameters()
    p.get('matrix', [3, 4], 'zeros')
    const { state } = optimise(p, new Map([['matrix', input('given', [3, 4])]]), { ...withMuon, clipNorm: 1e9 })
    const run = await prepare(lower(prefixed(state)))
    // Rows that are orthogonal already: each singular value is the length of its row.
    const rows = (a: number, b: number, c: number) => [a, 0, 0, 0, 0, b, 0, 0, 0, 0, 0, c]
    const feeds: Record<string, Given> = {
      matrix: { shape: [3, 4], data: rows(1, 1, 1) },
      given: { shape: [3, 4], data: rows(2, 0.2, 1) },
      [stateName('firstMoment', 'matrix')]: { shape: [3, 4], data: rows(0, 1, 0) },
      [stateName('average', 'matrix')]: { shape: [3, 4], data: rows(1, 1, 1) },
      rate: { shape: [], data: [0.1] },
      averageShare: { shape: [], data: [0.5] },
    }
    const found = await run(feeds)
    const first = found[`after ${stateName('firstMoment', 'matrix')}`]!.values
    expect(relativeError(first, rows(0.2, 0.92, 0.1))).toBeLessThan(1e-6)
    const ahead = [2, 0.2, 1].map((g, i) => g + 0.9 * ([0.2, 0.92, 0.1][i]! - g))
    const length = Math.hypot(...ahead)
    const moved = ahead.map((value) => {
      let y = value / length
      for (let round = 0; round < 5; round++) y = 3.4445 * y - 4.775 * y ** 3 + 2.0315 * y ** 5
      return 1 - 0.1 * (y * 0.2 * Math.sqrt(4) + 0.1)
    }) as [number, number, number]
    expect(relativeError(found[`after ${stateName('weight', 'matrix')}`]!.values, rows(...moved))).toBeLessThan(1e-4)
  })
})

describe('gradientsOf', () => {
  it('gives each parameter its gradient by name', () => {
    const p = createParameters()
    const loss = sum(mul(p.get('a', [2], 'ones'), p.in('b').get('c', [2], 'ones')))
    expect([...gradientsOf(loss, p)].map(([name, { shape }]) => [name, shape])).toEqual([
      ['a', [2]],
      ['b.c', [2]],
    ])
    p.get('unused', [1], 'ones')
    expect(() => gradientsOf(loss, p)).toThrow('the loss does not depend on unused')
  })
})

const prefixed = (tensors: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`after ${name}`, tensor]))
