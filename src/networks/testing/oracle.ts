/** Whole networks against JAX: outputs, loss and every parameter's gradient (tools/oracle/jax_vectors.py). */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { createParameters, differentiate, type Parameters, type Tensor } from '../../graph/index.ts'
import { relativeError } from '../../graph/testing/compare.ts'
import { evaluate, type Given } from '../../graph/testing/evaluate.ts'
import { pseudoRandomWeight } from '../../graph/testing/pseudo-random.ts'

type Stored = { readonly shape: readonly number[]; readonly values: readonly number[] }

export type Vectors<S> = {
  readonly settings: S
  readonly inputs: Readonly<Record<string, Stored>>
  readonly loss: number
  readonly outputs: Readonly<Record<string, Stored>>
  readonly gradients: Readonly<Record<string, Stored>>
}

export const vectors = <S>(name: string): Vectors<S> =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as Vectors<S>

type Network = { readonly loss: Tensor; readonly outputs: Readonly<Record<string, Tensor>> }

/** Builds the network, gives it the weights that JAX had, and compares everything that JAX computed. */
export async function expectAgreement<S>(
  { inputs, loss, outputs, gradients }: Vectors<S>,
  types: Readonly<Record<string, 'int32' | 'uint8' | 'float32'>>,
  build: (parameters: Parameters) => Network,
): Promise<void> {
  const parameters = createParameters()
  const network = build(parameters)
  const all = [...parameters.all()]
  expect(new Map(all.map(([name, { shape }]) => [name, shape]))).toEqual(
    new Map(Object.entries(gradients).map(([name, { shape }]) => [name, shape])),
  )

  const derived = differentiate(
    network.loss,
    all.map(([, tensor]) => tensor),
  )
  const asked = Object.fromEntries([
    ['loss', network.loss],
    ...Object.entries(network.outputs),
    ...all.map(([name], i) => [`gradient:${name}`, derived[i]!]),
  ]) as Record<string, Tensor>
  const given: Record<string, Given> = {}
  for (const [name, { shape, values }] of Object.entries(inputs)) {
    given[name] = { shape, data: values, type: types[name] ?? 'float32' }
  }
  for (const [name, { shape }] of all) {
    given[name] = { shape: shape as number[], data: pseudoRandomWeight(name, shape as number[]) }
  }
  const found = await evaluate(asked, given)

  expect(relativeError(found.loss!.values, [loss])).toBeLessThan(1e-5)
  for (const [name, expected] of Object.entries(outputs)) {
    expect(found[name]!.shape).toEqual(expected.shape)
    expect(relativeError(found[name]!.values, expected.values), name).toBeLessThan(2e-5)
  }
  for (const [name, expected] of Object.entries(gradients)) {
    expect(relativeError(found[`gradient:${name}`]!.values, expected.values), `gradient of ${name}`).toBeLessThan(1e-4)
  }
}
