import { expect, it } from 'vitest'
import { readPolicy } from './read-policy.ts'

it('reads a policy', () => {
  expect(readPolicy({ level: 'strict', people: ['Ann Example'], block: { hate: ['zorg+'] } }, 'p.json')).toEqual({
    level: 'strict',
    people: ['Ann Example'],
    allow: [],
    block: { hate: ['zorg+'] },
  })
})

it('refuses anything else, with what is wrong', () => {
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [null, /not a JSON object/],
    [[], /not a JSON object/],
    [{}, /its level is none of off, standard, strict/],
    [{ level: 'harsh' }, /its level/],
    [{ level: 'off', lists: [] }, /unknown setting "lists"/],
    [{ level: 'off', people: 'Ann' }, /people is not a list/],
    [{ level: 'off', people: ['Ann', 7] }, /people\[1\]/],
    [{ level: 'off', allow: [' \u200b'] }, /allow\[0\]/],
    [{ level: 'off', allow: ['x'.repeat(201)] }, /allow\[0\]/],
    [{ level: 'off', allow: Array(10_001).fill('x') }, /more than 10000 entries/],
    [{ level: 'off', block: [] }, /block is not an object/],
    [{ level: 'off', block: { rude: ['x'] } }, /block\.rude is none of/],
    [{ level: 'off', block: { hate: 'x' } }, /block\.hate is not a list/],
  ]
  for (const [value, why] of wrong) expect(() => readPolicy(value, 'p.json')).toThrow(why)
  expect(() => readPolicy(null, 'p.json')).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
})
