/** How the learning rate and the moving average go over a run. */

export type ScheduleSettings = {
  /** Number of optimiser steps of the whole run. */
  readonly steps: number
  readonly peakRate: number
  readonly warmupSteps: number
  /** Rate at the end, as a share of the peak. */
  readonly finalShare: number
  /** The average forgets over about 1 / (1 - averageDecay) steps. */
  readonly averageDecay: number
}

/** Linear warm-up, then a half cosine down to the final share. `step` counts from 1. */
export function rateAt(step: number, { steps, peakRate, warmupSteps, finalShare }: ScheduleSettings): number {
  if (step <= warmupSteps) return (peakRate * step) / warmupSteps
  const done = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps))
  return peakRate * (finalShare + (1 - finalShare) * 0.5 * (1 + Math.cos(Math.PI * done)))
}

/** Share of the new weights in the average: large at first, so that the first weights are soon forgotten. */
export const averageShareAt = (step: number, { averageDecay }: ScheduleSettings): number =>
  1 - Math.min(averageDecay, step / (step + 10))
