/** The stages that end with every picture's image tokens: a codebook by k-means or a learned encoder, then encoding. */
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { type CodebookTokenizerSettings, patchLength } from '../networks/codebook-tokenizer.ts'
import { codeCount, isLearned, type TrainedTokenizerSettings, tokenCount } from '../networks/image-tokenizer.ts'
import { levelsOfCodes } from '../networks/learned-tokenizer.ts'
import type { Engine } from '../runtime/index.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { cannotWrite, systemCode } from '../storage/file-fault.ts'
import { fileExists, readTensors, writeTensors } from './checkpoint.ts'
import { makeCodebook } from './codebook.ts'
import { codebookUse, encodeCorpus } from './encode-corpus.ts'
import type { Weights } from './initial-weights.ts'
import type { MakingSettings, Stage } from './make-model.ts'

type Progress = NonNullable<MakingSettings['onProgress']>

/** A tokenizer's weights: those that decide the codes, and the others. */
export function splitTokenizer(weights: Weights): { readonly codes: Weights; readonly decoder: Weights } {
  const isDecoder = (name: string): boolean => name.startsWith('decoder.')
  return {
    codes: new Map([...weights].filter(([name]) => !isDecoder(name))),
    decoder: new Map([...weights].filter(([name]) => isDecoder(name))),
  }
}

/** What each code stands for, [codes, numbers]: patches, or levels in -1..1. `weights` hold the codebook where there is one. */
export function codeVectorsOf(settings: TrainedTokenizerSettings, weights: Weights): Float32Array<ArrayBuffer> {
  if (!isLearned(settings)) return new Float32Array(weights.get('codebook')!.data)
  const { quantiser } = settings
  return levelsOfCodes(quantiser).map((level, i) => (2 * level) / (quantiser[i % quantiser.length]! - 1) - 1)
}

/** The codebook: an earlier model's, or made now. */
export async function makeCodebookStage(
  engine: Engine,
  { recipe, corpus, folder, from }: MakingSettings,
  settings: CodebookTokenizerSettings,
  progress: Progress,
): Promise<Weights> {
  const path = join(folder, 'codebook.safetensors')
  if (await fileExists(path)) return (await readTensors(path)).tensors
  if (from !== undefined) return from.codes
  const { codebook } = recipe
  if (codebook === undefined) throw new RangeError('a recipe whose image tokenizer has a codebook says how it is made')
  const count = corpus.count - recipe.corpus.validationCount
  const data = await makeCodebook(engine, corpus, count, settings, codebook, (iteration, error) =>
    progress('codebook', iteration, codebook.iterations, `squared error ${error.toFixed(4)}`),
  )
  const made = new Map([['codebook', { shape: [settings.codes, patchLength(settings)], data }]])
  await writeTensors(path, made, {})
  return made
}

/**
 * Every picture's image tokens, [corpus.count, tokens]; `weights` decide the codes. Written as they come, so that a run that was
 * stopped goes on with the next picture.
 */
export async function makeImageTokens(
  engine: Engine,
  { recipe, corpus, folder, signal }: MakingSettings,
  weights: Weights,
  progress: Progress,
): Promise<Uint16Array<ArrayBuffer>> {
  const stage: Stage = 'image-tokens'
  const path = join(folder, 'image-tokens.bin')
  const partial = join(folder, 'image-tokens.partial')
  const { settings } = recipe.imageTokenizer
  const bytesOfPicture = 2 * tokenCount(settings)
  const length = corpus.count * tokenCount(settings)
  if (await fileExists(path)) return readCodes(path, length)
  const file = await open(partial, 'a+').catch((cause: unknown) => {
    throw cannotWrite(partial, cause)
  })
  try {
    const first = Math.min(corpus.count, Math.floor((await file.stat()).size / bytesOfPicture))
    // A picture that was written in part is written again.
    await file.truncate(first * bytesOfPicture)
    const onCodes = async (codes: Uint16Array<ArrayBuffer>, done: number): Promise<void> => {
      await file.appendFile(new Uint8Array(codes.buffer))
      progress(stage, done, corpus.count, '')
    }
    await encodeCorpus(engine, corpus, settings, weights, onCodes, { first, signal })
  } catch (cause) {
    throw systemCode(cause) === undefined ? cause : cannotWrite(partial, cause)
  } finally {
    await file.close()
  }
  const codes = await readCodes(partial, length)
  const use = codebookUse(codes, codeCount(settings))
  await atomicWrite(join(folder, 'image-tokens.jsonl'), `${JSON.stringify(use)}\n`)
  await rename(partial, path)
  return codes
}

export async function readCodes(path: string, length: number): Promise<Uint16Array<ArrayBuffer>> {
  const bytes = await readFile(path)
  if (bytes.byteLength !== 2 * length) {
    const why = `it has ${bytes.byteLength} bytes instead of ${2 * length}`
    throw new NeufError('file-unreadable', { path, why, todo: 'Remove it; it will be made again.' })
  }
  return new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}
