import { expect, it } from 'vitest'
import { negotiate } from './accept.ts'

const offered = ['application/json', 'image/png', 'text/event-stream'] as const

it.each([
  [undefined, 'application/json'],
  ['', 'application/json'],
  ['*/*', 'application/json'],
  ['image/png', 'image/png'],
  ['IMAGE/PNG', 'image/png'],
  ['image/*', 'image/png'],
  ['text/event-stream', 'text/event-stream'],
  ['text/html, image/*;q=0.8, */*;q=0.1', 'image/png'],
  ['application/json;q=0.5, image/png;q=0.6', 'image/png'],
  ['*/*, application/json;q=0', 'image/png'],
  ['image/*;q=0.9, image/png;q=0.1, application/json;q=0.2', 'application/json'],
])('for %j chooses %s', (header, type) => expect(negotiate(header, offered)).toBe(type))

it.each(['text/html', 'image/webp', 'image/png;q=0', ';;,,', '*'])('has nothing for %j', (header) => {
  expect(() => negotiate(header, offered)).toThrow(/Nothing here is of the type/)
})
