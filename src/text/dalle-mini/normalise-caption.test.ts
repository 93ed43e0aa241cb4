import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { randomTexts } from '../testing/random-texts.ts'
import * as step from './clean-caption.ts'
import { nameEmoji } from './emoji-names.ts'
import { normaliseCaption } from './normalise-caption.ts'
import { readWordFrequencies, splitWords } from './split-words.ts'
import { readReadings, transliterate } from './transliterate.ts'

const read = (name: string) => readFileSync(new URL(`../testing/${name}`, import.meta.url), 'utf8')
const words = readWordFrequencies(read('word-frequencies.txt'), 'word-frequencies.txt')
const normalise = (text: string) => normaliseCaption(text, { words })

describe('normaliseCaption', () => {
  it('gives what the original gives', () => {
    const vectors: [text: string, normal: string][] = JSON.parse(read('vectors/normalise-caption.json'))
    expect(vectors.length).toBeGreaterThan(300)
    const other = vectors.filter(([text, normal]) => normalise(text) !== normal)
    expect(other).toEqual([])
  })

  it('reads entities twice where mending leaves them', () => {
    expect(normalise('<i> &amp;eacute; &amp;amp;eacute;')).toBe(' e & eacute')
  })

  it('is ASCII in lower case behind one space, whatever is typed', () => {
    for (const text of randomTexts(600, 5)) {
      const normal = normalise(text)
      expect(normal, JSON.stringify(text)).toMatch(/^ (?:[^\sA-Z\u0080-\uffff]+(?: [^\sA-Z\u0080-\uffff]+)*)?$/u)
    }
  })

  it('takes long rows of anything in its stride', () => {
    for (const row of [' ', ',', '"', '<', '.', 'a', '&', "'", '#', ' "', '[1]', '<person>,'])
      normalise(row.repeat(20_000))
  })

  it('reads scripts beyond its own with a table', () => {
    expect(normalise('一只猫')).toBe(' ')
    const readings = readReadings({ 一: 'Yi ', 只: 'Zhi ', 猫: 'Mao ' }, 'x.json')
    expect(normaliseCaption('一只猫', { words, readings })).toBe(' yi zhi mao')
  })
})

describe('the steps', () => {
  it.each<[(text: string) => string, string, string]>([
    [step.replacePersons, '<person> and , <person><person>', ' people '],
    [step.replacePersons, '<person> or <person>', ' a person  or  a person '],
    [step.removeReferences, ' [1] a [2] cat [34] ', ' a [2] cat '],
    [step.removeTags, 'a <b>cat</b> <> < 3 <<i>', 'a  cat  <> < 3 < '],
    [step.removeAddresses, 'see http://x.y?z, now httpx', 'see  now '],
    [step.removeCommasInNumbers, '1,234,567,890 1,23 12,3456', '1234567890 1,23 123456'],
    [step.guardPunctuation, "1.5 o'clock it's 1/2/3", "1xtokxdotxtokx5 o'clock itxtokxquotextokxs 1xtokxslashxtokx2/3"],
    [step.unguardPunctuation, 'axtokxdotxtokxb', 'a.b'],
    [step.separateSigns, 'a-b-c 50%', 'a b-c 50 % '],
    [step.dropIgnored, 'a_b#c\\d', 'a b c d'],
    [step.sameQuotes, '\'`"', ' "  "  " '],
    [step.punctuationToCommas, '(a)[b].|:;?!=+~-/{}', ',a,,b,,,,,,,,,,,,,,'],
    [step.collapseRepeats, 'aaa bbbb 1111 ....', 'aaa b 1111 .'],
    [step.mergeQuotes, 'a "" " b', 'a " b'],
    [step.mergeCommas, 'a ,, , b,c', 'a, b, c'],
    [step.singleSpaces, 'a\t \x1c b', 'a b'],
    [step.trimCommas, ' ,a,, ', 'a,'],
  ])('%o: %j', (apply, text, expected) => {
    expect(apply(text)).toBe(expected)
  })
})

describe('splitWords', () => {
  const frequent = (text: string) => readWordFrequencies(text, 'words.txt')

  it('takes the frequent words together, and digits as one', () => {
    expect(splitWords('madeofcheese', words)).toBe('made of cheese')
    const known = frequent('a 9\nred 8\ncat 7\nscat 6\n1 4\n9 3\nredcat 2\n')
    expect(splitWords('redcat', known)).toBe('red cat')
    expect(splitWords('Acat1991', known)).toBe('A cat 1991')
    expect(splitWords('red_cat', known)).toBe('red cat')
    // No way to cut it into known words: single characters.
    expect(splitWords('qredq', known)).toBe('q r e d q')
    expect(splitWords('', known)).toBe('')
  })

  it('counts the later of two ranks, and refuses lists without words', () => {
    expect(frequent('a\nb\na\n').costs.get('a')).toBe(Math.log(3))
    for (const broken of ['', '\n', 'a\n\nb', 'a\n \n']) {
      expect(() => frequent(broken)).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    }
  })
})

describe('nameEmoji', () => {
  it.each([
    ['🦘 made of 🧀', ':kangaroo: made of :cheese_wedge:'],
    ['👩‍🚀👩🏿‍🚀', ':woman_astronaut::woman_astronaut_dark_skin_tone:'],
    [
      '👩🏻‍🤝‍👨🏿 👬🏽',
      ':woman_and_man_holding_hands_light_skin_tone_dark_skin_tone: :men_holding_hands_medium_skin_tone:',
    ],
    ['❤️ ❤ ☎︎ x\ufe0f', ':red_heart: :red_heart: :telephone: x'],
    ['1️⃣ 1⃣ 1', ':keycap_1: :keycap_1: 1'],
    ['🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇫🇷 🇽', ':Wales: :France: 🇽'],
    // A row that begins an emoji and does not end as one is none, though its first character is.
    ['👩‍x', '👩\u200dx'],
  ])('%s', (text, expected) => {
    expect(nameEmoji(text)).toBe(expected)
  })
})

describe('transliterate', () => {
  it.each([
    ['naïve Łódź Straße Æsir', 'naive lodz strasse aesir'],
    ['Щука и ёж', 'shchuka i iozh'],
    ['Ξένος Ψυχή', 'ksenos psukhe'],
    ['こんにちは ヴァ パン', 'konnichiha vua pan'],
    ['한국어 값', 'hangugeo gabs'],
    ['שלום', 'shlvm'],
    ['½ ⅓ 5° €6 — ™ ② ٣', ' 1/2  1/3  5deg eur6 -- (tm) 2 3'],
    ['猫\u{f0000}\ud800', ''],
  ])('%s', (text, expected) => {
    expect(transliterate(text)).toBe(expected)
  })

  it('refuses readings that are none', () => {
    for (const broken of [null, [], { ab: 'c' }, { '': 'x' }, { é: 'é' }, { é: 1 }]) {
      expect(() => readReadings(broken, 'x.json')).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
    }
  })
})
