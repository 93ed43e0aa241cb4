/** Holds an op against a plain reference: its values, and its gradient against finite differences of the reference. */
import { expect } from 'vitest'
import { constant, differentiate, input, mul, sum, type Tensor } from '../index.ts'
import { relativeError } from './compare.ts'
import { evaluate } from './evaluate.ts'
import type { Plain } from './plain.ts'
import { count, pseudoRandom } from './pseudo-random.ts'

type Shapes = Readonly<Record<string, readonly number[]>>

export type OpCheck<S extends Shapes> = {
  /** Shapes of the inputs, which are float32 and drawn between -1 and 1. */
  readonly inputs: S
  readonly build: (inputs: { readonly [K in keyof S]: Tensor }) => Tensor
  readonly reference: (inputs: { readonly [K in keyof S]: Plain }) => Plain
  /** Moves the drawn values to where the op is defined. */
  readonly domain?: (value: number) => number
  readonly tolerance?: number
  /** False for an op through which no gradient flows. */
  readonly differentiable?: boolean
}

/**
 * Runs the op in ONNX Runtime. The gradient is that of the result's sum under fixed random weights; the reference's
 * central differences, in double precision, are exact to about 1e-9.
 */
export async function checkOp<const S extends Shapes>(check: OpCheck<S>): Promise<void> {
  const { inputs, build, reference, domain = (value) => value, tolerance = 1e-5, differentiable = true } = check
  const names = Object.keys(inputs) as (keyof S & string)[]
  const tensors = Object.fromEntries(names.map((name) => [name, input(name, inputs[name]!)]))
  const given: Record<string, Plain> = Object.fromEntries(
    names.map((name) => {
      const shape = inputs[name]!
      return [name, { shape, data: Array.from(pseudoRandom(name, count(shape)), (v) => Math.fround(domain(v))) }]
    }),
  )
  const y = build(tensors as { readonly [K in keyof S]: Tensor })
  const expected = reference(given as { readonly [K in keyof S]: Plain })
  expect(y.shape).toEqual(expected.shape)
  if (!differentiable) {
    const found = await evaluate({ y }, given)
    expect(relativeError(found.y!.values, expected.data)).toBeLessThan(tolerance)
    return
  }

  const weight = Array.from(pseudoRandom('weight of the result', expected.data.length))
  const loss = sum(mul(y, constant(weight, y.shape as number[])))
  const gradients = differentiate(
    loss,
    names.map((name) => tensors[name]!),
  )
  const outputs = Object.fromEntries(names.map((name, i) => [`d ${name}`, gradients[i]!]))
  const found = await evaluate({ y, ...outputs }, given)
  expect(found.y!.shape).toEqual(expected.shape)
  expect(relativeError(found.y!.values, expected.data)).toBeLessThan(tolerance)

  const plainLoss = (changed: Readonly<Record<string, Plain>>) =>
    reference(changed as { readonly [K in keyof S]: Plain }).data.reduce((sum, v, i) => sum + v * weight[i]!, 0)
  for (const name of names) {
    const { shape, data } = given[name]!
    const differences = data.map((value, at) => {
      const step = 1e-5
      const [up, down] = [value + step, value - step].map((v) =>
        plainLoss({ ...given, [name]: { shape, data: data.with(at, v) } }),
      ) as [number, number]
      return (up - down) / (2 * step)
    })
    expect(found[`d ${name}`]!.shape).toEqual(shape)
    expect(relativeError(found[`d ${name}`]!.values, differences), `gradient of ${name}`).toBeLessThan(tolerance)
  }
}
