/** The language of a caption: as it is named, or told by the small words in it. */
import { englishFunctionWords, frenchFunctionWords } from '../../text/function-words.ts'
import type { Language } from '../scene.ts'

const names: Readonly<Record<string, Language>> = {
  en: 'en',
  eng: 'en',
  english: 'en',
  anglais: 'en',
  fr: 'fr',
  fra: 'fr',
  fre: 'fr',
  french: 'fr',
  français: 'fr',
  francais: 'fr',
}

/** `fr`, `fr-CA`, `fr_FR`, `French`; null for any other language, undefined for what names none. */
export function namedLanguage(name: string): Language | null | undefined {
  const word = name.normalize('NFC').trim().toLowerCase()
  if (word === '') return undefined
  return names[word] ?? names[word.split(/[-_]/)[0]!] ?? null
}

/** French where more words are French alone (le, une, dans, l'...) than English alone; else English. */
export function guessLanguage(text: string): Language {
  const lower = text.normalize('NFC').toLowerCase().replaceAll('’', "'")
  let french = lower.match(/(?<!\p{L})(?:[dlnsc]|qu)'\p{L}/gu)?.length ?? 0
  for (const word of lower.match(/\p{L}+/gu) ?? []) {
    const [inEnglish, inFrench] = [englishFunctionWords.has(word), frenchFunctionWords.has(word)]
    if (inEnglish !== inFrench) french += inFrench ? 1 : -1
  }
  return french > 0 ? 'fr' : 'en'
}
