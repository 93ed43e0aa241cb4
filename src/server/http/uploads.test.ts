import { expect, it } from 'vitest'
import { createUploads } from './uploads.ts'

it('lets in what there is room for, by what a request says of its length', () => {
  const uploads = createUploads(100)
  const request = (length?: string) =>
    new Request('http://127.0.0.1/', length === undefined ? {} : { headers: { 'content-length': length } })
  const leave = uploads.enter(request('60'), 80)
  expect(() => uploads.enter(request('41'), 80)).toThrow(/Too many requests/)
  uploads.enter(request('40'), 80)()
  // Of one that says nothing, or nonsense, or more than is read, the most is taken.
  for (const length of [undefined, '-1', '1e9', '999']) expect(() => uploads.enter(request(length), 50)).toThrow()
  leave()
  for (const length of [undefined, '-1', '1e9', '999']) uploads.enter(request(length), 100)()
  uploads.enter(request('100'), 100)
  expect(() => uploads.enter(request('1'), 100)).toThrow()
})
