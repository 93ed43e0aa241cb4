/**
 * Neuf as a library: prompts to pictures.
 *
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 * import { encodePng, openNeuf } from 'neuf'
 *
 * await using neuf = await openNeuf()
 * const { chosen } = await neuf.draw({ prompt: 'a kangaroo made of cheese', seed: 7 })
 * await writeFile('kangaroo.png', encodePng(chosen[0].picture))
 * ```
 */
import { isLarge, openFamily } from './families/open.ts'
import {
  type GenerateEvent,
  type GenerateOptions,
  type GenerateRequest,
  type GenerateResult,
  generate,
  generateResult,
} from './generate/generate.ts'
import type { Pixels } from './image/pixels.ts'
import type { PictureScore } from './image/recipe-metadata.ts'
import { defaultModel, findModel } from './models/find-model.ts'
import { openModel } from './models/model-folder.ts'
import type { Device } from './runtime/node/devices.ts'
import { createNodeEngines } from './runtime/node/engines.ts'
import { normalise } from './text/normalise.ts'

export { type FaultCode, NeufError } from './errors/errors.ts'
export { chooseBest, expectedMatches, probablyNone } from './generate/choose.ts'
export type {
  Candidate,
  DrawingModel,
  KeptTokens,
  PromptText,
  Sampler,
  SamplingSettings,
  Scorer,
} from './generate/contracts.ts'
export {
  type ChosenCandidate,
  type DrawnCandidate,
  type GenerateEvent,
  type GenerateRequest,
  type GenerateResult,
  generate,
  generateResult,
} from './generate/generate.ts'
export { recipeOf, recordOf } from './generate/recipe.ts'
export type { UnfinishedPicture } from './generate/unfinished.ts'
export { decodePicture, encodePng, pixelSha256 } from './image/codec.ts'
export type { Pixels } from './image/pixels.ts'
export { type PictureRecord, type PictureScore, type Recipe, readRecipe, writeRecipe } from './image/recipe-metadata.ts'
export { resize, upscale } from './image/resize.ts'
export { composeSheet } from './image/sheet.ts'
export { type Device, findDevice } from './runtime/node/devices.ts'

export type OpenSettings = {
  /** A model's name or folder. Default: `defaultModel`, which comes with neuf. */
  readonly model?: string
  /** Threads that compute. Default: one a processor. */
  readonly threads?: number
  /** What computes, as `findDevice` found it. Default: the processor. */
  readonly device?: Device
  /** The folder that a relative `model` starts from. Default: the process's. */
  readonly folder?: string
}

/** What else is told on the way. */
export type Show = Pick<GenerateOptions, 'showBest' | 'showUnfinished'>

/** A model ready to draw, and the engine it draws with. */
export type Neuf = AsyncDisposable & {
  readonly model: { readonly name: string; readonly sha256: string }
  /** What a candidate's bits may depend on besides its recipe. */
  readonly engine: string
  /** Width and height of a picture, pixels. */
  readonly side: number
  /** Draws candidates and chooses the best. @throws NeufError for a prompt or a number that cannot be, `cancelled` */
  draw(request: GenerateRequest, signal?: AbortSignal): Promise<GenerateResult>
  /**
   * The same, saying what happens as it does; the last event holds the result. With `showUnfinished`, a share of the time from 0 to 1,
   * also pictures of candidates that are still being drawn, which changes none of them.
   */
  events(request: GenerateRequest, signal?: AbortSignal, show?: Show): AsyncGenerator<GenerateEvent, void, undefined>
  /** Pictures from their image tokens. @throws RangeError for tokens that are not this model's */
  decode(tokens: readonly Uint16Array[]): Promise<Pixels[]>
  /** How well pictures of side x side, RGB, match a text. */
  score(text: string, pictures: readonly Pixels[]): Promise<PictureScore[]>
  /** Ends the engine's thread. `await using` does it by itself. */
  dispose(): Promise<void>
}

/** Opens a model on an engine of its own. @throws NeufError `model-missing`, `model-broken`, `weights-broken` */
export async function openNeuf({
  model: name = defaultModel,
  threads,
  device,
  folder = process.cwd(),
}: OpenSettings = {}): Promise<Neuf> {
  const model = await openModel(await findModel(name, { environment: process.env, folder }))
  const engines = createNodeEngines({
    one: isLarge(model),
    ...(threads !== undefined && { threads }),
    ...(device && { device }),
  })
  const dispose = async () => {
    await Promise.all(engines.map((engine) => engine.dispose()))
  }
  try {
    const opened = await openFamily(model, ...engines)
    const { sha256, side, sampler, prompts } = opened
    const options = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { signal })
    return {
      model: { name: opened.name, sha256 },
      engine: opened.engine,
      side,
      draw: (request, signal) => generateResult(request, opened, options(signal)),
      events: (request, signal, show) => generate(request, opened, { ...options(signal), ...show }),
      decode: (tokens) => sampler.decode(tokens),
      score: (prompt, pictures) =>
        opened.scorePictures({ prompt, normalisedPrompt: normalise(prompt, prompts.normaliser) }, pictures),
      dispose,
      [Symbol.asyncDispose]: dispose,
    }
  } catch (error) {
    await dispose()
    throw error
  }
}
