import { describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { checkPrompt, defaultNormaliser, emojiNormaliser, normalise, readNormaliserSettings } from './normalise.ts'
import { randomTexts } from './testing/random-texts.ts'

describe('normalise', () => {
  it.each([
    ['  A  Red\tKangaroo \n', 'a red kangaroo'],
    ['L’ÉLÉPHANT', "l'éléphant"],
    ['l`e\u0301toile', "l'étoile"],
    ['“cheese” «fromage»', '"cheese" "fromage"'],
    ['arc‑en–ciel — ici', 'arc-en-ciel - ici'],
    ['Un Œuf, un cœur, Ægir, ﬁn', 'un oeuf, un coeur, aegir, fin'],
    ['un chat\u00a0!', 'un chat'],
    ['a cat!!! …', 'a cat'],
    ['?!', '?!'],
    ['a\u200b cat\ufeff \u202ecod\u00ad', 'a cat cod'],
    ['👩‍🚀 on the 🌕', '👩‍🚀 on the 🌕'],
    ['A 🧑🏽‍⚕️  MADE OF 🧀!', 'a 🧑🏽‍⚕️ made of 🧀'],
    ['❤️ ❤ 1️⃣ 🏴‍☠️ 🇫🇷', '❤️ ❤ 1️⃣ 🏴‍☠️ 🇫🇷'],
    ['ÇA ÔTÉ À NOËL', 'ça ôté à noël'],
    ['', ''],
    [' \t ', ''],
    ['\ud800cat', '\ufffdcat'],
  ])('%j becomes %j', (text, expected) => {
    expect(normalise(text)).toBe(expected)
  })

  it('obeys each setting on its own', () => {
    const off = {
      unicode: 'NFC',
      lowercase: false,
      plainPunctuation: false,
      splitLigatures: false,
      collapseSpaces: false,
      dropClosingPunctuation: false,
    } as const
    const text = ' Œuf  ’ ﬁn２!'
    expect(normalise(text, off)).toBe(text)
    expect(normalise(text, { ...off, lowercase: true })).toBe(' œuf  ’ ﬁn２!')
    expect(normalise(text, { ...off, plainPunctuation: true })).toBe(" Œuf  ' ﬁn２!")
    expect(normalise(text, { ...off, splitLigatures: true })).toBe(' OEuf  ’ fin２!')
    expect(normalise(text, { ...off, collapseSpaces: true })).toBe('Œuf ’ ﬁn２!')
    expect(normalise(text, { ...off, dropClosingPunctuation: true })).toBe(' Œuf  ’ ﬁn２')
    expect(normalise(text, { ...off, unicode: 'NFKC' })).toBe(' Œuf  ’ fin2!')
  })

  it.each([
    ['🦘🧀', '🦘 🧀'],
    ['a 🦘made of🧀!', 'a 🦘 made of 🧀'],
    ['🐈🐈🐈, (🐕)', '🐈 🐈 🐈, (🐕)'],
    ['👩🏿‍🚀❤️❤👩‍🚀', '👩🏿‍🚀 ❤️ ❤ 👩‍🚀'],
    ['21️⃣2 🇫🇷🇬🇧 🏴‍☠️x', '2 1️⃣ 2 🇫🇷 🇬🇧 🏴‍☠️ x'],
    ['A Cat in 3D © 2020', 'a cat in 3d © 2020'],
  ])('sets emoji apart when told to: %j becomes %j', (text, expected) => {
    expect(normalise(text, emojiNormaliser)).toBe(expected)
    expect(normalise(text).replaceAll(' ', '')).toBe(expected.replaceAll(' ', ''))
  })

  it('sets apart nothing else', () => {
    for (const text of ['un œuf à côté d’un chat', 'x-ray; 3 × 4', 'l’été 2️', '猫と犬'])
      expect(normalise(text, emojiNormaliser)).toBe(normalise(text))
  })

  it('changes nothing the second time', () => {
    const kinds = [
      defaultNormaliser,
      emojiNormaliser,
      { ...defaultNormaliser, unicode: 'NFKC' as const, lowercase: false },
    ]
    for (const settings of kinds) {
      for (const text of randomTexts(5000, 11)) {
        const once = normalise(text, settings)
        expect(normalise(once, settings), JSON.stringify(text)).toBe(once)
      }
    }
  })

  it('takes a long row of stops and spaces in its stride', () => {
    expect(normalise(`${'. '.repeat(200_000)}x`)).toHaveLength(400_001)
    expect(normalise(`x${'. '.repeat(200_000)}`)).toBe('x')
  })
})

describe('checkPrompt', () => {
  const check = (text: string, maxCharacters = 10) => {
    try {
      return checkPrompt(text, { maxCharacters })
    } catch (fault) {
      if (fault instanceof NeufError) return { code: fault.code, ...(fault.details as object), exit: fault.exitStatus }
      throw fault
    }
  }

  it('gives back what was typed, without the spaces around it', () => {
    expect(check('  A “Cat” ')).toBe('A “Cat”')
    expect(check('a\ncat\t2')).toBe('a\ncat\t2')
    expect(check('1234567890')).toBe('1234567890')
  })

  it.each(['', '   ', '\n\t', '\u00a0\u200b', '\u200d', '\u2066\u2069'])('refuses %j as empty', (text) => {
    expect(check(text)).toEqual({ code: 'prompt-empty', exit: 2 })
  })

  it.each([
    ['a\u0007b', 2, 'U+0007'],
    ['\u0000', 1, 'U+0000'],
    ['🦘\u001b[31m', 2, 'U+001B'],
    ['a cat\u0085x', 6, 'U+0085'],
    ['cat\u007f', 4, 'U+007F'],
  ])('refuses the control character in %j', (text, at, code) => {
    expect(check(text)).toEqual({ at, code, exit: 2 })
  })

  it('counts characters, not code units, and shows what does not fit', () => {
    expect(check('🦘'.repeat(10))).toBe('🦘'.repeat(10))
    expect(check('🦘'.repeat(11))).toEqual({ code: 'prompt-too-long', limit: 10, cut: '🦘', exit: 2 })
    expect(check('1234567890 and cheese')).toEqual({ code: 'prompt-too-long', limit: 10, cut: ' and cheese', exit: 2 })
  })

  it('shows a very long rest only in part', () => {
    const fault = check('é'.repeat(1_000_000)) as unknown as { cut: string }
    expect(fault.cut).toBe(`${'é'.repeat(120)}...`)
  })
})

describe('readNormaliserSettings', () => {
  it('gives back what it was given', () => {
    for (const settings of [defaultNormaliser, emojiNormaliser]) {
      expect(readNormaliserSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings)
    }
  })

  it.each([
    null,
    [[]],
    'NFC',
    {},
    { ...defaultNormaliser, unicode: 'NFD' },
    { ...defaultNormaliser, lowercase: 1 },
    { ...defaultNormaliser, more: true },
    { ...defaultNormaliser, collapseSpaces: undefined },
    { ...defaultNormaliser, separateEmoji: 'yes' },
  ])('refuses %j', (value) => {
    expect(() => readNormaliserSettings(value)).toThrow(expect.objectContaining({ code: 'file-unreadable' }))
  })
})
