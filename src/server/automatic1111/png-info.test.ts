import { expect, it } from 'vitest'
import { readInfotext } from './png-info.ts'

// With patterns that try again and again these take minutes.
it.each([
  ['words', 'a '],
  ['quotes', '"\\'],
  ['names', 'a:'],
  ['spaces', ' '],
  ['an open quote', '\\"', 'a: "'],
])(
  'takes a hostile text apart in time that grows with its length alone: %s',
  (_, part, begin = 'x') => {
    const text = `prompt\n${begin}${part.repeat(50_000)}!`
    expect(readInfotext(text).Prompt).toMatch(/^prompt/)
  },
  60_000,
)

it('takes no name for a part of the object that it gives', () => {
  expect(readInfotext('one: line of prose')).toEqual({ Prompt: 'one: line of prose', 'Negative prompt': '' })
  const forged = readInfotext('a cat\nSteps: 1, Seed: 2, __proto__: x, constructor: y')
  expect(Object.getPrototypeOf(forged)).toBe(Object.prototype)
  expect(Object.hasOwn(forged, '__proto__')).toBe(true)
})
