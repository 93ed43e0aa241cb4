import { describe, expect, it } from 'vitest'
import { plainCaption } from './captions.ts'
import { concepts, entryOf } from './concepts.ts'
import { random } from './random.ts'
import { type Presentation, type Scene, type Thing, tones } from './scene.ts'
import { inWords, languages, nothing, said, scene, thing } from './testing/in-words.ts'
import { drawWording } from './wording.ts'

const both = (of: Scene): [string, string] => [plainCaption(of, 'en'), plainCaption(of, 'fr')]

describe('people', () => {
  const doctor = (over: Partial<Thing> = {}): Scene =>
    scene([thing('health-worker', { presentation: 'woman', ...over })])

  it('are named plainly by what they are, what they are shown as, and their skin', () => {
    expect(both(doctor({ presentation: 'person' }))).toEqual(['a doctor', 'un médecin'])
    expect(both(doctor({ tone: 'dark' }))).toEqual([
      'a woman doctor with dark skin',
      'une femme médecin à la peau foncée',
    ])
    expect(both(doctor({ count: 3, colour: 'green', size: 'small' }))).toEqual([
      'three small green women doctors',
      'trois petites femmes médecins vertes',
    ])
  })

  it('are painted, where a colour would be understood as skin', () => {
    expect(both(doctor({ presentation: 'person', colour: 'black', count: 2 }))).toEqual([
      'two doctors painted black',
      'deux médecins peints en noir',
    ])
    expect(both(doctor({ colour: 'white', material: 'wood' }))).toEqual([
      'a woman doctor made of wood painted white',
      'une femme médecin en bois peinte en blanc',
    ])
    const cane = scene([thing('person-with-white-cane', { presentation: 'person', colour: 'red' })])
    expect(both(cane)).toEqual([
      'a red-painted person with a white cane',
      'une personne peinte en rouge avec une canne blanche',
    ])
    const all = [...said(doctor({ colour: 'black' }), 'en')].filter((text) => text.includes('black'))
    expect(all.filter((text) => !text.includes('painted black'))).toEqual([])
  })

  it('are mostly called what fits anyone, now and then a woman or a man', () => {
    for (const language of languages) {
      const texts = Array.from({ length: 4000 }, (_, seed) => {
        const wording = drawWording(random(seed, 'doctor'))
        const of = doctor({ tone: 'medium' })
        return inWords(of, language, wording, nothing)
      })
      const share = (pattern: RegExp): number => texts.filter((text) => pattern.test(text)).length / texts.length
      const gendered = share(language === 'en' ? /wom[ae]n|female|lady/ : /femme|infirmière|docteure|doctoresse/)
      expect(gendered).toBeGreaterThan(0.15)
      expect(gendered).toBeLessThan(0.45)
      expect(share(language === 'en' ? /skin/ : /peau/)).toBeGreaterThan(0.04)
      expect(share(language === 'en' ? /skin/ : /peau/)).toBeLessThan(0.15)
    }
  })

  it('are never called what the picture contradicts, whatever the wording', () => {
    const people = concepts.filter((concept) => entryOf(concept).presentations)
    expect(people.length).toBeGreaterThan(40)
    const emojiOf: Record<Presentation, RegExp> = {
      person: /👩|👨|♀|♂/u,
      woman: /👨|♂/u,
      man: /👩|♀/u,
    }
    // Read from the lexicon as it is written, not through the grammar's reading of it.
    const wordsIn = (list: readonly string[]): string[] =>
      list.map((text) => text.replace(/^[=~]|^[mf][pm]? /, '').split('/')[0]!)
    const wrong: string[] = []
    let told = 0
    for (let seed = 0; seed < 10_000; seed++) {
      const source = random(seed, 'people')
      const entry = entryOf(source.pick(people))
      const presentation = source.pick(['person', 'woman', 'man'] as const)
      const of = scene([thing(entry.concept, { presentation, tone: entry.tones ? source.pick(tones) : null })])
      for (const language of languages) {
        const anyone = wordsIn(entry[language])
        const [woman, man] = [wordsIn(entry.gendered!.woman[language]), wordsIn(entry.gendered!.man[language])]
        const shown = { woman, man, person: [] as string[] }[presentation]
        const others = { woman: man, man: woman, person: [...woman, ...man] }[presentation]
        const mustNot = others.filter(
          (word) => !shown.includes(word) && (presentation !== 'person' || !anyone.includes(word)),
        )
        const text = inWords(of, language, drawWording(source), nothing)
        const padded = ` ${text.replace(/[',]/g, ' ')} `
        const held = (word: string): boolean => padded.includes(` ${word.replace(/'/g, ' ')} `)
        // The longest word that stands in the caption is the one meant: "singer" in "male singer".
        const meant = [...anyone, ...shown, ...mustNot].filter(held).sort((a, b) => b.length - a.length)[0] ?? ''
        const sign = emojiOf[presentation].test(text.replace(entry.emoji, ''))
        if (sign || mustNot.includes(meant)) wrong.push(`${presentation}: ${text}`)
        if (shown.includes(meant) && !anyone.includes(meant)) told++
      }
    }
    expect(wrong).toEqual([])
    expect(told).toBeGreaterThan(2000)
  })
})
