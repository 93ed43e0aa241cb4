/**
 * One emoji, as part of a pattern with the flag `v`: a flag, a keycap, or pictographs with their skin tones, joined or alone, whether or
 * not their variation selectors were typed. Signs of trade and law (©) are none.
 */
export const emojiPattern = [
  '\\p{RGI_Emoji_Flag_Sequence}',
  '\\p{RGI_Emoji_Tag_Sequence}',
  '\\p{Emoji_Keycap_Sequence}',
  '[\\p{Extended_Pictographic}--[©®™]]\\ufe0f?\\p{Emoji_Modifier}?(?:\\u200d\\p{Extended_Pictographic}\\ufe0f?\\p{Emoji_Modifier}?)*',
  '\\p{RGI_Emoji}',
].join('|')

/** The emoji without skin tones and variation selectors. */
export const plainEmoji = (emoji: string): string => emoji.replace(/[\ufe0f\p{Emoji_Modifier}]/gu, '')

export const holdsEmoji = (text: string): boolean => /\p{RGI_Emoji}|[\p{Extended_Pictographic}--[©®™]]/v.test(text)

const beside = new RegExp(`(${emojiPattern})|[\\p{L}\\p{N}]`, 'gv')

/** A space on each side of an emoji that has a letter, a figure or another emoji there: "🦘🧀" becomes "🦘 🧀". */
export function separateEmoji(text: string): string {
  if (!holdsEmoji(text)) return text
  let out = ''
  let done = 0
  let last = { end: -1, isEmoji: false }
  for (const found of text.matchAll(beside)) {
    const isEmoji = found[1] !== undefined
    out += text.slice(done, found.index)
    if (last.end === found.index && (isEmoji || last.isEmoji)) out += ' '
    out += found[0]
    done = found.index + found[0].length
    last = { end: done, isEmoji }
  }
  return out + text.slice(done)
}
