/** Runs graphs for tests, in ONNX Runtime on the caller's thread. */
import ort from 'onnxruntime-node'
import { type ElementType, type LoweredGraph, lower, type Tensor } from '../index.ts'

export type Given = {
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
  readonly type?: ElementType
}
export type Result = { readonly shape: readonly number[]; readonly values: number[] }

function toTensor({ shape, data, type = 'float32' }: Given): ort.Tensor {
  const numbers = Array.from(data)
  switch (type) {
    case 'float32':
      return new ort.Tensor(type, Float32Array.from(numbers), shape)
    case 'int32':
      return new ort.Tensor(type, Int32Array.from(numbers), shape)
    case 'int64':
      return new ort.Tensor(type, BigInt64Array.from(numbers, BigInt), shape)
    default:
      return new ort.Tensor(type as 'uint8', Uint8Array.from(numbers), shape)
  }
}

/** A graph that is loaded once and can run on several inputs. */
export async function prepare({ model, externalData }: LoweredGraph) {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    externalData: externalData as { path: string; data: Uint8Array }[],
  })
  return async (inputs: Readonly<Record<string, Given>>): Promise<Record<string, Result>> => {
    const results = await session.run(Object.fromEntries(Object.entries(inputs).map(([k, v]) => [k, toTensor(v)])))
    return Object.fromEntries(
      Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, values: Array.from(data as Iterable<number>, Number) },
      ]),
    )
  }
}

/** Lowers and runs once. */
export async function evaluate(
  outputs: Readonly<Record<string, Tensor>>,
  inputs: Readonly<Record<string, Given>> = {},
): Promise<Record<string, Result>> {
  const run = await prepare(lower(outputs))
  return run(inputs)
}
