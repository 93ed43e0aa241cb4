/** A file with the names and shapes of a published DALL·E mini or mega (Flax, layers scanned) and noise for weights. */
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import type { DalleMiniSettings } from '../../src/networks/dalle-mini.ts'
import { philoxNormals } from '../../src/random/philox.ts'

type Tree = { readonly [name: string]: Tree | readonly number[] }

/** Sizes of the published models. */
export const publishedSettings = {
  mini: settingsOf({ width: 1024, heads: 16, layers: 12, feedForward: 2730, textVocabulary: 50_264 }),
  mega: settingsOf({ width: 2048, heads: 32, layers: 24, feedForward: 4096, textVocabulary: 50_272 }),
} as const

/** Tokens of the published tables that stand for no code: the start token, and what mega was rounded up by. */
const furtherTokens = (width: number): number => (width === 2048 ? 31 : 0)

function settingsOf({
  layers,
  ...sizes
}: Record<'width' | 'heads' | 'layers' | 'feedForward' | 'textVocabulary', number>) {
  return {
    ...sizes,
    imageVocabulary: 16_384,
    encoderLayers: layers,
    decoderLayers: layers,
    textLength: 64,
    imageLength: 256,
    initialDeviation: 0.02,
  }
}

function treeOf({ width, feedForward, ...settings }: DalleMiniSettings): Tree {
  const side = (layers: number, name: 'Encoder' | 'Decoder', tokens: number, positions: number): Tree => {
    const kernel = (inputs: number, outputs: number) => ({ kernel: [layers, inputs, outputs] })
    const bias = (size = width) => ({ bias: [layers, size] })
    const both = () => ({ scale: [layers, width], ...bias() })
    const attention = () =>
      Object.fromEntries(['k_proj', 'out_proj', 'q_proj', 'v_proj'].map((p) => [p, kernel(width, width)]))
    const cross = { FlaxBartAttention_1: attention(), LayerNorm_2: bias(), LayerNorm_3: both() }
    return {
      embed_positions: { embedding: [positions, width] },
      embed_tokens: { embedding: [tokens, width] },
      final_ln: { bias: [width] },
      layernorm_embedding: { bias: [width], scale: [width] },
      layers: {
        [`FlaxBart${name}Layers`]: {
          FlaxBartAttention_0: attention(),
          GLU_0: {
            Dense_0: kernel(width, feedForward),
            Dense_1: kernel(width, feedForward),
            Dense_2: kernel(feedForward, width),
            LayerNorm_0: bias(),
            LayerNorm_1: bias(feedForward),
          },
          LayerNorm_0: bias(),
          LayerNorm_1: both(),
          ...(name === 'Decoder' && cross),
        },
      },
    }
  }
  const { encoderLayers, decoderLayers, textVocabulary, textLength, imageLength } = settings
  const imageVocabulary = settings.imageVocabulary + furtherTokens(width)
  return {
    // Its outputs have one for the start token, too, which is never drawn.
    lm_head: { kernel: [width, imageVocabulary + 1] },
    model: {
      decoder: side(decoderLayers, 'Decoder', imageVocabulary + 1, imageLength),
      encoder: side(encoderLayers, 'Encoder', textVocabulary, textLength),
    },
  }
}

const big = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) % 256)
const text = (value: string): number[] => [0xda, ...big(value.length, 2), ...new TextEncoder().encode(value)]

/**
 * Writes the file. With `noise` every weight is a number of deviation 0.02 (a megabyte of them again and again); without, the
 * weights are a hole in the file and read as zeros, so that it takes no place on the disk.
 * @returns the number of weights
 */
export function writePublished(path: string, settings: DalleMiniSettings, noise: boolean): number {
  const block = new Float32Array(2 ** 18)
  for (let i = 0; i < block.length; i++) block[i] = 0.02 * philoxNormals(1, 0, i)[0]
  const bytes = new Uint8Array(block.buffer)
  const file = openSync(path, 'w')
  let at = 0
  let weights = 0
  const put = (head: readonly number[]) => {
    at += writeSync(file, Uint8Array.from(head), 0, head.length, at)
  }
  const write = (tree: Tree | readonly number[]): void => {
    if (!Array.isArray(tree)) {
      const entries = Object.entries(tree as Tree)
      put([0xde, ...big(entries.length, 2)])
      for (const [name, child] of entries) {
        put(text(name))
        write(child)
      }
      return
    }
    const shape = tree as readonly number[]
    const count = shape.reduce((a, b) => a * b, 1)
    const about = [0x93, 0x90 + shape.length, ...shape.flatMap((size) => [0xce, ...big(size, 4)]), ...text('float32')]
    put([0xc9, ...big(about.length + 5 + count * 4, 4), 1, ...about, 0xc6, ...big(count * 4, 4)])
    for (let done = 0; noise && done < count * 4; done += bytes.length) {
      writeSync(file, bytes, 0, Math.min(bytes.length, count * 4 - done), at + done)
    }
    at += count * 4
    weights += count
  }
  try {
    write(treeOf(settings))
    ftruncateSync(file, at)
  } finally {
    closeSync(file)
  }
  return weights
}
