import { describe, expect, it } from 'vitest'
import { faults } from '../../../src/errors/errors.ts'
import { chooseLanguage, languages, sayFault, type Texts } from './texts.ts'

type Leaf = readonly [path: string, value: unknown]

const leaves = (table: object, path = ''): Leaf[] =>
  Object.entries(table).flatMap(([name, value]): Leaf[] =>
    typeof value === 'object' ? leaves(value as object, `${path}${name}.`) : [[`${path}${name}`, value]],
  )
/** A text, or what a function makes of numbers and of words. */
const said = (value: unknown): string[] =>
  typeof value === 'function' ? [0, 1, 2, 0.5, 'mot'].map((given) => String(value(given, 'mot'))) : [String(value)]

describe.each(Object.entries(languages))('%s', (_, texts: Texts) => {
  it('has every text, and none of them is empty', () => {
    expect(leaves(texts).map(([path]) => path)).toEqual(leaves(languages.en).map(([path]) => path))
    for (const [path, value] of leaves(texts)) for (const text of said(value)) expect(text.trim(), path).not.toBe('')
  })

  it('has nine ideas', () => expect(new Set(texts.examples).size).toBe(9))

  it('says every fault in one line that ends', () => {
    for (const [path, value] of leaves(texts.faults, 'faults.')) {
      for (const text of said(value)) expect(text, path).toMatch(/^[^\n]{10,160}\.$/)
    }
  })
})

it('breaks no line before the signs that French sets apart', () => {
  for (const [path, value] of leaves(languages.fr)) {
    for (const text of said(value)) expect(text, path).not.toMatch(/ [:;?!%»]|« /)
  }
  expect(languages.fr.readUnknown('mot')).toContain('«\u00a0mot\u00a0»')
})

it('says in words of its own only faults that there are', () => {
  const own = new Set(['unreachable', 'unexpected', 'file-too-large', 'file-unopened'])
  for (const code of Object.keys(languages.en.faults))
    expect(own.has(code) || Object.hasOwn(faults, code), code).toBe(true)
})

it.each([
  [['fr-CA', 'en'], 'fr'],
  [['de', 'fr'], 'fr'],
  [['', 'EN-us'], 'en'],
  [['de', 'toString'], 'en'],
  [[], 'en'],
])('of %j chooses %s', (wanted, language) => expect(chooseLanguage(wanted)).toBe(language))

it('falls back on the words of the server', () => {
  expect(sayFault(languages.fr, { code: 'constructor', message: 'Its own.' })).toBe('Its own.')
  expect(sayFault(languages.fr, { code: 'queue-full', message: 'x', seconds: 240 })).toContain('4 min')
})
