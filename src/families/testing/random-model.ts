/** A model folder of random weights: everything works as with a trained one, and the pictures are noise. */
import { smallSample } from '../../corpus/testing/small-art.ts'
import { createParameters, describeParameter, input, type Parameters } from '../../graph/index.ts'
import { type ModelToWrite, writeModel } from '../../models/model-folder.ts'
import type { JsonObject } from '../../models/model-json.ts'
import type { Precision } from '../../models/weights.ts'
import { type DalleMiniSettings, generator } from '../../networks/dalle-mini.ts'
import {
  channelsOf,
  codeCount,
  decodeCodes,
  encodePicture,
  gridOf,
  isLearned,
  type TrainedTokenizerSettings,
  tokenCount,
} from '../../networks/image-tokenizer.ts'
import { embedPicture, embedText, type ScorerSettings, similarities } from '../../networks/scorer.ts'
import { philoxNormals } from '../../random/philox.ts'
import { defaultNormaliser } from '../../text/normalise.ts'
import { trainBpe } from '../../text/train-bpe.ts'
import { writeWordList } from '../../text/word-list.ts'
import { collectWords } from '../../text/words.ts'

export type RandomModelSettings = {
  readonly generator: Omit<DalleMiniSettings, 'textVocabulary' | 'imageVocabulary' | 'imageLength'>
  readonly imageTokenizer: TrainedTokenizerSettings
  readonly scorer: Omit<ScorerSettings, 'textVocabulary' | 'reads'>
  /** What the scorer's picture tower reads. */
  readonly reads: 'codes' | 'pixels'
  readonly vocabularySize: number
  readonly precision: Precision
  readonly candidates: number
}

/** Small enough to draw in a test: 16 x 16 pixels, 4 x 4 image tokens of 60 codes. */
export const smallModel: RandomModelSettings = {
  generator: {
    width: 32,
    heads: 2,
    encoderLayers: 2,
    decoderLayers: 2,
    feedForward: 48,
    textLength: 12,
    initialDeviation: 0.2,
  },
  imageTokenizer: {
    side: 16,
    patch: [4, 4],
    codes: 60,
    decoder: {
      cell: 4,
      levels: [
        { width: 12, blocks: 1 },
        { width: 16, blocks: 1 },
      ],
    },
  },
  scorer: { width: 32, heads: 2, textLayers: 1, embedding: 16, stem: 8, stages: [{ width: 16, blocks: 1 }] },
  reads: 'codes',
  vocabularySize: 300,
  precision: 'int8',
  candidates: 4,
}

const captions = [
  'a red kangaroo',
  'two kangaroos made of cheese',
  'a blue elephant next to a cat',
  'un kangourou en fromage',
  'un chat rouge',
]

/** A network's parameters with random values: none is left zero or one, so that each has a say in what comes out. */
export function randomWeights(parameters: Parameters, seed: number) {
  return new Map(
    [...parameters.all()].map(([name, tensor], place) => {
      const { shape, initial } = describeParameter(tensor)
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
      const middle = initial === 'ones' ? 1 : 0
      const deviation = name === 'codebook' ? 0.5 : typeof initial === 'string' ? 0.1 : initial.normal
      for (let i = 0; i < data.length; i++) data[i] = middle + deviation * philoxNormals(seed, place, i)[0]
      return [name, { shape, data }] as const
    }),
  )
}

/** Writes the model into a folder and returns its sha256. */
export async function writeRandomModel(folder: string, settings = smallModel, seed = 1): Promise<string> {
  return writeModel(folder, randomModel(settings, seed))
}

export function randomModel(settings: RandomModelSettings, seed: number): ModelToWrite {
  const { imageTokenizer, reads, vocabularySize, precision } = settings
  const imageLength = tokenCount(imageTokenizer)
  const tokenizer = trainBpe(captions, { vocabularySize, minFrequency: 1 })
  const generatorSettings: DalleMiniSettings = {
    ...settings.generator,
    textVocabulary: vocabularySize,
    imageVocabulary: codeCount(imageTokenizer),
    imageLength,
  }
  const scorerSettings: ScorerSettings = {
    ...settings.scorer,
    textVocabulary: vocabularySize,
    reads:
      reads === 'codes'
        ? { codes: codeCount(imageTokenizer), grid: gridOf(imageTokenizer) }
        : {
            pixels: {
              cell: isLearned(imageTokenizer) ? imageTokenizer.levels[0]!.cell[0] : imageTokenizer.decoder.cell,
            },
          },
  }
  const { textLength } = generatorSettings
  const text = input('text', [1, textLength], 'int32')
  const visible = input('visible', [1, textLength])
  const codes = input('codes', [1, imageLength], 'int32')
  const pixels = input('pixels', [1, imageTokenizer.side, imageTokenizer.side, channelsOf(imageTokenizer)], 'uint8')
  const network = <S>(networkSettings: S, declare: (p: Parameters) => void, at: number) => {
    const parameters = createParameters()
    declare(parameters)
    const weights = randomWeights(parameters, seed + at)
    return { settings: networkSettings as S & JsonObject, weights, precision }
  }
  return {
    name: 'random',
    family: 'dalle-mini',
    imageSide: imageTokenizer.side,
    imageTokens: { length: tokenCount(imageTokenizer), codes: codeCount(imageTokenizer) },
    text: { length: textLength, normaliser: defaultNormaliser },
    sampling: { temperature: 1, topK: 20, guidance: 2, candidates: settings.candidates },
    calibration: { slope: 0.1, offset: 0 },
    networks: {
      generator: network(
        generatorSettings,
        (p) => generator(p, generatorSettings, { text, visible, shifted: codes, tokens: codes }),
        0,
      ),
      imageTokenizer: network(
        imageTokenizer,
        (p) => {
          encodePicture(p, imageTokenizer, pixels)
          decodeCodes(p, imageTokenizer, codes)
        },
        1,
      ),
      scorer: network(
        scorerSettings,
        (p) => {
          const texts = embedText(p, scorerSettings, text, visible)
          similarities(p, texts, embedPicture(p, scorerSettings, reads === 'codes' ? codes : pixels))
        },
        2,
      ),
    },
    files: {
      'tokenizer.json': JSON.stringify(tokenizer),
      'words.json': JSON.stringify(writeWordList(collectWords(captions))),
      'corpus.json': JSON.stringify({ side: imageTokenizer.side, count: 60, seed: 1, sample: smallSample }),
      'CARD.md': '# Random weights\n',
    },
  }
}
