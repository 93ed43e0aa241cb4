import { NeufError } from '../errors/errors.ts'
import { separateEmoji } from './emoji.ts'

/** How a model wants its text: data, kept in model.json, applied to training captions and to prompts alike. */
export type NormaliserSettings = {
  /** The Unicode form. NFC keeps what was typed; NFKC also writes wide letters, small figures and the like plainly. */
  readonly unicode: 'NFC' | 'NFKC'
  readonly lowercase: boolean
  /** Curly quotes, French quotes, all dashes and the ellipsis become those of a keyboard. */
  readonly plainPunctuation: boolean
  /** œ, æ and the joined letters of typography become two letters. Accents always stay. */
  readonly splitLigatures: boolean
  /** Any run of white space becomes one space; none at the ends. */
  readonly collapseSpaces: boolean
  /** "A cat!" is the picture that "A cat" is: stops at the end go, unless nothing else is there. */
  readonly dropClosingPunctuation: boolean
  /** "🦘🧀" becomes "🦘 🧀", so that each emoji is a piece of its own to the tokenizer. Off where it is not given. */
  readonly separateEmoji?: boolean
}

/** One that more than settings make, since it needs files of the model's (`model-text.ts`). */
export type OpenNormaliser = { readonly apply: (text: string) => string }

export type Normaliser = NormaliserSettings | OpenNormaliser

export const defaultNormaliser: NormaliserSettings = {
  unicode: 'NFC',
  lowercase: true,
  plainPunctuation: true,
  splitLigatures: true,
  collapseSpaces: true,
  dropClosingPunctuation: true,
}

/** For models whose captions hold emoji. */
export const emojiNormaliser: NormaliserSettings = { ...defaultNormaliser, separateEmoji: true }

const plain: readonly (readonly [RegExp, string])[] = [
  [/[\u2018\u2019\u201a\u201b\u2032\u02bc\u02b9\u00b4`\uff07]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\uff02]/g, '"'],
  [/[\u2039\u203a]/g, "'"],
  [/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g, '-'],
  [/\u2026/g, '...'],
]

const ligatures: readonly (readonly [RegExp, string])[] = [
  [/œ/g, 'oe'],
  [/Œ/g, 'OE'],
  [/æ/g, 'ae'],
  [/Æ/g, 'AE'],
  [/\ufb00/g, 'ff'],
  [/\ufb01/g, 'fi'],
  [/\ufb02/g, 'fl'],
  [/\ufb03/g, 'ffi'],
  [/\ufb04/g, 'ffl'],
  [/[\ufb05\ufb06]/g, 'st'],
]

/** Invisible marks that steer line breaks or direction. The joiners of emoji and of Indic and Arabic letters stay. */
const invisible = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g

/**
 * Writes a text as the model met its captions. A lone surrogate becomes U+FFFD and invisible marks go, whatever the settings.
 * Emoji stay. Doing it twice changes nothing. (None of this need be so for a published model's own normaliser.)
 */
export function normalise(text: string, settings: Normaliser = defaultNormaliser): string {
  if ('apply' in settings) return settings.apply(text)
  let out = text.toWellFormed().replace(invisible, '').normalize(settings.unicode)
  if (settings.plainPunctuation) for (const [pattern, by] of plain) out = out.replace(pattern, by)
  if (settings.splitLigatures) for (const [pattern, by] of ligatures) out = out.replace(pattern, by)
  if (settings.lowercase) out = out.toLowerCase()
  // Once more: a letter that was split or lowered can now join the mark behind it.
  out = out.normalize(settings.unicode)
  if (settings.separateEmoji) out = separateEmoji(out)
  if (settings.collapseSpaces) out = out.replace(/\s+/gu, ' ').trim()
  if (settings.dropClosingPunctuation) out = dropClosingPunctuation(out)
  return out
}

/** From the end backwards, since a pattern anchored there takes quadratic time on a long row of stops. */
function dropClosingPunctuation(text: string): string {
  let end = text.length
  while (end > 0 && /[\s.,;:!?\u2026]/u.test(text[end - 1]!)) end--
  return end === 0 ? text : text.slice(0, end)
}

/** How much of the part that was cut a message shows. */
const cutShown = 120

/**
 * What a person typed, without the white space around it. Tabs and new lines count as spaces. Lengths and positions are in
 * characters (code points). Throws `prompt-empty` (nothing visible), `prompt-control-characters` (position from 1) or
 * `prompt-too-long` (with the part that does not fit).
 */
export function checkPrompt(text: string, limits: { readonly maxCharacters: number }): string {
  const prompt = text.trim()
  let at = 0
  let fits = 0
  for (const character of prompt) {
    at++
    if (isControl(character)) {
      const code = `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`
      throw new NeufError('prompt-control-characters', { at, code })
    }
    if (at <= limits.maxCharacters) fits += character.length
  }
  if (!/[^\s\p{Cf}\p{Mn}]/u.test(prompt)) throw new NeufError('prompt-empty', {})
  if (at > limits.maxCharacters) {
    const cut = Array.from(prompt.slice(fits, fits + 2 * cutShown))
      .slice(0, cutShown)
      .join('')
    const more = prompt.length > fits + cut.length ? '...' : ''
    throw new NeufError('prompt-too-long', { limit: limits.maxCharacters, cut: cut + more })
  }
  return prompt
}

function isControl(character: string): boolean {
  return /^\p{Cc}$/u.test(character) && !/^[\t\n\r]$/.test(character)
}

/** Settings from a file. Throws `file-unreadable` for anything but these settings, each with a value it can have. */
export function readNormaliserSettings(value: unknown, path = 'model.json'): NormaliserSettings {
  const given = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  const refuse = (why: string) =>
    new NeufError('file-unreadable', { path, why, todo: 'Get the model again, or check it with: neuf models verify' })
  const flag = (name: keyof NormaliserSettings): boolean => {
    const setting = given[name]
    if (typeof setting !== 'boolean') throw refuse(`normaliser.${name} is not true or false`)
    return setting
  }
  if (given.unicode !== 'NFC' && given.unicode !== 'NFKC') throw refuse('normaliser.unicode is not "NFC" or "NFKC"')
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(emojiNormaliser, name))
      throw refuse(`it has an unknown normaliser setting ${JSON.stringify(name.slice(0, 40))}`)
  }
  return {
    unicode: given.unicode,
    lowercase: flag('lowercase'),
    plainPunctuation: flag('plainPunctuation'),
    splitLigatures: flag('splitLigatures'),
    collapseSpaces: flag('collapseSpaces'),
    dropClosingPunctuation: flag('dropClosingPunctuation'),
    ...(given.separateEmoji !== undefined && { separateEmoji: flag('separateEmoji') }),
  }
}
