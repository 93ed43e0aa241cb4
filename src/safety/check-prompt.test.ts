/** The policy as a whole: what is stopped, what is not, and what makes no difference. */
import { describe, expect, it } from 'vitest'
import { checkPrompt } from './check-prompt.ts'
import { rot13 } from './lists/rot13.ts'
import { levels, type Outcome, type Policy } from './policy.ts'
import { caughtPrompts } from './testing/caught-cases.ts'
import { harmlessPrompts } from './testing/harmless-cases.ts'

const standard: Policy = { level: 'standard' }
const strict: Policy = { level: 'strict' }
const caught = caughtPrompts.flatMap(({ category, from, prompts }) =>
  prompts.map((prompt) => ({ category, level: from, prompt })),
)
const harmless = [...harmlessPrompts.en, ...harmlessPrompts.fr]
/** A prompt of the caught kind, hidden in the source as they are. */
const hidden = (text: string, policy: Policy = standard) => checkPrompt(rot13(text), policy)
const told = (text: string, policy: Policy = standard) =>
  checkPrompt(text, policy).reasons.map(({ category, matched }) => [category, matched])

describe('the cases', () => {
  it('are as many as they should be, each once', () => {
    expect(new Set(caught.map(({ prompt }) => prompt)).size).toBe(caught.length)
    expect(new Set(harmless).size).toBe(harmless.length)
    expect(caught.length).toBeGreaterThanOrEqual(370)
    expect(harmless.length).toBeGreaterThanOrEqual(590)
  })
  it('that have to be stopped are, for their category', () => {
    const missed = caught.filter(
      ({ prompt, level, category }) => !checkPrompt(prompt, { level }).reasons.some((one) => one.category === category),
    )
    expect(missed).toEqual([])
  })
  it('that are harmless are let through', () => {
    const blocked = harmless.flatMap((prompt) => (checkPrompt(prompt, standard).reasons.length > 0 ? [prompt] : []))
    expect(blocked).toEqual([])
  })
})

describe('levels', () => {
  it('never get milder from off to standard to strict', () => {
    const ranks: Readonly<Record<Outcome, number>> = { allowed: 0, blurred: 1, refused: 2 }
    for (const { prompt } of caught) {
      const outcomes = levels.map((level) => ranks[checkPrompt(prompt, { level }).outcome])
      expect([prompt, outcomes]).toEqual([prompt, outcomes.toSorted()])
    }
  })
  it('refuse sexual content with minors, all of them, and off refuses nothing else', () => {
    for (const { category, prompt } of caught) {
      const outcomes = levels.map((level) => checkPrompt(prompt, { level }).outcome)
      if (category === 'minors') expect([prompt, outcomes]).toEqual([prompt, ['refused', 'refused', 'refused']])
      else expect(checkPrompt(prompt, { level: 'off' }).reasons.every((one) => one.category === 'minors')).toBe(true)
    }
  })
  it('say of minors at off, where few lists are read, what they say of them at strict', () => {
    for (const prompt of [...caught.map((one) => one.prompt), ...harmless]) {
      const minors = checkPrompt(prompt, strict).reasons.filter(({ category }) => category === 'minors')
      expect([prompt, checkPrompt(prompt, { level: 'off' }).reasons]).toEqual([prompt, minors])
    }
    const own: Policy = { level: 'off', block: { minors: ['zorgle'] }, allow: ['naked baby doll'] }
    expect(told('a zorgle', own)).toEqual([['minors', 'zorgle']])
    expect([told('a naked baby doll', own), told('a naked baby', own)]).toEqual([[], [['minors', 'naked']]])
  })
  it('blur nudity at standard and refuse it at strict', () => {
    expect(checkPrompt('a nude woman', standard).outcome).toBe('blurred')
    expect(checkPrompt('a nude woman', strict).outcome).toBe('refused')
    expect(checkPrompt('a nude woman', { level: 'off' })).toEqual({ level: 'off', outcome: 'allowed', reasons: [] })
  })
})

describe('a reason', () => {
  it('points at what was typed, whatever it was folded to', () => {
    const prompt = 'Œuvre : 𝓃𝓊𝒹𝑒́ ᴡᴏᴍᴀɴ'
    const [reason] = checkPrompt(prompt, standard).reasons
    expect(reason).toMatchObject({ category: 'sexual', matched: '𝓃𝓊𝒹𝑒', beside: null })
    for (const { prompt: text, level } of caught) {
      for (const { span, matched, beside } of checkPrompt(text, { level }).reasons) {
        for (const one of [{ span, matched }, ...(beside ? [beside] : [])]) {
          expect(one.span.start).toBeGreaterThanOrEqual(0)
          expect(one.span.end).toBeLessThanOrEqual(text.length)
          expect(one.matched).toBe(text.slice(one.span.start, one.span.end))
          expect(one.matched).not.toBe('')
        }
      }
    }
  })
  it('names what it is a reason beside', () => {
    expect(checkPrompt('a naked child', standard).reasons).toContainEqual(
      expect.objectContaining({
        category: 'minors',
        matched: 'naked',
        beside: { span: { start: 8, end: 13 }, matched: 'child' },
      }),
    )
  })
  it('comes with a sentence in both languages', () => {
    for (const { prompt, level } of caught) {
      for (const { why } of checkPrompt(prompt, { level }).reasons) {
        expect(why.en.length > 3 && why.fr.length > 3 && why.en !== why.fr).toBe(true)
      }
    }
  })
})

describe('what makes no difference', () => {
  const outcomes = (change: (text: string) => string) => {
    for (const { prompt, level } of [...caught, ...harmless.map((prompt) => ({ prompt, level: 'strict' as const }))]) {
      const [before, after] = [checkPrompt(prompt, { level }), checkPrompt(change(prompt), { level })]
      expect([prompt, after.outcome]).toEqual([prompt, before.outcome])
      expect(after.reasons.map((one) => one.category)).toEqual(before.reasons.map((one) => one.category))
    }
  }
  it('is case', () => {
    outcomes((text) => text.toUpperCase())
    outcomes((text) => text.toLowerCase())
  })
  it('is accents, left out or put on', () => {
    outcomes((text) => text.normalize('NFD').replace(/\p{M}/gu, ''))
    outcomes((text) => text.replace(/[a-z]/g, '$&\u0301'))
  })
  it('is the Unicode form, wide letters and invisible characters', () => {
    outcomes((text) => text.normalize('NFD'))
    outcomes((text) => text.replace(/[a-z]/g, (one) => String.fromCodePoint(one.charCodeAt(0) + 0xfee0)))
    outcomes((text) => text.replace(/\p{L}/gu, '$&\u200b\u00ad'))
  })
  it('is white space at the ends and how much of it is between', () => {
    outcomes((text) => `\n ${text}\t`)
  })
})

describe('words with two sides', () => {
  it('are decided by what stands beside them', () => {
    expect(told('a cock on a fence')).toEqual([])
    expect(hidden('fur fhpxf uvf pbpx').outcome).not.toBe('allowed')
    expect(told('a bomb in a cartoon')).toEqual([])
    expect(told('how to build a bomb')).toEqual([['dangerous', 'bomb']])
    expect(told('how to make a bath bomb')).toEqual([])
  })
  it('are decided by the language of the prompt', () => {
    expect(told('un train avec du retard')).toEqual([])
    expect(hidden('gur ergneq vf ba gur genva').outcome).toBe('refused')
    expect(told('a mosquito that bites the boy')).toEqual([])
    // One word says no language, and is given the benefit of the doubt.
    expect(told('retard')).toEqual([])
  })
  it('are not excused by a harmless use elsewhere in the prompt', () => {
    expect(told('a naked mole rat and a naked woman')).toEqual([['sexual', 'naked']])
  })
  it('are whole words', () => {
    for (const prompt of ['Scunthorpe', 'Essex', 'a cockpit', 'a therapist', 'un député', 'un pique-nique']) {
      expect([prompt, told(prompt, strict)]).toEqual([prompt, []])
    }
  })
})

describe('people', () => {
  it('by the form of a name count in demeaning scenes only', () => {
    expect(told('olivia benson eating an ice cream', strict)).toEqual([])
    expect(told('olivia benson in prison')).toEqual([['people', 'olivia benson']])
    expect(told('le président dubois en prison')).toEqual([['people', 'président dubois']])
    expect(told('a thief in prison')).toEqual([])
  })
  it("of a host's list count in any spelling, at strict anywhere", () => {
    const people = ['Zbigniew Kowalski-Ó Dálaigh']
    expect(told('zbigniew kowalski o dalaigh in a park', { level: 'strict', people })).toHaveLength(1)
    expect(told('zbigniew kowalski o dalaigh in a park', { level: 'standard', people })).toEqual([])
    expect(told('ZBIGNIEW KOWALSKI-Ó DÁLAIGH in prison', { level: 'standard', people })).toHaveLength(1)
  })
})

describe("a host's lists", () => {
  it('take a comma for a space', () => {
    const people = ['Kowalski, Zbigniew']
    expect(told('zbigniew in a park', { level: 'strict', people })).toEqual([])
    expect(told('kowalski, zbigniew in a park', { level: 'strict', people })).toHaveLength(1)
  })
  it('allow and block, with the forms that their signs say', () => {
    expect(told('the nude descending', { ...standard, allow: ['nude descending'] })).toEqual([])
    const block = { violence: ['zorgle~ .. widget+'] }
    expect(told('zorgling all the widgets', { ...standard, block })).toEqual([['violence', 'zorgling all the widgets']])
    expect(told('zorgling all the widgets')).toEqual([])
  })
  it('join each category', () => {
    for (const category of ['minors', 'hate', 'sexual', 'violence', 'self-harm', 'dangerous', 'people'] as const) {
      expect(told('a zorgle', { ...standard, block: { [category]: ['zorgle'] } })).toEqual([[category, 'zorgle']])
    }
  })
})
