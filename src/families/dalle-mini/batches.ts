/** Cutting work into runs of the engine such that no result depends on the cut. */

/** Runs of at most `size` items, in order. */
export function* inBatches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

/**
 * How many rows a run of `count` items gets: even and at least 2. Kernels treat a single row, and some an odd last one,
 * by other code that rounds otherwise; measured to be all that matters from 1 to 33 rows.
 */
export const evenRows = (count: number): number => Math.max(2, count + (count % 2))

/** Pictures in one run, by image tokens a picture: what bounds the memory of a run. */
export const picturesAtOnce = (imageLength: number): number => Math.max(2, Math.floor(4096 / imageLength))
