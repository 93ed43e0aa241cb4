/** The ops against JAX: the vectors are written by tools/oracle/jax_vectors.py. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  add,
  attention,
  constant,
  convolution,
  crossEntropy,
  differentiate,
  div,
  embedding,
  exp,
  gelu,
  groupNorm,
  input,
  linear,
  matmul,
  mul,
  norm,
  softmax,
  sub,
  sum,
  type Tensor,
  unitLength,
} from '../index.ts'
import { relativeError } from './compare.ts'
import { evaluate } from './evaluate.ts'
import { count, pseudoRandom } from './pseudo-random.ts'

type Case = {
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly y: { readonly shape: readonly number[]; readonly values: readonly number[] }
  readonly gradients: Readonly<Record<string, readonly number[]>>
}

const cases = JSON.parse(readFileSync(new URL('./vectors/ops.json', import.meta.url), 'utf8')) as Record<string, Case>

const visible = constant([1, 1, 1, 0, 1, 0, 0, 0], [2, 4])
const attend =
  (options: { causal?: boolean; visible?: Tensor }) =>
  ({ q, k, v }: Record<string, Tensor>) =>
    attention(mul(q!, 2), mul(k!, 2), v!, { heads: 3, ...options })

const build: Record<string, (inputs: Record<string, Tensor>) => Tensor> = {
  gelu: ({ x }) => gelu(mul(x!, 3)),
  softmax: ({ x }) => softmax(mul(x!, 3)),
  norm: ({ x }) => norm(x!),
  'norm-scale': ({ x, scale }) => norm(x!, { scale: scale! }),
  'norm-bias': ({ x, bias }) => norm(x!, { bias: bias! }),
  'norm-both': ({ x, scale, bias }) => norm(x!, { scale: scale!, bias: bias! }),
  'attention-plain': attend({}),
  'attention-causal': attend({ causal: true }),
  'attention-masked': attend({ visible }),
  'attention-both': attend({ causal: true, visible }),
  'cross-entropy': ({ logits }) => crossEntropy(mul(logits!, 3), constant([0, 4, 4, 2, 1, 0], [2, 3], 'int32')),
  embedding: ({ table }) => embedding(table!, constant([1, 1, 3, 0, 1, 3], [2, 3], 'int32')),
  linear: ({ x, w, b }) => linear(x!, w!, b!),
  matmul: ({ a, b }) => matmul(a!, b!, { scale: 0.5 }),
  'unit-length': ({ x }) => unitLength(x!),
  convolution: ({ x, w, b }) => convolution(x!, w!, { bias: b!, pads: [1, 1, 1, 1] }),
  'convolution-halving': ({ x, w }) => convolution(x!, w!, { stride: 2, pads: [0, 1, 0, 1] }),
  'group-norm': ({ x, scale, bias }) => groupNorm(x!, { groups: 2, scale: scale!, bias: bias!, epsilon: 1e-5 }),
  broadcast: ({ a, b }) => sub(div(exp(a!), add(b!, 3)), mul(a!, b!)),
}

describe('ops agree with JAX', () => {
  it('each case that JAX computed is held against ours', () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(build).sort())
  })

  for (const [name, expected] of Object.entries(cases)) {
    it(name, async () => {
      const names = Object.keys(expected.inputs)
      const tensors = names.map((key) => input(key, expected.inputs[key]!))
      const y = build[name]!(Object.fromEntries(names.map((key, i) => [key, tensors[i]!])))
      const weight = Array.from(pseudoRandom(`${name}.weight`, count(expected.y.shape)))
      const gradients = differentiate(sum(mul(y, constant(weight, expected.y.shape))), tensors)
      const found = await evaluate(
        { y, ...Object.fromEntries(names.map((key, i) => [`d ${key}`, gradients[i]!])) },
        Object.fromEntries(
          names.map((key) => {
            const shape = expected.inputs[key]!
            return [key, { shape, data: pseudoRandom(`${name}.${key}`, count(shape)) }]
          }),
        ),
      )
      expect(found.y!.shape).toEqual(expected.y.shape)
      expect(relativeError(found.y!.values, expected.y.values)).toBeLessThan(1e-5)
      for (const key of names) {
        const error = relativeError(found[`d ${key}`]!.values, expected.gradients[key]!)
        expect(error, `gradient of ${key}`).toBeLessThan(1e-4)
      }
    })
  }
})
