/** Several streams as one. */

/**
 * Gives what comes from any of the streams, as it comes; each works on while its last is not taken yet. When one fails,
 * or the reader leaves, the others are ended, and their ends waited for.
 */
export async function* merge<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  const next = (stream: AsyncGenerator<T>) => {
    const coming = stream.next().then((result) => ({ stream, result }))
    // A second failure, after the one that is thrown, has nobody to hear it.
    coming.catch(() => undefined)
    return coming
  }
  const pending = new Map(streams.map((stream) => [stream, next(stream)]))
  try {
    while (pending.size > 0) {
      const { stream, result } = await Promise.race(pending.values())
      if (result.done) pending.delete(stream)
      else {
        pending.set(stream, next(stream))
        yield result.value
      }
    }
  } finally {
    await Promise.allSettled(streams.map((stream) => stream.return(undefined)))
  }
}
