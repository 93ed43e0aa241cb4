import { expect, it, vi } from 'vitest'
import { z } from 'zod'
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
