/** Which precision each tensor of a network is stored in, by what its quantisation loses. */
import { dequantise, quantise } from './quantise.ts'
import { dequantise4, fitsFourBits, quantise4 } from './quantise-4.ts'
import { dequantiseRows, quantiseRows } from './quantise-rows.ts'
import { type Precision, type Precisions, storedPrecision, type Weight } from './weights.ts'

export type ErrorBudget = {
  /**
   * What a tensor may lose: the root mean square of its errors as a share of that of its weights. Weights like noise lose some
   * 0.08 in 4 bit and 0.005 in 8; those of a few much larger ones among small lose more.
   */
  readonly relativeError: number
  /** Tensors that have 8 bits at least, whatever they would lose in 4. */
  readonly eightBits?: (name: string) => boolean
}

/** What a weight loses in a precision, as a share of its root mean square. @throws RangeError when it cannot be coded */
export function relativeLoss({ shape, data }: Weight, precision: Precision): number {
  if (precision === 'fp32') return 0
  const stored =
    precision === 'fp16'
      ? new Float32Array(new Float16Array(data))
      : precision === 'int8'
        ? dequantise(quantise(data, shape))
        : precision === 'int8-rows'
          ? dequantiseRows(quantiseRows(data, shape))
          : dequantise4(quantise4(data, shape))
  let lost = 0
  let all = 0
  for (let i = 0; i < data.length; i++) {
    lost += (data[i]! - stored[i]!) ** 2
    all += data[i]! ** 2
  }
  return all === 0 ? 0 : Math.sqrt(lost / all)
}

/** The fewest bits first. */
const narrowestFirst: readonly Precision[] = ['int4', 'int8', 'fp16']

/**
 * For each weight the narrowest precision that keeps within the budget, fp32 where none does. Goes through the weights once,
 * one in memory at a time.
 * @throws RangeError for a weight that is not finite, naming it; what the weights throw
 */
export async function choosePrecisions(
  weights: AsyncIterable<readonly [string, Weight]> | Iterable<readonly [string, Weight]>,
  { relativeError, eightBits = () => false }: ErrorBudget,
): Promise<Map<string, Precision>> {
  const chosen = new Map<string, Precision>()
  for await (const [name, weight] of weights) {
    // Vectors and small tensors are exact in any precision asked for.
    const exact = storedPrecision(name, weight.shape, 'int8') === 'fp32'
    const allowed = narrowestFirst.filter((one) => one !== 'int4' || (fitsFourBits(weight.shape) && !eightBits(name)))
    const kept = exact ? undefined : allowed.find((one) => loss(name, weight, one) <= relativeError)
    chosen.set(name, kept ?? 'fp32')
  }
  return chosen
}

/** Infinite where a weight is too large for the precision. */
function loss(name: string, weight: Weight, precision: Precision): number {
  if (!weight.data.every(Number.isFinite))
    throw new RangeError(`the weight "${name}" holds a number that is not finite`)
  try {
    return relativeLoss(weight, precision)
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY
    throw error
  }
}

/** The choice as `writeModel` takes it. */
export const precisionsOf =
  (chosen: ReadonlyMap<string, Precision>): Precisions =>
  (name) =>
    chosen.get(name) ?? 'fp32'
