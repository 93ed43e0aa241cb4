import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import { heldBytes } from '../testing/held-bytes.ts'
import { readBody } from './body.ts'

const part = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`

function read(parts: readonly string[]): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'multipart/form-data; boundary=x' }
  const request = new Request('http://127.0.0.1/', { method: 'POST', body: `${parts.join('')}--x--\r\n`, headers })
  return readBody(request, z.looseObject({}), { multipart: true, mostBytes: 2 ** 24 })
}

it('makes lists of what comes several times, and of names that end in []', async () => {
  const parts = [part('one', 'a'), part('two', 'b'), part('two', 'c'), part('list[]', 'd'), part('both', 'e')]
  const body = await read([...parts, part('both[]', 'f'), part('__proto__', 'g')])
  expect(Object.entries(body)).toEqual([
    ['one', 'a'],
    ['two', ['b', 'c']],
    ['list', ['d']],
    ['both', ['e', 'f']],
  ])
  expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
})

// Looked for by its name, each of the hundreds of thousands that a body can hold would cost a walk over all of them.
it('looks at each part of a form once', async () => {
  const byName = vi.spyOn(FormData.prototype, 'getAll')
  const body = await read(Array.from({ length: 2000 }, (_, i) => part(`a${i}`, String(i))))
  expect(byName).not.toHaveBeenCalled()
  expect(body).toEqual(Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`a${i}`, String(i)])))
})

it('reads a body in pieces of a byte, and holds no more than its bytes', async () => {
  const text = JSON.stringify({ prompt: 'é'.repeat(100_000) })
  const bytes = Buffer.from(text)
  const before = await heldBytes()
  const nearlyAll = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  let at = 0
  const body = new ReadableStream({
    async pull(controller) {
      if (at === bytes.length - 1) {
        nearlyAll.resolve()
        await rest.promise
      }
      controller.enqueue(Uint8Array.of(bytes[at++]!))
      if (at === bytes.length) controller.close()
    },
  })
  const headers = { 'content-type': 'application/json' }
  const request = new Request('http://127.0.0.1/', { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  const taken: number[] = []
  const reading = readBody(request, z.unknown(), { mostBytes: 2 ** 20 }, (piece) => taken.push(piece))
  await nearlyAll.promise
  // As they came they would take two hundred bytes each: 40 MB.
  expect((await heldBytes()) - before).toBeLessThan(10 * 2 ** 20)
  rest.resolve()
  expect(await reading).toEqual(JSON.parse(text))
  expect(taken).toEqual(Array(bytes.length).fill(1))
})
