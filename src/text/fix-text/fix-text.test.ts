import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { randomTexts } from '../testing/random-texts.ts'
import { decodeUtf8 } from './decode-utf8.ts'
import { fixText } from './fix-text.ts'
import { looksLikeMojibake } from './mojibake.ts'
import { repairEncoding } from './repair-encoding.ts'
import { encodeBytes, singleByteEncodings } from './single-byte-encodings.ts'

const vectors: [text: string, fixed: string][] = JSON.parse(
  readFileSync(new URL('../testing/vectors/fix-text.json', import.meta.url), 'utf8'),
)

const latin1 = (text: string): string => String.fromCharCode(...new TextEncoder().encode(text))

describe('fixText', () => {
  it('mends as ftfy does', () => {
    expect(vectors.length).toBeGreaterThan(100)
    for (const [text, fixed] of vectors) expect(fixText(text), JSON.stringify(text)).toBe(fixed)
  })

  it.each([
    ['quotes alone in sound text', 'là, côte d’Azur, 5 €', "là, côte d'Azur, 5 €"],
    ['nothing in the empty text', '', ''],
    ['ligatures and widths', 'ﬁn Ĳ ＬＯＵＤ ｶ', 'fin IJ LOUD カ'],
    ['line breaks', 'a\r\nb\rc\u2028d\u2029', 'a\nb\nc\nd\n'],
    [
      'entities with their semicolons',
      '&lt; &eacute; &EACUTE; &Eacute; &#xe9; &#59; &notit; &amp',
      '< é É É é &#59; &notit; &amp',
    ],
    ['no entities beside a <', '< &amp; &eacute;', '< &amp; &eacute;'],
    ['controls and escapes of terminals', '\u001b[31mre\u0000d\u001b[0m x\ufeff', 'red x'],
    ['lone surrogates', '\udca9\ud83d \ud83d\udca9', '\ufffd\ufffd 💩'],
    ['accents that stand apart', 'e\u0301', 'é'],
  ])('%s', (_, text, fixed) => {
    expect(fixText(text)).toBe(fixed)
  })

  it('leaves entities from the line with the first < on', () => {
    expect(fixText('&amp;\n<b>&amp;\n&amp;')).toBe('&\n<b>&amp;\n&amp;')
  })

  it('keeps what comes after a very long line', () => {
    const long = 'a🦘'.repeat(600_000)
    expect(fixText(`${long}\nÃ©`)).toBe(`${long}\né`)
  })
})

describe('repairEncoding', () => {
  it('takes back any reading of French in any of its encodings, once or twice', () => {
    const text = 'L’élève à Nîmes – déjà vu'
    for (const { name, byteOf } of singleByteEncodings) {
      const characterOf = new Map(Array.from(byteOf, ([character, byte]) => [byte, character]))
      const misread = (sound: string) =>
        Array.from(latin1(sound), (byte) => characterOf.get(byte.charCodeAt(0))!).join('')
      expect(repairEncoding(misread(text)), name).toBe(text)
      if (name === 'windows-1252') expect(repairEncoding(misread(misread(text)))).toBe(text)
    }
  })

  it.each([
    ['à la mode', 'Ã la mode'],
    ['déjà la', 'dÃ©jÃ  la'],
    ['“x�', 'â€œxâ€�'],
    ['déj� vu', 'dÃ©jÃ? vu'],
    ['a Ã? b', 'a Ã? b'],
    ['😀 text', 'ðŸ˜€ text'],
    ['ceci n’est pas “ça”', 'ceci n’est pas â€œça”'],
  ])('%s', (sound, spoilt) => {
    expect(repairEncoding(spoilt)).toBe(sound)
  })

  // Whether ftfy takes them for mojibake: one for each rule that it has.
  it.each([
    '\x85',
    'é¨',
    'aя¦',
    '¨é',
    'éÀ',
    '€é',
    '»€',
    ' Ã€',
    'À²',
    'é«²',
    'é»«',
    '€«',
    'aÃ«',
    '┤ö',
    'é│',
    '│»',
    'É»x',
    'œ!',
    'É°',
    'Â–',
    '×²',
    'Ø¯Ù„',
    'à²',
    '√±',
    '≈°',
    '‚Äì',
    '‚âà',
    'вЂ',
    'В°В',
    'ГўВЂВxa',
    'Ã\xa0',
    'a Ã la',
    'Ã la',
    '.Â »',
    'β€™',
    'Β°Β',
    'ā€',
  ])('sees something wrong in %j', (text) => {
    expect(looksLikeMojibake(text)).toBe(true)
  })

  it.each(['é»', 'œuf', 'Ã', '×', '√', 'вx', 'а°', 'β€x', 'É»', '─ö', 'ΒΊΒ'])('sees nothing wrong in %s', (text) => {
    expect(looksLikeMojibake(text)).toBe(false)
  })

  it.each(['Ångström', 'ÆØÅ', 'Çà et là', '«œuf»', 'Привет', 'Ελληνικά', '猫', '20 °C ± 2', 'naïve café'])(
    'leaves %s',
    (text) => {
      expect(looksLikeMojibake(text)).toBe(false)
      expect(repairEncoding(text)).toBe(text)
    },
  )

  it('ends on any text', () => {
    for (const text of randomTexts(400, 3)) {
      const spoilt = latin1(text)
      expect(repairEncoding(spoilt).length).toBeLessThanOrEqual(spoilt.length)
    }
  })
})

describe('decodeUtf8', () => {
  it('reads UTF-8, CESU-8 and the zero of Java, and nothing else', () => {
    expect(decodeUtf8(latin1('é猫🦘\ufeff'))).toBe('é猫🦘\ufeff')
    expect(decodeUtf8('\xed\xa0\xbd\xed\xb2\xa9')).toBe('💩')
    expect(decodeUtf8('a\xc0\x80b')).toBe('a\0b')
    for (const broken of ['\xc3', '\xc0\x81', '\xed\xa0\xbd', '\xff', '\xe2\x82', '\xf5\x80\x80\x80']) {
      expect(decodeUtf8(broken)).toBeNull()
    }
  })
})

describe('encodeBytes', () => {
  it('knows all bytes of every encoding, and no other characters', () => {
    for (const encoding of singleByteEncodings) {
      const all = [...encoding.byteOf.keys()]
      expect(all).toHaveLength(256)
      const bytes = encodeBytes(all.join(''), encoding)!
      expect(Array.from(bytes, (byte) => byte.charCodeAt(0))).toEqual([...encoding.byteOf.values()])
      expect(encodeBytes('猫', encoding)).toBeNull()
    }
  })

  it.each(['windows-1251', 'windows-1250', 'windows-1254', 'iso-8859-2', 'macintosh'])(
    'is what the platform has: %s',
    (name) => {
      const { byteOf } = singleByteEncodings.find((each) => each.name === name.replace('macintosh', 'macroman'))!
      const decoded = new TextDecoder(name).decode(Uint8Array.from({ length: 128 }, (_, at) => at + 128))
      expect(Array.from(decoded, (character) => byteOf.get(character))).toEqual(
        Array.from({ length: 128 }, (_, at) => at + 128),
      )
    },
  )
})
