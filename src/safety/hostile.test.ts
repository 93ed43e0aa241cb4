/** Prompts made to be slow, or to break something. Steps are counted; no clock is read. */
import { describe, expect, it } from 'vitest'
import { checkPrompt } from './check-prompt.ts'
import { findTerms, type Meter } from './find-terms.ts'
import { fold } from './fold.ts'
import { listsOf } from './lists/lists.ts'
import { rot13 } from './lists/rot13.ts'
import { compileTerms } from './terms.ts'
import { splitWords } from './words.ts'

const size = 10_000
const filled = (piece: string) => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)

const pieces = [
  'a',
  'ab ',
  ' ',
  '\u0301',
  '\u200b',
  '1',
  '1!|',
  '$@!1',
  'f*',
  '*a',
  'a.',
  'a b ',
  '- ',
  "'",
  'aaab',
  'aaa ',
  'œ',
  'ﷺ',
  '🍆',
  '👩‍👩‍👧 ',
  '\ud800',
  'Ж',
  'child ',
  'how to make a ',
  'cut cut cut off ',
  'of the the in with ',
  rot13('anxrq puvyq '),
  rot13('s h p x '),
  rot13('fuuuuvvvg '),
  rot13('fuvg-'),
  rot13('phg ure '),
  rot13('yvxr n zbaxrl oynpx zna '),
]

describe('10,000 characters of anything', () => {
  it('cost a bounded number of steps for each character', () => {
    for (const piece of pieces) {
      const meter: Meter = { steps: 0 }
      checkPrompt(filled(piece), { level: 'strict' }, meter)
      expect([piece, meter.steps]).toEqual([piece, expect.toSatisfy((steps: number) => steps <= 40 * size)])
    }
  })
  it('cost twice as much where there are twice as many', () => {
    const terms = compileTerms(listsOf())
    for (const piece of pieces) {
      const steps = [1, 2].map((times) => {
        const meter: Meter = { steps: 0 }
        const folded = fold(filled(piece).repeat(times))
        findTerms(folded, splitWords(folded), terms, 'en', meter)
        return meter.steps
      })
      expect(steps[1]!, piece).toBeLessThanOrEqual(2.1 * steps[0]! + 200)
    }
  })
  it('give spans inside the text, between whole characters', () => {
    for (const piece of pieces) {
      const text = filled(piece)
      for (const { span, matched } of checkPrompt(text, { level: 'strict' }).reasons) {
        expect(span.start < span.end && span.end <= text.length).toBe(true)
        expect(matched).toBe(text.slice(span.start, span.end))
        expect(matched.isWellFormed() || !text.isWellFormed()).toBe(true)
      }
    }
  })
})

it('an empty prompt and one of nothing visible are allowed', () => {
  for (const text of ['', ' ', '\u200b', '!!!', '\u0000']) {
    expect(checkPrompt(text, { level: 'strict' }).outcome).toBe('allowed')
  }
})
