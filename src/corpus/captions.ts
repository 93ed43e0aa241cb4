/** Captions of a scene in English and French, worded as people word things: plainly, in key words, in a hurry, with slips. */
import { checkPrompt } from '../safety/check-prompt.ts'
import { english } from './english.ts'
import { french } from './french.ts'
import { type Random, random } from './random.ts'
import type { Background, Caption, Language, Scene } from './scene.ts'
import { isMeant } from './vocabulary.ts'
import { drawWording, isPlace, plainWording } from './wording.ts'

/** Part of the corpus format: other values make another corpus. */
export const captionSettings = { version: 2, english: 4, french: 2 } as const

/** How often a caption mentions what is not asked for most: the picture shows it anyway. */
const styleShare = 0.25
/** A filter changes the whole picture, and so does the lack of a background: these are seldom left unsaid. */
const filterShare = 0.95
const backgroundShare = { white: 0.08, plain: 0.4, place: 0.55, transparent: 0.9 }
/** Beside a filter that is mentioned, the drawing style is hardly seen. */
const styleWithFilterShare = 0.06
const slipShare = 0.06
/** Many people type French without its accents. */
const accentlessShare = 0.08

/** Four English captions and two French, no two alike if it can be helped. Pure: the same scene and seed give the same. */
export function captions(scene: Scene, seed: number): Caption[] {
  const source = random(seed, 'captions')
  const out: Caption[] = []
  for (const [language, count] of [
    ['en', captionSettings.english],
    ['fr', captionSettings.french],
  ] as const) {
    for (let k = 0; k < count; k++) {
      let text = ''
      for (let attempt = 0; attempt < 5; attempt++) {
        text = caption(scene, language, source)
        if (!out.some((other) => other.text === text)) break
      }
      out.push({ language, text })
    }
  }
  return out
}

/**
 * The plain caption: articles, names, attributes and relations, presentation and tone of people, the filter, and a transparent
 * background; no style, no place. For prompts of the evaluation, where all that is said is looked for.
 */
export function plainCaption(scene: Scene, language: Language): string {
  const mention = { style: false, filter: true, background: scene.background === 'transparent' }
  return language === 'en' ? english(scene, plainWording, mention) : french(scene, plainWording, mention)
}

function caption(scene: Scene, language: Language, source: Random): string {
  const wording = drawWording(source)
  const filter = scene.filter !== null && source.chance(filterShare)
  const mention = {
    filter,
    style: source.chance(filter ? styleWithFilterShare : styleShare),
    background: source.chance(shareOf(scene.background, wording.bare)),
  }
  let text = language === 'en' ? english(scene, wording, mention) : french(scene, wording, mention)
  if (language === 'fr' && source.chance(accentlessShare)) text = withoutAccents(text)
  if (source.chance(slipShare)) text = slip(text, source)
  const casing = source.next()
  if (casing < 0.08) text = text[0]!.toUpperCase() + text.slice(1)
  else if (casing < 0.085) text = text.toUpperCase()
  return source.chance(0.04) ? `${text}.` : text
}

function shareOf(background: Background, bare: boolean): number {
  if (background === 'transparent') return backgroundShare.transparent
  const ground = background === 'white' ? 'white' : isPlace(background) ? 'place' : 'plain'
  return bare ? backgroundShare[ground] / 2 : backgroundShare[ground]
}

/** Accents alone: the variation selector of an emoji is a mark, too. */
const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replaceAll('œ', 'oe')

/**
 * One typing mistake in a word of at least four letters: a letter left out, doubled, or swapped with the next. None where it would
 * make another word that means something, "four" and "fur", or one that no caption should have.
 */
export function slip(text: string, source: Random): string {
  const words = [...text.matchAll(/\p{L}{4,}/gu)]
  if (words.length === 0) return text
  const { index, 0: word } = source.pick(words)
  // The first letter is seldom wrong, and changing it makes other words ("bear", "pear").
  const at = 1 + source.below(word.length - 2)
  const kind = source.below(3)
  const [before, here, next] = [word.slice(0, at), word[at]!, word[at + 1]!]
  const typed =
    kind === 0
      ? before + word.slice(at + 1)
      : kind === 1
        ? before + here + word.slice(at)
        : before + next + here + word.slice(at + 2)
  return isMeant(typed) || !isHarmless(typed) ? text : text.slice(0, index) + typed + text.slice(index + word.length)
}

/** Names of people that a mistake would set beside things ("a gay sun"). */
const namesOfPeople = new Set(['gay', 'homo', 'trans', 'jew', 'juif', 'arab', 'nain'])

const isHarmless = (word: string): boolean =>
  !namesOfPeople.has(word.toLowerCase()) && checkPrompt(word, { level: 'strict' }).outcome === 'allowed'
