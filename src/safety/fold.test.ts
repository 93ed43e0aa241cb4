import { describe, expect, it } from 'vitest'
import { fold, foldedText } from './fold.ts'

describe('fold', () => {
  it('writes every disguise of a letter plainly', () => {
    for (const written of [
      'ÉTÉ',
      'été',
      'e\u0301te\u0301',
      'ｅｔｅ',
      '𝐞𝐭𝐞',
      'ⓔⓣⓔ',
      '🄴🅃🄴',
      '🅔🅣🅔',
      '🅴🆃🅴',
      'еτе',
      'ᴇᴛᴇ',
      'e\u200btॱe'.replace('ॱ', '\u00ad'),
    ]) {
      expect([written, foldedText(written)]).toEqual([written, 'ete'])
    }
    expect(foldedText('Œuf, CŒUR; straße; ﬁn; İı; l’été — «\u00a0ici\u2003»')).toBe(
      "oeuf, coeur; strasse; fin; ii; l'ete - « ici »",
    )
  })
  it('changes nothing the second time', () => {
    for (let first = 0; first < 0x1fc00; first += 256) {
      const all = Array.from({ length: 256 }, (_, i) => String.fromCodePoint(first + i)).join('')
      const once = foldedText(all)
      expect([first, foldedText(once) === once]).toEqual([first, true])
    }
  })
  it('knows where each character came from', () => {
    const text = 'aﬃ\u0301œ 🦘'
    const { characters, spans } = fold(text)
    expect(characters.join('')).toBe('affioe 🦘')
    expect(spans.map(({ start, end }) => text.slice(start, end))).toEqual(['a', 'ﬃ', 'ﬃ', 'ﬃ', 'œ', 'œ', ' ', '🦘'])
  })
})
