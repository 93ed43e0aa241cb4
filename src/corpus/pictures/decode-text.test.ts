import { describe, expect, it } from 'vitest'
import { captionFields, captionsOfJson, captionsOfRow, captionsOfText } from './captions.ts'
import { decodeText } from './decode-text.ts'
import { guessLanguage, namedLanguage } from './language.ts'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'
import { safeName } from './safe-name.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0))
const wide = (text: string, big = false) => {
  const bytes = new Uint8Array(Buffer.from(text, 'utf16le'))
  return big ? new Uint8Array(Buffer.from(bytes).swap16()) : bytes
}
const reasonOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refused) return error.reason
    throw error
  }
  return 'nothing'
}

describe('decodeText', () => {
  const text = 'un éléphant à côté d’un œuf'

  it.each<[string, Uint8Array, string]>([
    ['UTF-8', utf8(text), text],
    ['UTF-8 with a mark', utf8(`\ufeff${text}`), text],
    ['UTF-16 with a mark', new Uint8Array([0xff, 0xfe, ...wide(text)]), text],
    ['UTF-16 the other way', new Uint8Array([0xfe, 0xff, ...wide(text, true)]), text],
    ['UTF-16 without a mark', wide('a red cat, a blue car'), 'a red cat, a blue car'],
    ['UTF-16 without a mark, the other way', wide('a red cat', true), 'a red cat'],
    ['Latin-1', latin1('un éléphant à côté'), 'un éléphant à côté'],
    ['Windows-1252', latin1('un \x9cuf d\x92autruche \x97 à 3 \x80'), 'un œuf d’autruche — à 3 €'],
    ['line ends of all kinds', utf8('a\r\nb\rc\u2028d'), 'a\nb\nc\nd'],
    ['emoji', utf8('🦘🧀'), '🦘🧀'],
  ])('reads %s', (_, bytes, expected) => {
    expect(decodeText(bytes)).toBe(expected)
  })

  it.each<[string, Uint8Array, string]>([
    ['a JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46]), 'caption-binary'],
    ['an escape sequence', utf8('a \x1b[31mred cat'), 'caption-binary'],
    ['Shift JIS', new Uint8Array([0x93, 0xfa, 0x96, 0x7b, 0x8c, 0xea, 0x82, 0xcc, 0x83, 0x65]), 'caption-encoding'],
    [
      'KOI8-R',
      new Uint8Array([0xcb, 0xcf, 0xdb, 0xcb, 0xc1, 0x20, 0xd3, 0xcf, 0xc2, 0xc1, 0xcb, 0xc1]),
      'caption-encoding',
    ],
    ['broken UTF-8 with a mark', new Uint8Array([0xef, 0xbb, 0xbf, 0xc3, 0x28]), 'caption-encoding'],
    ['half a letter of UTF-16', new Uint8Array([0xff, 0xfe, 0x61]), 'caption-encoding'],
    ['a lone surrogate', new Uint8Array([0xff, 0xfe, 0x3d, 0xd8, 0x61, 0]), 'caption-encoding'],
    ['random bytes', Uint8Array.from({ length: 200 }, (_, i) => (i * 149 + 7) % 256), 'caption-encoding'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(reasonOf(() => decodeText(bytes))).toBe(reason)
  })
})

describe('captions', () => {
  it('takes every line of a text, without spaces around and doubles', () => {
    const found = captionsOfText(utf8('  a red   cat\t\n\nun chat rouge\na red cat\n'))
    expect(found).toEqual({
      kept: [
        { language: 'en', text: 'a red cat' },
        { language: 'fr', text: 'un chat rouge' },
      ],
      refused: [],
    })
    expect(captionsOfText(utf8('chat rouge'), 'fr').kept[0]!.language).toBe('fr')
  })

  it('keeps what is sound beside what is not', () => {
    const { kept, refused } = captionsOfText(utf8(`a cat\n${'x'.repeat(limits.captionLength + 1)}\n`))
    expect([kept.length, refused.map(({ reason }) => reason)]).toEqual([1, ['caption-too-long']])
    const many = captionsOfText(utf8(Array.from({ length: 40 }, (_, k) => `a cat ${k}`).join('\n')))
    expect([many.kept.length, many.refused[0]!.reason]).toEqual([limits.captions, 'over-limit'])
  })

  it.each<[string, Uint8Array, string]>([
    ['nothing', utf8(''), 'caption-empty'],
    ['white space', utf8(' \n\t\r\n'), 'caption-empty'],
    ['zeros', new Uint8Array(40), 'caption-binary'],
  ])('refuses %s', (_, bytes, reason) => {
    const { kept, refused } = captionsOfText(bytes)
    expect([kept, refused[0]?.reason]).toEqual([[], reason])
  })

  it('reads rows: languages by name, by a column, by their words; lists; objects', () => {
    const texts = (row: Record<string, unknown>) =>
      captionsOfRow(row).kept.map(({ language, text }) => `${language} ${text}`)
    expect(texts({ file_name: 'a.png', text: 'a cat' })).toEqual(['en a cat'])
    expect(texts({ caption: 'cat', caption_fr: 'chat' })).toEqual(['en cat', 'fr chat'])
    expect(texts({ captions: ['a cat', 'le chat'], captions_fr: ['chat'] })).toEqual([
      'en a cat',
      'fr le chat',
      'fr chat',
    ])
    expect(texts({ TEXT: 'chat', lang: 'fr-CA' })).toEqual(['fr chat'])
    expect(texts({ sentences: [{ raw: 'a dog', tokens: [] }] })).toEqual(['en a dog'])
    expect(texts({ caption: 'a cat', title: 'IMG_0012', caption_id: 7 })).toEqual(['en a cat'])
    expect(captionsOfRow({ caption: 'eine Katze', lang: 'de' }).refused[0]!.reason).toBe('caption-language')
    expect(captionsOfRow({ caption: 12 }).refused[0]!.reason).toBe('caption-binary')
    expect(captionsOfRow({ caption: null }).refused[0]!.reason).toBe('caption-empty')
    expect(captionsOfRow({ caption: 'a \ud800 cat' }).refused[0]!.reason).toBe('caption-binary')
    expect(captionsOfRow({ width: 3 })).toEqual({ kept: [], refused: [] })
    expect(captionFields(['alt_text', 'url']).map(({ name }) => name)).toEqual(['alt_text'])
  })

  it('reads the JSON of img2dataset, a text and a list; refuses what is none', () => {
    const json = (value: unknown) => captionsOfJson(utf8(JSON.stringify(value))).kept.map(({ text }) => text)
    expect(json({ caption: 'a cat', url: 'https://example.org/a.jpg', key: '0001', status: 'success' })).toEqual([
      'a cat',
    ])
    expect(json('a cat')).toEqual(['a cat'])
    expect(json(['a cat', 'a dog'])).toEqual(['a cat', 'a dog'])
    expect(json(null)).toEqual([])
    expect(captionsOfJson(utf8('{"caption": "a')).refused[0]!.reason).toBe('caption-binary')
    expect(captionsOfJson(utf8('['.repeat(200_000))).refused[0]!.reason).toBe('caption-binary')
  })
})

describe('languages', () => {
  it.each([
    ['a red cat on a mat', 'en'],
    ['un chat rouge sur un tapis', 'fr'],
    ['l’éléphant et la girafe', 'fr'],
    ['the son of a king in France', 'en'],
    ['an elephant by the café de Flore', 'en'],
    ['chat', 'en'],
    ["rock'n'roll on the radio", 'en'],
    ['vaches dans une prairie', 'fr'],
  ])('%s is %s', (text, language) => {
    expect(guessLanguage(text)).toBe(language)
  })

  it('knows names and codes', () => {
    expect(['en', 'EN-us', 'French', 'fr_CA', 'de', 'zh', ''].map(namedLanguage)).toEqual([
      ...['en', 'en', 'fr', 'fr', null, null],
      undefined,
    ])
  })
})

describe('safeName', () => {
  it('lets names through that lie below', () => {
    expect(['a.png', './a.png', 'a//b/c.png', 'é 🦘.png', '..a.png', 'a..b/c'].map(safeName)).toEqual([
      ...['a.png', 'a.png', 'a/b/c.png', 'é 🦘.png', '..a.png', 'a..b/c'],
    ])
  })

  it.each([
    '../a.png',
    'a/../../b.png',
    'a/..',
    '/etc/passwd',
    '//server/share',
    '\\\\server\\share',
    'a\\..\\..\\b.png',
    'C:/a.png',
    'c:a.png',
    'file:///etc/passwd',
    'https://example.org/a.png',
    'a\0.png',
    'a\n.png',
    'NUL',
    'a/con.png',
    'COM1.txt',
    '',
    '.',
    './',
  ])('refuses %j', (name) => {
    expect(reasonOf(() => safeName(name))).toBe('unsafe-name')
  })

  it('refuses a name without end', () => {
    expect(reasonOf(() => safeName('x'.repeat(limits.nameLength + 1)))).toBe('unsafe-name')
  })
})
