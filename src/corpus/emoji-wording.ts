/** Emoji in captions: the code points that people type in place of a noun or a material. */
import type { Entry } from './lexicon/index.ts'
import { type Material, type Presentation, presentations, type Thing, type Tone, tones } from './scene.ts'
import type { Wording } from './wording.ts'

/** Materials that have an emoji of their own. The rest are always words. */
export const materialEmoji: Partial<Record<Material, string>> = {
  cheese: '🧀',
  chocolate: '🍫',
  ice: '🧊',
  stone: '🪨',
  brick: '🧱',
  wood: '🪵',
  water: '💧',
}

/** Emoji that stand for a material when they follow a thing: two things side by side are not written so with one of them. */
const materialSigns: ReadonlySet<string> = new Set(Object.values(materialEmoji))

const toneModifiers: Record<Tone, string> = {
  light: '🏻',
  'medium-light': '🏼',
  medium: '🏽',
  'medium-dark': '🏾',
  dark: '🏿',
}

/** Emoji whose woman and man are characters of their own, not made with 👩, 👨 or a sign. One that is itself a woman never stays open. */
const ownForms: Readonly<Record<string, readonly [woman: string, man: string]>> = {
  '🧑‍🎄': ['🤶', '🎅'],
  '🫅': ['👸', '🤴'],
  '💃': ['💃', '🕺'],
}

const joiner = '\u200d'
const variation = '\ufe0f'

/** The emoji of a person as a woman or a man: 🧑‍🚀 becomes 👩‍🚀, 🏃 becomes 🏃‍♀️. */
function presented(emoji: string, presentation: 'woman' | 'man'): string {
  const own = ownForms[emoji]
  if (own) return own[presentation === 'woman' ? 0 : 1]
  if (emoji.startsWith('🧑')) return emoji.replace('🧑', presentation === 'woman' ? '👩' : '👨')
  const sign = `${joiner}${presentation === 'woman' ? '♀' : '♂'}${variation}`
  const [person, ...rest] = emoji.split(joiner) as [string, ...string[]]
  return [person + sign, ...rest].join(joiner)
}

/** With a skin tone: the modifier follows the first character and takes the place of its variation selector. */
function toned(emoji: string, tone: Tone): string {
  const person = String.fromCodePoint(emoji.codePointAt(0)!)
  const rest = emoji.slice(person.length)
  return person + toneModifiers[tone] + (rest.startsWith(variation) ? rest.slice(1) : rest)
}

/** The emoji of a thing in a presentation and a tone, either of which may be left open. Empty where there is none. */
export function emojiFor(entry: Entry, presentation: Presentation | null, tone: Tone | null): string {
  if (entry.emoji === '') return ''
  const shown =
    entry.presentations && (presentation === 'woman' || presentation === 'man')
      ? presented(entry.emoji, presentation)
      : entry.emoji
  return entry.tones && tone !== null ? toned(shown, tone) : shown
}

/** Every emoji that a caption may have for a concept. */
export function allEmojiFor(entry: Entry): readonly string[] {
  const shown = entry.presentations ? presentations : [null]
  const all = shown.flatMap((presentation) =>
    [null, ...tones].map((tone) => emojiFor(entry, presentation, entry.tones ? tone : null)),
  )
  return [...new Set(all)].filter(Boolean)
}

/** The emoji to say a thing with, or the empty string for words. Presentation and tone stay open more often than not. */
export function chooseEmoji(thing: Thing, entry: Entry, wording: Wording): string {
  if (entry.emoji === '' || wording.emoji === 'none') return ''
  if (wording.emoji === 'some' && !wording.maybe(0.75)) return ''
  const told = ((entry.presentations || entry.tones) && wording.maybe(0.4)) || entry.emoji in ownForms
  // People have keyboards that leave the variation selector out.
  const emoji = told ? emojiFor(entry, thing.presentation, thing.tone) : entry.emoji
  return emoji.endsWith(variation) && wording.maybe(0.2) ? emoji.slice(0, -1) : emoji
}

/** The emoji to say a material with, or the empty string for words. */
export function chooseMaterialEmoji(material: Material, wording: Wording): string {
  if (wording.emoji === 'none' || (wording.emoji === 'some' && !wording.maybe(0.5))) return ''
  return materialEmoji[material] ?? ''
}

/** True where things can stand as emoji side by side, "🐈🐕": one of each, and nothing that reads as what another is made of. */
export const canStandAlone = (things: readonly Thing[], signs: readonly string[]): boolean =>
  things.every(({ count, colour, material, size }) => count === 1 && !colour && !material && size === 'normal') &&
  signs.every((sign) => sign !== '' && !materialSigns.has(sign))
