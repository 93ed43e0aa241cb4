import { expect, it } from 'vitest'
import { streamOf } from '../testing/streams.ts'
import { readEvents, type StreamEvent } from './sse.ts'

async function all(...pieces: (string | Uint8Array)[]): Promise<StreamEvent[]> {
  return Array.fromAsync(readEvents(streamOf(pieces)))
}

const text =
  'retry: 2000\n\nid: 1\nevent: queued\ndata: {"prompt":"un café"}\n\n: still here\n\nevent: place\ndata: {"place":2}\n\n' +
  'id:2\ndata:a\ndata: b\n\nid: 3\nevent: done\ndata: {}\n\n'
const events: StreamEvent[] = [
  { id: '1', kind: 'queued', data: '{"prompt":"un café"}' },
  { id: undefined, kind: 'place', data: '{"place":2}' },
  { id: '2', kind: 'message', data: 'a\nb' },
  { id: '3', kind: 'done', data: '{}' },
]

it('reads events, and no comments', async () => expect(await all(text)).toEqual(events))

it('reads the same however the bytes are cut, in the middle of a letter too', async () => {
  const bytes = new TextEncoder().encode(text)
  for (let size = 1; size < 9; size++) {
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.slice(i * size, (i + 1) * size),
    )
    expect(await all(...pieces)).toEqual(events)
  }
})

it.each(['\r\n', '\r'])('takes line breaks of %j', async (end) => {
  const bytes = new TextEncoder().encode(text.replaceAll('\n', end))
  expect(await all(...Array.from(bytes, (byte) => Uint8Array.of(byte)), '\n')).toEqual(events)
})

it('drops an event that the end cuts off', async () => {
  expect(await all('data: a\n\ndata: b\n')).toEqual([{ id: undefined, kind: 'message', data: 'a' }])
})

it('gives up on an event without end', async () => {
  await expect(all('data: ', ...Array.from({ length: 5 }, () => 'x'.repeat(2 ** 20)))).rejects.toThrow('too long')
})

it('lets go of the connection when nobody reads on', async () => {
  let cancelled = false
  const body = streamOf(['data: a\n\n', 'data: b\n\n'], { onCancel: () => (cancelled = true), open: true })
  for await (const event of readEvents(body)) {
    expect(event.data).toBe('a')
    break
  }
  expect(cancelled).toBe(true)
})
