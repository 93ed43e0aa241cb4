/** Every op on a graphics card against the same on the processor, in the form in which an engine there gets it. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { patience, webGpuForTests } from '../../runtime/node/testing/web-gpu.ts'
import {
  abs,
  add,
  argmax,
  attention,
  cachedAttention,
  cast,
  concat,
  constant,
  convolution,
  createParameters,
  crossEntropy,
  differentiate,
  div,
  embedding,
  equal,
  erf,
  exp,
  expand,
  gelu,
  groupNorm,
  inOrder,
  input,
  less,
  linear,
  log,
  lower,
  matmul,
  maximum,
  mean,
  minimum,
  mul,
  neg,
  norm,
  padZeros,
  reshape,
  round,
  sigmoid,
  slice,
  softmax,
  sqrt,
  straightThroughRound,
  sub,
  sum,
  type Tensor,
  type TensorType,
  tanh,
  transpose,
  where,
} from '../index.ts'
import { relativeError } from './compare.ts'
import { count, pseudoRandom } from './pseudo-random.ts'

/** What may lie between the two, as `relativeError` has it: sums in another order, and other approximations of exp and erf. */
const tolerance = 1e-4

const device = await webGpuForTests()

const x = input('x', [7, 6])
const y = input('y', [7, 6])
const square = input('square', [6, 6])
const bias = input('bias', [6])
const sequence = input('sequence', [2, 5, 6])
const visible = constant([1, 1, 1, 0, 1, 1, 0, 0, 1, 0], [2, 5])
const picture = input('picture', [2, 4, 8, 7])
const kernels = input('kernels', [4, 4, 3, 3])
const channels = input('channels', [4])
const ids = constant([1, 1, 3, 0, 5, 2], [2, 3], 'int32')
const past = {
  keys: input('keys', [7, 2, 4, 3]),
  values: input('values', [7, 2, 4, 3]),
  mask: input('mask', [4]),
}
const positive = add(mul(x, x), 0.1)

const forms: Readonly<Record<string, Tensor>> = {
  sums: div(sub(add(x, bias), mul(x, y)), add(mul(y, y), 1)),
  waves: mul(tanh(x), add(sigmoid(y), erf(x))),
  powers: add(log(positive), mul(sqrt(positive), exp(neg(x)))),
  'larger and smaller': sub(maximum(x, y), minimum(x, abs(y))),
  chosen: where(less(x, y), x, mul(y, 2)),
  'chosen where equal': where(equal(cast(mul(x, 3), 'int32'), constant(1, [], 'int32')), x, y),
  rounded: round(mul(x, 7)),
  'rounded in passing': straightThroughRound(mul(y, 7)),
  shapes: concat([transpose(slice(square, 0, 1, 5), [1, 0]), reshape(padZeros(square, 1, 0, 2), [6, 8])], 1),
  'sums along axes': mul(sum(sequence, [1], true), expand(mean(sequence, [0, 1]), [2, 1, 6])),
  'largest place': cast(argmax(x), 'float32'),
  products: matmul(matmul(x, square, { transposeB: true, scale: 0.5 }), square),
  'products of transposed': matmul(sequence, sequence, { transposeA: true }),
  layer: linear(gelu(norm(x, { scale: bias, bias })), square, bias),
  'plain norm': softmax(norm(sequence)),
  attention: attention(sequence, sequence, sequence, { heads: 2, causal: true, visible }),
  'attention to a cache': cachedAttention(x, y, x, past, 2),
  table: embedding(square, ids),
  convolution: convolution(picture, kernels, { bias: channels, pads: [1, 1, 1, 1] }),
  'convolution, halving': convolution(picture, kernels, { stride: 2, pads: [0, 1, 0, 1] }),
  'group norm': groupNorm(picture, { groups: 2, scale: channels, bias: channels, epsilon: 1e-5 }),
  loss: crossEntropy(mul(embedding(square, ids), 3), constant([0, 4, 4, 2, 1, 0], [2, 3], 'int32')),
}
/** No gradient flows through places and roundings, and the cache is for drawing. */
const withoutGradient = ['rounded', 'largest place', 'attention to a cache']

/** Ops by the names that the files of ops give them. */
function allOps(): string[] {
  const folder = new URL('../ops/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/(?:\bname: |(?:unary|binary|leaf<\w+>)\()'(\w+)'/g)].map(
      ([, name]) => name!,
    ),
  )
}

function outputs(): Record<string, Tensor> {
  const all: Record<string, Tensor> = {}
  const leaves = [x, y, square, bias, sequence, picture, kernels, channels]
  for (const [name, form] of Object.entries(forms)) {
    all[name] = form
    if (withoutGradient.includes(name)) continue
    const read = new Set(inOrder([form]).flatMap((node) => node.outputs))
    const of = leaves.filter((leaf) => read.has(leaf))
    if (of.length === 0) continue
    const loss = sum(mul(form, form))
    for (const [i, gradient] of differentiate(loss, of).entries()) all[`${name}, gradient ${i}`] = gradient
  }
  return all
}

const values = (inputs: Readonly<Record<string, TensorType>>) =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]) => {
      const sizes = shape as number[]
      return [name, { type: 'float32' as const, shape: sizes, data: pseudoRandom(name, count(sizes)) }]
    }),
  )

describe('every op', () => {
  const all = outputs()
  const parameter = createParameters().get('a parameter', [2], 'zeros')
  const graph = lower({ ...all, 'a parameter twice': add(parameter, parameter) })

  it('is in the graph', () => {
    const found = new Set(inOrder([...Object.values(all), parameter]).map(({ op }) => op.name))
    expect([...new Set(allOps())].filter((name) => !found.has(name))).toEqual([])
  })

  it.runIf(device)(
    'computes on the card what it does on the processor',
    async () => {
      const [cpu, card] = [createNodeEngine({ threads: 1 }), createNodeEngine({ threads: 1, device: device! })]
      try {
        const [expecting, finding] = [await cpu.load(graph, { keepWeights: true }), await card.load(graph)]
        const run = { fetch: Object.keys(graph.outputs) }
        const expected = await expecting.run(values(graph.inputs), run)
        const found = await finding.run(values(graph.inputs), run)
        const errors = Object.entries(expected).map(([name, { shape, data }]): [string, number] => {
          expect(found[name]!.shape, name).toEqual(shape)
          return [name, relativeError(found[name]!.data as Float32Array, data as Float32Array)]
        })
        expect(errors.filter(([, error]) => !(error < tolerance))).toEqual([])
      } finally {
        await cpu.dispose()
        await card.dispose()
      }
    },
    patience,
  )
})
