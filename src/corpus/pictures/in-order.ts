/** Work on several things at once whose results come in the order of the things. */

/**
 * `work` of each, at most `together` at once and so many held in memory. What one throws, or what the source throws, comes in
 * its place; nothing is left running unheard.
 */
export async function* inOrder<A, B>(
  source: AsyncIterable<A>,
  together: number,
  work: (value: A) => Promise<B>,
): AsyncGenerator<B> {
  const running: Promise<B>[] = []
  const start = (value: A): void => {
    const result = work(value)
    // It is awaited below in its turn; until then its fault is not unheard.
    result.catch(() => undefined)
    running.push(result)
  }
  try {
    for await (const value of source) {
      start(value)
      if (running.length >= together) yield await running.shift()!
    }
    while (running.length > 0) yield await running.shift()!
  } finally {
    await Promise.allSettled(running)
  }
}
