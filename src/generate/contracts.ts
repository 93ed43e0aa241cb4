/**
 * The contracts between `generate` and the families of models: a sampler turns a prompt into candidates, a scorer says
 * how well each matches it. Whatever draws and judges (a transformer now, diffusion later) hides behind these two.
 */
import type { Pixels } from '../image/pixels.ts'
import type { PictureScore } from '../image/recipe-metadata.ts'
import type { Normaliser } from '../text/normalise.ts'
import type { Tokenizer } from '../text/tokenizer.ts'
import type { WordList } from '../text/words.ts'

export type SamplingSettings = {
  /** Logits are divided by it: below 1 keeps to the likely, above 1 strays. 0 always takes the likeliest token. */
  readonly temperature: number
  /** Only the `topK` likeliest tokens, and those as likely as the last of them, can be drawn. 0: all can. */
  readonly topK: number
  /** Scale of classifier-free guidance; 1 is none and half the work. */
  readonly guidance: number
}

/** One picture in the making. */
export type Candidate = {
  readonly index: number
  /** The discrete codes that the picture is decoded from, in raster order. */
  readonly tokens: Uint16Array
}

/** A picture of which only a part is drawn: the image tokens that stay, and which those are. */
export type KeptTokens = {
  /** Of the whole picture, in raster order; what stands where nothing stays does not matter. */
  readonly tokens: Uint16Array
  /** As many: 1 where a token stays, 0 where one is drawn. */
  readonly kept: Uint8Array
}

/** One picture in the making, with the first of its tokens. */
export type UnfinishedCandidate = Candidate & {
  /** Tokens that it will have. */
  readonly of: number
}

export type SampleRequest = {
  /** Normalised. */
  readonly prompt: string
  readonly seed: number
  readonly sampling: SamplingSettings
  /** Which candidates to draw, each a whole number from 0, in any order. */
  readonly indices: readonly number[]
  /** What all of them have already; all is drawn unless told. */
  readonly keep?: KeptTokens
}

export type SampleEvent =
  /**
   * Work done, in units that are a matter of the sampler. `unfinished`: those of which something more was drawn, where a picture
   * can be made of it.
   */
  | {
      readonly kind: 'progress'
      readonly done: number
      readonly total: number
      readonly unfinished?: readonly UnfinishedCandidate[]
    }
  | { readonly kind: 'candidate'; readonly candidate: Candidate }

/**
 * Draws candidates. A candidate is a pure function of prompt, seed, sampling settings, kept tokens and its index: bit for bit the same
 * on one engine fingerprint, whichever others are drawn with it and in whatever order.
 */
export type Sampler = {
  /**
   * Draws the candidates asked for and gives each as soon as it is finished. A token that is drawn depends on the prompt and on the
   * tokens before it, kept ones among them.
   * @throws NeufError `cancelled` once the signal fires; RangeError for kept tokens that are none
   */
  sample(request: SampleRequest, signal?: AbortSignal): AsyncIterable<SampleEvent>
  /** The candidates' pictures, RGB, in the order of the tokens given. @throws RangeError for tokens that are none */
  decode(tokens: readonly Uint16Array[], signal?: AbortSignal): Promise<Pixels[]>
  /**
   * Pictures of what `sample` gave as unfinished, in the order given: what is drawn of them looks much as it will, the rest is made
   * up. Changes nothing of what is being drawn. Not every sampler can.
   */
  decodeUnfinished?(unfinished: readonly UnfinishedCandidate[], signal?: AbortSignal): Promise<Pixels[]>
}

/** A candidate as a scorer meets it: `picture` is there when the scorer reads pixels. */
export type ScoredCandidate = { readonly tokens: Uint16Array; readonly picture: Pixels | undefined }

/** A prompt as a person typed it, and as the model's normaliser left it: a scorer reads what it was trained to read. */
export type PromptText = { readonly prompt: string; readonly normalisedPrompt: string }

export type Scorer = {
  /** What it looks at. With `tokens`, only chosen candidates ever need decoding. */
  readonly reads: 'tokens' | 'pixels'
  /** How well each candidate matches a prompt, in the order given; a score depends on no other candidate. */
  score(prompt: PromptText, candidates: readonly ScoredCandidate[], signal?: AbortSignal): Promise<PictureScore[]>
}

/** How a model takes its prompts. */
export type PromptSettings = {
  readonly normaliser: Normaliser
  readonly tokenizer: Tokenizer
  /** The words of the captions it was trained on, or null when the model does not tell. */
  readonly words: WordList | null
}

/** A model ready to draw: what a family makes of a model folder. */
export type DrawingModel = {
  readonly name: string
  /** Of the model, 64 hexadecimal digits. */
  readonly sha256: string
  /** The engine's fingerprint. */
  readonly engine: string
  readonly prompts: PromptSettings
  readonly sampler: Sampler
  readonly scorer: Scorer
  /** What the model was tuned for. */
  readonly defaults: SamplingSettings & { readonly candidates: number }
}
