import { describe, expect, it } from 'vitest'
import { findTerms } from './find-terms.ts'
import { fold } from './fold.ts'
import { forms } from './forms.ts'
import { listsOf } from './lists/lists.ts'
import { rot13 } from './lists/rot13.ts'
import { exceptions, rules } from './rules.ts'
import { compileTerms, longestPrefix, shortestPrefix, type TermList } from './terms.ts'
import { splitWords } from './words.ts'

const list = (terms: string, over: Partial<TermList> = {}): TermList => ({
  group: 'it',
  language: 'any',
  terms,
  ...over,
})
const found = (terms: string, text: string, over: Partial<TermList> = {}, language: 'en' | 'fr' | null = null) => {
  const folded = fold(text)
  return findTerms(folded, splitWords(folded), compileTerms([list(terms, over)]), language).map(({ first, last }) =>
    folded.characters.slice(first, last + 1).join(''),
  )
}

describe('forms', () => {
  it('are those of English and French grammar', () => {
    expect(forms['+']('body')).toEqual(expect.arrayContaining(['body', 'bodies']))
    expect(forms['+']('cheval')).toContain('chevaux')
    expect(forms['+']('bateau')).toContain('bateaux')
    expect(forms['~']('stab')).toEqual(expect.arrayContaining(['stab', 'stabs', 'stabbed', 'stabbing', 'stabber']))
    expect(forms['~']('torture')).toEqual(expect.arrayContaining(['tortures', 'tortured', 'torturing', 'torturers']))
    expect(forms['~']('bury')).toContain('buried')
    expect(forms['^']('menteur')).toEqual(expect.arrayContaining(['menteurs', 'menteuse', 'menteuses']))
    expect(forms['^']('chien')).toContain('chienne')
    expect(forms['^']('naif')).toContain('naives')
    expect(forms['%']('tuer')).toEqual(expect.arrayContaining(['tue', 'tuent', 'tuant', 'tuees', 'tuaient', 'tuera']))
  })
})

describe('a term', () => {
  it('is found as a whole word in its forms, and no other', () => {
    expect(found('cat+', 'Cats! a cat, concatenate, cat-like, the cat’s')).toEqual(['cats', 'cat', 'cat', 'cat'])
  })
  it('of several words allows up to three between where it says so', () => {
    expect(found('wash~ .. hand+|face', 'washing both of her hands')).toEqual(['washing both of her hands'])
    expect(found('wash~ .. hand+', 'wash one two three four hands')).toEqual([])
    expect(found('wash~ hand+', 'wash her hands')).toEqual([])
  })
  it('is found behind a false start', () => {
    expect(found('a b c', 'a a b a b c')).toEqual(['a b c'])
    expect(found('a .. b c', 'a b b c')).toEqual(['a b b c'])
  })
  it('goes on behind a star', () => {
    expect(found('kanga*', 'kangaroo kangourou kang')).toEqual(['kangaroo'])
  })
  it('counts in its own language only where it says so', () => {
    const own = { language: 'en', ownLanguageOnly: true } as const
    expect(found('chat', 'a chat', own, 'en')).toEqual(['chat'])
    expect(found('chat', 'un chat', own, 'fr')).toEqual([])
    expect(found('chat', 'chat', own, null)).toEqual([])
  })
})

describe('a hidden word', () => {
  it('is found behind figures, signs, stars and gaps', () => {
    for (const text of [
      'k4ng4roo',
      'K@NG@R00',
      'kang@roo!',
      '"kan.ga.roo"',
      'kan-ga-roo',
      'k.a.n.g.a.r.o.o',
      'k a n g a r o o',
    ]) {
      expect([text, found('kangaroo', text).length]).toEqual([text, 1])
    }
    for (const text of ['kang*roo', 'k*ng*r##', 'kaaangarooooo', 'k angaroo', 'a k a n g a r o o', 'l1ttle kangar0o'])
      expect([text, found('kangaroo', text).length]).toEqual([text, 1])
    expect(found('little', 'l1ttle or litt1e')).toHaveLength(2)
    expect(found('little', 'littl e'), 'e is no word').toHaveLength(1)
  })
  it('is not seen where there is none', () => {
    for (const text of [
      'kangaro',
      'k*******',
      'kang roo',
      'k a n g a r o o s t e r',
      'kanga',
      'k*a*n*g*a*r*o*o',
      'k  a n g a r o o',
    ])
      expect([text, found('kangaroo', text)]).toEqual([text, []])
    // A drawn-out word stands for none that has fewer letters in a row.
    expect(found('boot', 'bott')).toEqual([])
    expect(found('hamock', 'hammmmock')).toHaveLength(1)
    expect(found('hopped', 'hopeeed')).toEqual([])
    expect(found('ass', 'a55')).toEqual([])
  })
  it('has the place that it takes in the text', () => {
    expect(found('kangaroo', 'a red k.a.n.g.a.r.o.o, jumping')).toEqual(['k.a.n.g.a.r.o.o'])
  })
})

describe('the lists', () => {
  it('have groups that rules use, and rules groups that have terms', () => {
    const made = new Set(['name', 'listed-name', 'insulted-person', 'danger'])
    const listed = new Set(listsOf().map(({ group }) => group))
    const used = new Set([
      ...rules.flatMap(({ groups }) => groups),
      ...exceptions.flatMap((one) => one.slice(0, 2) as string[]),
    ])
    for (const group of used) expect([group, listed.has(group) || made.has(group)]).toEqual([group, true])
    const special = new Set(['harmless', 'office'])
    for (const group of listed) expect([group, used.has(group) || special.has(group)]).toEqual([group, true])
  })
  it('are written so that each part can be found', () => {
    for (const { terms } of listsOf()) {
      for (const term of terms.split(',')) {
        for (const part of term.trim().split(/\s+/)) {
          if (part === '..') continue
          for (const alternative of part.split('|')) {
            expect([term.trim(), /^[\p{L}\p{N}'-]+[+~^%*]?$|^\p{Extended_Pictographic}$/u.test(alternative)]).toEqual([
              term.trim(),
              true,
            ])
            // Alternatives are single words: a hyphen or an apostrophe there would never be found.
            if (part.includes('|')) expect([term.trim(), /['-]/.test(alternative)]).toEqual([term.trim(), false])
            const prefix = alternative.endsWith('*') ? alternative.length - 1 : shortestPrefix
            expect([alternative, prefix >= shortestPrefix && prefix <= longestPrefix]).toEqual([alternative, true])
          }
        }
      }
    }
  })
  it('are hidden by rot13, which gives back what it is given', () => {
    expect(rot13('A kangaroo, 12 ans!')).toBe('N xnatnebb, 12 naf!')
    expect(rot13(rot13('A kangaroo, 12 ans!'))).toBe('A kangaroo, 12 ans!')
  })
})
