import { describe, expect, it } from 'vitest'
import { concepts, entryOf } from './concepts.ts'
import { allEmojiFor, emojiFor } from './emoji-wording.ts'
import type { Entry } from './lexicon/index.ts'

const person = (emoji: string): Entry => ({ ...entryOf('cat'), emoji, presentations: true, tones: true })

describe('the emoji of a person', () => {
  it.each([
    ['🧑‍🚀', 'woman', null, '👩‍🚀'],
    ['🧑‍🚀', 'man', 'dark', '👨🏿‍🚀'],
    ['🧑‍🚀', 'person', 'medium', '🧑🏽‍🚀'],
    ['🧑‍⚕️', 'woman', 'light', '👩🏻‍⚕️'],
    ['🏃', 'woman', 'medium-dark', '🏃🏾‍♀️'],
    ['🏌️', 'man', null, '🏌️‍♂️'],
    ['🏌️', 'man', 'medium-light', '🏌🏼‍♂️'],
    ['🫅', 'woman', 'dark', '👸🏿'],
    ['🧑‍🎄', 'man', null, '🎅'],
    ['🧑', 'person', null, '🧑'],
  ] as const)('%s as a %s, %s: %s', (emoji, presentation, tone, expected) => {
    const made = emojiFor(person(emoji), presentation, tone)
    expect(made).toBe(expected)
    expect(made).toMatch(/^\p{RGI_Emoji}$/v)
  })

  it('takes no tone and no presentation where the thing has none', () => {
    expect(emojiFor(entryOf('red-heart'), 'woman', 'dark')).toBe('❤️')
    expect(emojiFor({ ...person('🧟'), tones: false }, 'man', 'dark')).toBe('🧟‍♂️')
    expect(emojiFor({ ...person('x'), emoji: '' }, 'man', 'dark')).toBe('')
    expect(allEmojiFor(person('🏃'))).toHaveLength(18)
  })
})

describe('every emoji of the lexicon', () => {
  it('is one emoji, as it is typed', () => {
    const broken = concepts.flatMap((concept) =>
      allEmojiFor(entryOf(concept)).filter((sign) => !/^\p{RGI_Emoji}$/v.test(sign)),
    )
    expect(broken).toEqual([])
  })

  it('stands for one thing', () => {
    const owner = new Map<string, string>()
    const shared: string[] = []
    for (const concept of concepts) {
      for (const sign of allEmojiFor(entryOf(concept))) {
        if (owner.has(sign)) shared.push(`${sign} ${owner.get(sign)} ${concept}`)
        owner.set(sign, concept)
      }
    }
    expect(shared).toEqual([])
  })
})
