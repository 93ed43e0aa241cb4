/** Server-sent events (HTML standard, section 9.2): a job's life as a stream that can be taken up again where it broke off. */
import { publicFault } from '../public-fault.ts'

export type StreamedEvent = { readonly id: number | null; readonly kind: string; readonly data: object }

/** A browser tries again after so long. */
const millisecondsToRetry = 2000
/** Something is sent so often, so that nobody between takes the connection for dead. */
const millisecondsBetweenSigns = 15_000

/**
 * A response body of events. The next event is asked for only when the reader has taken what was sent before: a slow reader
 * costs no memory here.
 * @param onEnd called once, however it ends: the source ran out, failed, or the reader went away
 */
export function eventStream(
  source: AsyncIterable<StreamedEvent>,
  { stopping, onEnd }: { readonly stopping: AbortSignal; readonly onEnd: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const iterator = source[Symbol.asyncIterator]()
  let pending: Promise<IteratorResult<StreamedEvent>> | undefined
  let ended = false
  const end = () => {
    if (ended) return
    ended = true
    onEnd()
    void iterator.return?.(undefined)?.catch(() => undefined)
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(`retry: ${millisecondsToRetry}\n\n`))
      },
      async pull(controller) {
        pending ??= iterator.next()
        try {
          const next = await first(pending, stopping)
          if (next === 'silence') return controller.enqueue(encoder.encode(': still here\n\n'))
          pending = undefined
          if (next === 'stopping') controller.enqueue(encoder.encode('event: stopping\ndata: {}\n\n'))
          else if (!next.done) return controller.enqueue(encoder.encode(written(next.value)))
        } catch (error) {
          const data = { error: publicFault(error).fault }
          controller.enqueue(encoder.encode(written({ id: null, kind: 'error', data })))
        }
        end()
        controller.close()
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  )
}

function written({ id, kind, data }: StreamedEvent): string {
  // JSON holds no line break, which would end the field.
  return `${id === null ? '' : `id: ${id}\n`}event: ${kind}\ndata: ${JSON.stringify(data)}\n\n`
}

async function first<T>(promise: Promise<T>, stopping: AbortSignal): Promise<T | 'silence' | 'stopping'> {
  if (stopping.aborted) return 'stopping'
  let timer: NodeJS.Timeout | undefined
  let onStop: () => void = () => undefined
  try {
    return await Promise.race([
      promise,
      new Promise<'silence'>((resolve) => {
        timer = setTimeout(resolve, millisecondsBetweenSigns, 'silence')
      }),
      new Promise<'stopping'>((resolve) => {
        onStop = () => resolve('stopping')
        stopping.addEventListener('abort', onStop, { once: true })
      }),
    ])
  } finally {
    clearTimeout(timer)
    stopping.removeEventListener('abort', onStop)
  }
}
