/** Putting a published model together, and what is refused. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPixels } from '../../../image/pixels.ts'
import { type Checkpoint, readCheckpoint } from '../../../models/checkpoints/checkpoint.ts'
import { memoryCheckpoint } from '../../../models/checkpoints/testing/memory-checkpoint.ts'
import { memoryFile } from '../../../models/checkpoints/testing/memory-file.ts'
import { type ModelToWrite, openModel, writeModel } from '../../../models/model-folder.ts'
import type { Engine } from '../../../runtime/index.ts'
import { createNodeEngine } from '../../../runtime/node/engine.ts'
import { openFamily } from '../../open.ts'
import {
  asPublished,
  collected,
  publishedFiles,
  randomWeights,
  smallPublished,
  textFiles,
  torchBytes,
} from '../testing/published-files.ts'
import { publishedGenerator } from './generator.ts'
import { type PublishedFiles, publishedModel } from './model.ts'
import { publishedVqgan } from './vqgan.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-assembly-'))
let engine: Engine
let files: PublishedFiles
beforeAll(async () => {
  engine = createNodeEngine({ threads: 1 })
  files = (await publishedFiles(smallPublished)).files
})
afterAll(async () => {
  await engine.dispose()
  rmSync(folder, { recursive: true })
})

const small = { ...smallPublished, precision: { generator: 'int8', imageTokenizer: 'fp16', scorer: 'fp32' } } as const

/** As min-dalle has them: a file for the encoder and one for the decoder, VQGAN's decoder alone, vocabularies in two files. */
async function minDalleFiles(): Promise<PublishedFiles> {
  const open = (bytes: Uint8Array, path: string) => readCheckpoint(memoryFile(bytes, path))
  const empty = memoryCheckpoint(new Map(), 'x')
  const other = memoryCheckpoint(new Map(), 'y')
  const network = publishedGenerator({ encoder: empty, decoder: other }, small.generator)
  const weights = randomWeights(network, 9)
  const half = (checkpoint: Checkpoint) => {
    const own = [...weights].filter(([name, { shape }]) => network.find(name, shape).checkpoint === checkpoint)
    return torchBytes(asPublished(network, new Map(own)))
  }
  const bare = memoryCheckpoint(new Map([['embedding.weight', { shape: [0], data: new Float32Array(0) }]]), 'z')
  const vqgan = publishedVqgan(bare, { ...small.imageTokenizer, decoderOnly: true })
  const { model } = JSON.parse(new TextDecoder().decode(textFiles.tokenizer.json))
  const bytes = (text: string) => new TextEncoder().encode(text)
  const merges = ['#version: 0.2', ...model.merges.map((merge: string[]) => merge.join(' ')), '']
  return {
    ...files,
    generator: { encoder: await open(half(empty), 'encoder.pt'), decoder: await open(half(other), 'decoder.pt') },
    imageTokenizer: await open(torchBytes(asPublished(vqgan, randomWeights(vqgan, 8))), 'detoker.pt'),
    tokenizer: {
      vocabulary: bytes(JSON.stringify({ ...model.vocab, '<mask>': 406 })),
      merges: bytes(merges.join('\n')),
    },
  }
}

describe('publishedModel', () => {
  it('reads nothing before it is asked to, then a tensor at a time, in the order that it told', async () => {
    const asked: string[] = []
    const watched = (checkpoint: Checkpoint): Checkpoint => ({
      ...checkpoint,
      read: (name, part) => {
        asked.push(name)
        return checkpoint.read(name, part)
      },
    })
    const { generator, ...others } = files
    const { networks } = publishedModel(
      {
        ...others,
        generator: 'flax' in generator ? { flax: watched(generator.flax) } : generator,
        imageTokenizer: watched(files.imageTokenizer),
        scorer: watched(files.scorer),
      },
      small,
    )
    expect(asked).toEqual([])
    for (const network of Object.values(networks)) {
      // Twice: a writer may go through the weights again.
      for (let time = 0; time < 2; time++) {
        const shapes = new Map<string, readonly number[]>()
        for await (const [name, { shape, data }] of network.weights()) {
          expect(asked).toHaveLength(1)
          asked.length = 0
          shapes.set(name, shape)
          expect(data.length).toBe(shape.reduce((a, b) => a * b))
        }
        expect([...shapes]).toEqual([...network.shapes])
      }
    }
  })

  it('says which files and settings the texts need', () => {
    const { text, networks, files: own, sampling } = publishedModel(files, small)
    expect(text).toEqual({ length: 16, normaliser: 'dalle-mini', tokenizer: { kind: 'bart', file: 'tokenizer.json' } })
    const tokenizer = { kind: 'clip', file: 'clip-tokenizer.json' }
    expect(networks.scorer.settings.prompt).toEqual({ normaliser: 'none', tokenizer })
    const names = ['CARD.md', 'clip-tokenizer.json', 'enwiki-words-frequency.txt', 'tokenizer.json']
    expect(Object.keys(own).sort()).toEqual(names)
    expect(sampling).toEqual({ temperature: 1, topK: 50, guidance: 10, candidates: 10 })
    const readings = new TextEncoder().encode('{}')
    expect(publishedModel({ ...files, readings }, small).files['transliteration.json']).toBe(readings)
  })

  it("makes a model of min-dalle's files, which draws and cannot read pictures", async () => {
    const model = publishedModel(await minDalleFiles(), small)
    expect(Object.keys(model.files)).toEqual(
      expect.arrayContaining(['vocab.json', 'merges.txt', 'clip-tokenizer.json']),
    )
    expect(model.networks.imageTokenizer.settings.decoderOnly).toBe(true)
    await writeModel(join(folder, 'min-dalle'), await collected(model))
    const opened = await openFamily(await openModel(join(folder, 'min-dalle')), engine)
    const [picture] = await opened.sampler.decode([Uint16Array.from({ length: 256 }, (_, i) => i % 96)])
    expect(picture).toMatchObject({ width: 32, height: 32 })
    const prompt = { prompt: 'a cat', normalisedPrompt: ' a cat' }
    expect(await opened.scorePictures(prompt, [picture!])).toEqual([
      { score: expect.any(Number), matchProbability: null },
    ])
    await expect(opened.encode([createPixels(32, 32)])).rejects.toMatchObject({ code: 'model-cannot-encode' })
  })

  it('refuses checkpoints of other settings before a weight is read', () => {
    const { generator, imageTokenizer, scorer } = small
    const refused = (change: Partial<typeof small>, path: string) => {
      const error = expect.objectContaining({
        code: 'checkpoint-other-network',
        message: expect.stringContaining(path),
      })
      expect(() => publishedModel(files, { ...small, ...change } as typeof small)).toThrow(error)
    }
    refused({ generator: { ...generator, feedForward: 91 } }, 'flax_model.msgpack')
    refused({ imageTokenizer: { ...imageTokenizer, codes: 95 } }, 'vqgan.msgpack')
    refused({ scorer: { ...scorer, embedding: 13 } }, 'pytorch_model.bin')
    expect(() => publishedModel({ ...files, imageTokenizer: files.scorer }, small)).toThrow(/pytorch_model\.bin.*VQGAN/)
  })
})

describe('opening a model with CLIP', () => {
  let model: ModelToWrite
  beforeAll(async () => {
    model = await collected(publishedModel(files, smallPublished))
  })
  const opening = async (change: (settings: Record<string, unknown>) => void, more: ModelToWrite['files'] = {}) => {
    const settings = structuredClone(model.networks.scorer!.settings) as Record<string, unknown>
    change(settings)
    const networks = { ...model.networks, scorer: { ...model.networks.scorer!, settings } }
    await writeModel(join(folder, 'changed'), { ...model, networks, files: { ...model.files, ...more } })
    return openFamily(await openModel(join(folder, 'changed')), engine)
  }

  it('refuses texts that CLIP does not read, and names the field', async () => {
    const prompt = (change: object) => (settings: Record<string, unknown>) =>
      Object.assign(settings.prompt as object, change)
    const field = 'networks.scorer.settings.prompt'
    await expect(opening(prompt({ normaliser: 'other' }))).rejects.toThrow(`the field ${field}.normaliser is neither`)
    await expect(opening(prompt({ tokenizer: 'other' }))).rejects.toThrow(`the field ${field}.tokenizer is neither`)
    const few = (settings: Record<string, unknown>) => Object.assign(settings.text as object, { vocabulary: 648 })
    await expect(opening(few)).rejects.toThrow('the tokenizer has 649 tokens, scorer reads 648')
    const json = JSON.parse(new TextDecoder().decode(textFiles.scorerTokenizer.json))
    json.model.vocab.zzz = 700
    await expect(opening(() => {}, { 'clip-tokenizer.json': JSON.stringify(json) })).rejects.toThrow(
      'the token that ends a text of the scorer is 648, and the last of its tokenizer 700',
    )
  })
})
