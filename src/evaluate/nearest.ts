/**
 * The baseline that remembers: for each prompt the training picture whose caption says most nearly the same, judged as if
 * it had been drawn. And how far drawn pictures lie from the nearest training picture: a model that copies is near 0.
 */
import type { Language } from '../corpus/scene.ts'
import { splitWords } from '../text/words.ts'
import type { SuitePrompt } from './suite.ts'
import type { TrainingPictures } from './training-pictures.ts'

export type TrainingIndex = {
  /** The training picture whose caption in the language shares most with the text, rare words counting more. */
  nearestByCaption(text: string, language: Language): number
  /** Mean difference to the nearest training picture, in levels of 0..255 over all pixels and channels. */
  nearestDistance(picture: Uint8Array): number
}

/** Side of the thumbnails that pictures are first compared by, and how many of the nearest are compared in full. */
const thumbnail = 8
const comparedInFull = 16

type CaptionOf = { readonly example: number; readonly words: readonly string[] }

/** Reads every picture once. Memory: 12 KB a picture of 64 x 64, and the words of its captions. */
export function indexTraining(
  training: TrainingPictures,
  onProgress: (done: number) => void = () => {},
): TrainingIndex {
  const captions: Record<Language, CaptionOf[]> = { en: [], fr: [] }
  const pictures: Uint8Array[] = []
  const small = new Uint8Array(training.count * thumbnail ** 2 * 3)
  for (let example = 0; example < training.count; example++) {
    for (const { language, text } of training.record(example).captions) {
      captions[language].push({ example, words: [...new Set(splitWords(text))] })
    }
    const picture = training.pixels(example)
    pictures.push(picture)
    small.set(shrunk(picture, training.side), example * thumbnail ** 2 * 3)
    onProgress(example + 1)
  }
  const search = { en: wordSearch(captions.en), fr: wordSearch(captions.fr) }
  return {
    nearestByCaption: (text, language) => search[language](text),
    nearestDistance(picture) {
      const own = shrunk(picture, training.side)
      const rough = Array.from({ length: training.count }, (_, example) => {
        return { example, distance: difference(own, small, example * own.length) }
      })
      rough.sort((a, b) => a.distance - b.distance)
      return Math.min(
        ...rough.slice(0, comparedInFull).map(({ example }) => difference(picture, pictures[example]!, 0)),
      )
    },
  }
}

/** Cosine between bags of words, each word weighing what it tells (inverse document frequency). */
function wordSearch(captions: readonly CaptionOf[]): (text: string) => number {
  const places = new Map<string, number[]>()
  for (const [place, { words }] of captions.entries()) {
    for (const word of words) {
      const list = places.get(word)
      if (list === undefined) places.set(word, [place])
      else list.push(place)
    }
  }
  const weight = (word: string): number => Math.log((captions.length + 1) / ((places.get(word)?.length ?? 0) + 1))
  const lengths = captions.map(({ words }) => Math.sqrt(words.reduce((sum, word) => sum + weight(word) ** 2, 0)))
  return (text) => {
    const shared = new Map<number, number>()
    for (const word of new Set(splitWords(text))) {
      for (const place of places.get(word) ?? []) shared.set(place, (shared.get(place) ?? 0) + weight(word) ** 2)
    }
    let [best, at] = [-1, 0]
    for (const [place, sum] of shared) {
      const likeness = sum / (lengths[place]! || 1)
      if (likeness > best || (likeness === best && place < at)) [best, at] = [likeness, place]
    }
    return captions[at]?.example ?? 0
  }
}

function shrunk(picture: Uint8Array, side: number): Uint8Array {
  const cell = side / thumbnail
  const out = new Uint8Array(thumbnail ** 2 * 3)
  for (let row = 0; row < thumbnail; row++) {
    for (let column = 0; column < thumbnail; column++) {
      for (let c = 0; c < 3; c++) {
        let [sum, count] = [0, 0]
        for (let y = Math.floor(row * cell); y < (row + 1) * cell && y < side; y++) {
          for (let x = Math.floor(column * cell); x < (column + 1) * cell && x < side; x++, count++) {
            sum += picture[(y * side + x) * 3 + c]!
          }
        }
        out[(row * thumbnail + column) * 3 + c] = sum / count
      }
    }
  }
  return out
}

/** Mean absolute difference of `a` to the bytes of `b` from `start` on. */
function difference(a: Uint8Array, b: Uint8Array, start: number): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[start + i]!)
  return sum / a.length
}

/** The training picture that each prompt would be answered with. */
export const nearestExamples = (index: TrainingIndex, prompts: readonly SuitePrompt[]): number[] =>
  prompts.map(({ text, language }) => index.nearestByCaption(text, language))
