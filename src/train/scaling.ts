/**
 * What a larger training will come to, from small ones: loss = floor + coefficient * compute ^ -exponent, the form that losses of
 * transformers follow (Kaplan et al. 2020; Hoffmann et al. 2022 for compute split between weights and examples).
 */

export type MeasuredTraining = {
  /** Work of the training, in any one unit for all: weights times examples times 6 times the positions, say. */
  readonly compute: number
  /** Validation loss at its end. */
  readonly loss: number
}

export type ScalingFit = {
  readonly floor: number
  readonly coefficient: number
  readonly exponent: number
  /** Root mean square of the relative errors on the trainings it was made from. */
  readonly error: number
}

/** Floors that are tried, as shares of the smallest loss. */
const floorSteps = 400

/**
 * Least squares of the logarithms for every floor tried, and the floor that leaves the least error. Needs three trainings
 * of different compute at least.
 * @throws RangeError for fewer, or losses that do not fall with compute
 */
export function fitScaling(trainings: readonly MeasuredTraining[]): ScalingFit {
  if (new Set(trainings.map(({ compute }) => compute)).size < 3)
    throw new RangeError('a fit needs three sizes at least')
  const least = Math.min(...trainings.map(({ loss }) => loss))
  let best: ScalingFit | undefined
  for (let k = 0; k < floorSteps; k++) {
    const fit = fitAbove((least * k) / floorSteps, trainings)
    if (fit.exponent > 0 && (best === undefined || fit.error < best.error)) best = fit
  }
  if (best === undefined) throw new RangeError('the losses do not fall with compute: there is nothing to foretell')
  return best
}

/** The loss that a training of so much compute comes to. */
export const forecastLoss = ({ floor, coefficient, exponent }: ScalingFit, compute: number): number =>
  floor + coefficient * compute ** -exponent

function fitAbove(floor: number, trainings: readonly MeasuredTraining[]): ScalingFit {
  const points = trainings.map(({ compute, loss }) => [Math.log(compute), Math.log(loss - floor)] as const)
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [middleX, middleY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const spread = mean(points.map(([x]) => (x - middleX) ** 2))
  const slope = mean(points.map(([x, y]) => (x - middleX) * (y - middleY))) / spread
  const exponent = -slope
  const coefficient = Math.exp(middleY - slope * middleX)
  const errors = trainings.map(({ compute, loss }) => (floor + coefficient * compute ** slope) / loss - 1)
  return { floor, coefficient, exponent, error: Math.sqrt(mean(errors.map((error) => error ** 2))) }
}
