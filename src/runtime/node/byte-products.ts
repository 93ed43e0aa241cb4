/** Whether the processor multiplies bytes by signed bytes as it should. */
import { createParameters, input, type LoweredGraph, linear, lower, type RowWeight } from '../../graph/index.ts'
import type { Session } from '../engine.ts'

const [rows, width] = [4, 64]

/**
 * Products of the largest bytes, by the same kernel as all others. Processors of the x86 family that lack VNNI add two products in 16
 * bits, and what does not fit there is cut off.
 */
export async function bytesAreExact(load: (graph: LoweredGraph) => Promise<Session>): Promise<boolean> {
  const weight: RowWeight = {
    shape: [width, width],
    codes: new Int8Array(width * width).fill(127),
    scales: new Float32Array(width).fill(1 / 127),
  }
  const w = createParameters().get('w', weight.shape, 'zeros')
  const session = await load(lower({ y: linear(input('x', [rows, width]), w) }, new Map([['w', weight]])))
  try {
    const x = { type: 'float32', shape: [rows, width], data: new Float32Array(rows * width).fill(1) } as const
    const { y } = await session.run({ x }, { fetch: ['y'] })
    return y!.data.every((value) => Math.abs(Number(value) - width) < 1e-3)
  } finally {
    await session.dispose()
  }
}
