/** min-dalle's files as models of this project, and the work that drawing with such a model is. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generatorPrecisions, generatorToWrite } from '../../src/convert/convert-generator.ts'
import { publishedPrecisions } from '../../src/convert/convert-published.ts'
import {
  type PublishedFiles,
  publishedModel,
  releasedMega,
  releasedMini,
} from '../../src/families/dalle-mini/published/model.ts'
import { createParameters, input, type Tensor } from '../../src/graph/index.ts'
import { type Checkpoint, openCheckpoint } from '../../src/models/checkpoints/checkpoint.ts'
import { writeModel } from '../../src/models/model-folder.ts'
import { type DalleMiniSettings, encodeText, generatorStep, memoryOf } from '../../src/networks/dalle-mini.ts'
import { decodeCodes } from '../../src/networks/image-tokenizer.ts'
import { vqganImagenet } from '../../src/networks/vqgan.ts'
import type { Work } from './floor.ts'

/** `sample` has one layer of mini's each: to see whether everything works. */
export const sizes = ['mini', 'mega', 'sample'] as const
export type Size = (typeof sizes)[number]
export type StoredAs = 'fp32' | 'int8-rows' | 'int8'

export const released = {
  mini: releasedMini,
  mega: releasedMega,
  sample: { ...releasedMini, generator: { ...releasedMini.generator, encoderLayers: 1, decoderLayers: 1 } },
} as const

/** Where min-dalle looks for its files. */
export const placeOf = (size: Size): string => (size === 'mega' ? 'dalle_bart_mega' : 'dalle_bart_mini')

const ofText = (name: string) => readFile(new URL(`../../src/text/testing/${name}`, import.meta.url))

/** Writes the vocabulary of the tests in the files that min-dalle reads. */
export async function vocabularyFiles(): Promise<{ readonly vocabulary: Buffer; readonly merges: Buffer }> {
  const { model } = JSON.parse((await ofText('vectors/bart-tokenizer.json')).toString()) as {
    model: { vocab: Record<string, number>; merges: (string | [string, string])[] }
  }
  const merges = model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')))
  return {
    vocabulary: Buffer.from(JSON.stringify(model.vocab)),
    merges: Buffer.from(['#version: 0.2', ...merges, ''].join('\n')),
  }
}

/** Converts what `min_dalle_peer.py write` left in `folder`, as `neuf models pull` would. */
export async function convertMinDalle(folder: string, size: Size, precision: StoredAs, to: string): Promise<void> {
  const own = join(folder, placeOf(size))
  const paths = [`${own}/encoder.pt`, `${own}/decoder.pt`, join(folder, 'vqgan/detoker.pt'), join(folder, 'clip.bin')]
  const opened: Checkpoint[] = []
  try {
    for (const path of paths) opened.push(await openCheckpoint(path))
    const [encoder, decoder, imageTokenizer, scorer] = opened as [Checkpoint, Checkpoint, Checkpoint, Checkpoint]
    const files: PublishedFiles = {
      ...{ generator: { encoder, decoder }, imageTokenizer, scorer },
      tokenizer: await vocabularyFiles(),
      scorerTokenizer: { json: await ofText('vectors/clip-tokenizer.json') },
      words: await ofText('word-frequencies.txt'),
      card: '# Random weights\n',
    }
    const settings = { ...released[size], precision: publishedPrecisions(precision) }
    const model = publishedModel(files, settings)
    const stream = (name: 'imageTokenizer' | 'scorer') => {
      const { weights: read, ...network } = model.networks[name]
      return { ...network, weights: { shapes: network.shapes, read } }
    }
    const generator = await generatorToWrite(files.generator, settings.generator, precision)
    const networks = { generator, imageTokenizer: stream('imageTokenizer'), scorer: stream('scorer') }
    await writeModel(to, { ...model, networks })
  } finally {
    for (const checkpoint of opened) await checkpoint.close()
  }
}

/** Positions by which the cache grows. */
const bucket = 32

/**
 * What a grid of `grid` x `grid` pictures with guidance has to compute: the prompt and the empty one, each position of all
 * candidates, which attend to those before it, and the pictures.
 */
export function workOf(generator: DalleMiniSettings, grid: number, precision: StoredAs): Work[] {
  const p = createParameters
  const stored = generatorPrecisions(precision)
  const { textLength, imageLength, decoderLayers, heads, width } = generator
  const [groups, candidates] = [2, grid * grid]
  const visible = input('visible', [groups, textLength])
  const memory = memoryOf(
    p(),
    generator,
    encodeText(p(), generator, input('text', [groups, textLength], 'int32'), visible),
  )
  const layers = Array.from({ length: decoderLayers }, (_, layer) => layer)
  const ofHeads = (name: string, length: number): Tensor => input(name, [groups, heads, length, width / heads])
  const step = (capacity: number): Work => {
    const past = (name: string) => input(name, [groups, candidates, heads, capacity, width / heads])
    const { logits, present } = generatorStep(p(), generator, {
      tokens: input('tokens', [groups, candidates], 'int32'),
      position: input('position', [1], 'int32'),
      visible,
      memory: layers.map((i) => ({
        keys: ofHeads(`keys.${i}`, textLength),
        values: ofHeads(`values.${i}`, textLength),
      })),
      past: layers.map((i) => {
        return { keys: past(`past.keys.${i}`), values: past(`past.values.${i}`), mask: input(`mask.${i}`, [capacity]) }
      }),
    })
    // Position p attends to the p before it: on average so many of those that there is room for.
    const filled = (capacity - (bucket + 1) / 2) / capacity
    const outputs = [logits, ...present.flatMap(({ keys, values }) => [keys, values])]
    return { outputs, times: bucket, stored, filled }
  }
  const picture = decodeCodes(p(), vqganImagenet, input('codes', [1, imageLength], 'int32'))
  return [
    { outputs: memory.flatMap(({ keys, values }) => [keys, values]), times: 1, stored },
    ...Array.from({ length: imageLength / bucket }, (_, i) => step((i + 1) * bucket)),
    { outputs: [picture], times: candidates, stored: 'fp32' },
  ]
}
