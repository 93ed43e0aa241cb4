/** Captions of a scene in English and French, worded as people word things: plainly, in key words, in a hurry, with slips. */
import { english } from './english.ts'
import { french } from './french.ts'
import { type Random, random } from './random.ts'
import type { Caption, Language, Scene } from './scene.ts'
import { drawWording, plainWording } from './wording.ts'

/** Part of the corpus format: other values make another corpus. */
export const captionSettings = { version: 1, english: 4, french: 2 } as const

/** How often a caption mentions what is not asked for most: the picture shows it anyway. */
const styleShare = 0.25
const backgroundShare = { white: 0.08, plain: 0.4, place: 0.55 }
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

/** The plain caption: articles, names, attributes and relation; no style, no place. For prompts of the evaluation. */
export function plainCaption(scene: Scene, language: Language): string {
  const mention = { style: false, background: false }
  return language === 'en' ? english(scene, plainWording, mention) : french(scene, plainWording, mention)
}

function caption(scene: Scene, language: Language, source: Random): string {
  const wording = drawWording(source)
  const { background } = scene
  const ground = background === 'white' ? 'white' : background.startsWith('plain-') ? 'plain' : 'place'
  const mention = {
    style: source.chance(styleShare),
    background: source.chance(wording.bare ? backgroundShare[ground] / 2 : backgroundShare[ground]),
  }
  let text = language === 'en' ? english(scene, wording, mention) : french(scene, wording, mention)
  if (language === 'fr' && source.chance(accentlessShare)) text = withoutAccents(text)
  if (source.chance(slipShare)) text = slip(text, source)
  if (source.chance(0.08)) text = text[0]!.toUpperCase() + text.slice(1)
  return source.chance(0.04) ? `${text}.` : text
}

const withoutAccents = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('œ', 'oe')

/** One typing mistake in a word of at least four letters: a letter left out, doubled, or swapped with the next. */
export function slip(text: string, source: Random): string {
  const words = [...text.matchAll(/\p{L}{4,}/gu)]
  if (words.length === 0) return text
  const word = source.pick(words)
  // The first letter is seldom wrong, and changing it makes other words ("bear", "pear").
  const at = word.index + 1 + source.below(word[0].length - 2)
  const kind = source.below(3)
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1)
  if (kind === 1) return text.slice(0, at + 1) + text.slice(at)
  return text.slice(0, at) + text[at + 1]! + text[at]! + text.slice(at + 2)
}
