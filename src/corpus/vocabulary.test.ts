import { describe, expect, it } from 'vitest'
import { entryOf } from './concepts.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { frenchClause } from './french-words.ts'
import { random } from './random.ts'
import type { Language, Scene } from './scene.ts'
import { anyScene } from './testing/any-scene.ts'
import {
  backgroundWords,
  colourWords,
  countWords,
  filterWords,
  materialWords,
  relationWords,
  type Said,
  sizeWords,
  styleWords,
} from './vocabulary.ts'
import { drawWording } from './wording.ts'
import { wordsFor } from './words.ts'

const wordsOf = <V>(said: Said<V>, value: V): readonly string[] =>
  said.filter((one) => one[1] === value).map(([words]) => words)

/** True where a text holds one of the ways of saying it: whole words, "de" as "d'" and "du" too; emoji anywhere. */
const holds = (text: string, ways: readonly string[]): boolean =>
  ways.some((words) => {
    for (const form of words.endsWith(' de') ? [words, `${words.slice(0, -1)}'`, `${words.slice(0, -1)}u`] : [words]) {
      const at = text.indexOf(form)
      if (at < 0) continue
      if (!/\p{L}/u.test(form)) return true
      for (let found = at; found >= 0; found = text.indexOf(form, found + 1)) {
        const before = text[found - 1] ?? ' '
        const after = text[found + form.length] ?? ' '
        if (!/[\p{L}\p{N}]/u.test(before) && (form.endsWith("'") || !/[\p{L}\p{N}]/u.test(after))) return true
      }
    }
    return false
  })

describe('the vocabulary', () => {
  const said: [text: string, language: Language, of: Scene][] = []
  for (let seed = 0; seed < 6000; seed++) {
    const of = anyScene(seed)
    const mention = { style: true, filter: true, background: true }
    said.push([english(of, drawWording(random(seed, 'en')), mention), 'en', of])
    said.push([french(of, drawWording(random(seed, 'fr')), mention), 'fr', of])
  }

  it('has every way in which captions say a look, a number, a relation, a place and a manner', () => {
    const missing: string[] = []
    for (const [text, language, { things, relations, background, style, filter }] of said) {
      const need = (what: string, ways: readonly string[]): void => {
        if (!holds(text, ways)) missing.push(`${what}: ${text}`)
      }
      for (const { colour, material, size, count, concept } of things) {
        if (colour) need(colour, wordsOf(colourWords[language], colour))
        if (material) need(material, wordsOf(materialWords[language], material))
        if (size !== 'normal') need(size, wordsOf(sizeWords[language], size))
        const repeated =
          (count === 2 || count === 3) &&
          text.replaceAll('\ufe0f', '').split(entryOf(concept).emoji.replaceAll('\ufe0f', '')).length > count
        if (count !== 1 && !repeated) need(String(count), wordsOf(countWords[language], count))
        // Looks stand before what a French name says that the thing does or has: "une main verte qui salue".
        const names = wordsFor(concept, language)
        need(concept, [...names, ...names.map((name) => name.replace(frenchClause, ''))])
      }
      // Emoji side by side say "next to" without a word.
      const together = /[\p{RGI_Emoji}\p{Extended_Pictographic}]\ufe0f? ?\p{Extended_Pictographic}/v.test(text)
      for (const relation of relations) {
        if (!together || relation !== 'next-to') need(relation, wordsOf(relationWords[language], relation))
      }
      need(background, wordsOf(backgroundWords[language], background))
      need(style, wordsOf(styleWords[language], style))
      if (filter) need(filter, wordsOf(filterWords[language], filter))
    }
    expect(missing).toEqual([])
  })

  it('gives each word one meaning, and the longest words first', () => {
    const lists: Said<unknown>[] = [
      colourWords,
      materialWords,
      sizeWords,
      backgroundWords,
      filterWords,
      styleWords,
    ].flatMap(({ en, fr }): Said<unknown>[] => [en, fr])
    for (const list of lists) {
      const owner = new Map<string, unknown>()
      for (const [words, value] of list) {
        expect(owner.get(words) ?? value, words).toBe(value)
        owner.set(words, value)
      }
      const lengths = list.map(([words]) => words.length)
      expect(lengths).toEqual([...lengths].sort((a, b) => b - a))
    }
  })
})

describe('the words for a thing', () => {
  it('are its names in both numbers and its emoji, with and without the variation selector', () => {
    expect(wordsFor('kangaroo', 'en')).toEqual(['kangaroo', 'kangaroos', 'roo', 'roos', '🦘'])
    expect(wordsFor('red-heart', 'fr')).toEqual(['cœur', 'cœurs', '❤️', '❤'])
  })

  it('are for women and men too, in every skin tone', () => {
    const words = wordsFor('police-officer', 'en')
    for (const word of ['police officer', 'policewoman', 'policewomen', 'policemen', '👮', '👮🏿', '👮‍♀️', '👮🏽‍♂️']) {
      expect(words).toContain(word)
    }
    const doctor = wordsFor('health-worker', 'fr')
    for (const word of ['médecin', 'femmes médecins', '🧑‍⚕️', '👩🏿‍⚕️', '👨‍⚕️']) expect(doctor).toContain(word)
    for (const word of [...words, ...doctor].filter((text) => /^\P{L}+$/u.test(text) && !/[♀♂⚕]$/u.test(text))) {
      expect(word).toMatch(/^\p{RGI_Emoji}$/v)
    }
  })
})
