/** Learning the scorer: each picture's caption among those of its batch, and the other way (CLIP, Radford et al. 2021). */
import type { Corpus } from '../corpus/read.ts'
import { add, constant, crossEntropy, input, meanOfAll, mul, type Parameters, transpose } from '../graph/index.ts'
import { embedPicture, embedText, type ScorerSettings, similarities } from '../networks/scorer.ts'
import { philoxBelow } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { CaptionTable } from './caption-table.ts'
import type { Objective } from './objective.ts'
import { pictureBatch } from './tokenizer-objective.ts'

/** Added to the score of a pair that is not the row's own but matches as well: it must not count as wrong. */
const sameContent = -1e9

const captionChoice = 1
const neighbourChoice = 3

/** What a caption always says of a scene; pictures that agree in it cannot be told apart by their captions. */
const contentOf = (corpus: Corpus, example: number): string => {
  const { things, relation } = corpus.record(example).scene
  return JSON.stringify([things, relation ?? null])
}

/**
 * Half of each batch is a second scene with the same first thing as its partner, so that the scorer learns to tell a red
 * kangaroo from one made of cheese and not only a kangaroo from a car. `codes` are read where the settings say so.
 */
export function scorerObjective(
  corpus: Corpus,
  settings: ScorerSettings,
  data: { readonly codes?: Uint16Array; readonly codesLength?: number; readonly captions: CaptionTable },
  options: { readonly validationCount: number; readonly textLength: number; readonly seed: number },
): Objective {
  const { captions } = data
  const { validationCount, seed, textLength } = options
  const count = corpus.count - validationCount
  const contents = Array.from({ length: corpus.count }, (_, example) => contentOf(corpus, example))
  const first = Array.from({ length: corpus.count }, (_, i) => corpus.record(i).scene.things[0]!.concept)
  const byConcept = Map.groupBy(Array(count).keys(), (example) => first[example]!)

  function pictures(examples: readonly number[]): Value {
    if ('pixels' in settings.reads) return pictureBatch(corpus, examples)
    const length = data.codesLength!
    const codes = new Int32Array(examples.length * length)
    for (const [i, example] of examples.entries()) {
      codes.set(data.codes!.subarray(example * length, (example + 1) * length), i * length)
    }
    return { type: 'int32', shape: [examples.length, length], data: codes }
  }

  function same(examples: readonly number[]): Value {
    const size = examples.length
    const mask = new Float32Array(size * size)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        if (i !== j && contents[examples[i]!] === contents[examples[j]!]) mask[i * size + j] = sameContent
      }
    }
    return { type: 'float32', shape: [size, size], data: mask }
  }

  const whole = (examples: readonly number[], caption: (example: number, i: number) => number) => ({
    ...captions.batch(examples.map((example, i) => [example, caption(example, i)] as const)),
    picture: pictures(examples),
    same: same(examples),
  })

  return {
    name: 'scorer',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const text = input('text', [batchSize, textLength], 'int32')
      const visible = input('visible', [batchSize, textLength])
      const picture =
        'pixels' in settings.reads
          ? input('picture', [batchSize, corpus.side, corpus.side, 3], 'uint8')
          : input('picture', [batchSize, data.codesLength!], 'int32')
      const texts = embedText(p, settings, text, visible)
      const scores = add(
        similarities(p, texts, embedPicture(p, settings, picture)),
        input('same', [batchSize, batchSize]),
      )
      const own = constant([...Array(batchSize).keys()], [batchSize], 'int32')
      const byText = meanOfAll(crossEntropy(scores, own))
      const byPicture = meanOfAll(crossEntropy(transpose(scores, [1, 0]), own))
      return { loss: mul(add(byText, byPicture), 0.5), metrics: { byText, byPicture } }
    },
    batch(examples, draw) {
      const chosen = examples.map((example, i) => {
        if (i % 2 === 0) return example
        const others = byConcept.get(first[examples[i - 1]!]!)!
        return others[philoxBelow(others.length, seed, draw + i, neighbourChoice)]!
      })
      return whole(chosen, (example, i) => philoxBelow(captions.count(example), seed, draw + i, captionChoice))
    },
    validationBatch(examples) {
      return whole(
        examples.map((example) => count + example),
        () => 0,
      )
    },
  }
}
