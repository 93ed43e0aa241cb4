/** How well pictures match a prompt: the angle between their vectors, and the probability it stands for. */
import type { PromptText, ScoredCandidate, Scorer } from '../../generate/contracts.ts'
import { centreSquare } from '../../image/centre-square.ts'
import type { PictureScore } from '../../image/recipe-metadata.ts'
import type { ClipSettings } from '../../networks/clip.ts'
import { type ImageTokenizerSettings, tokenCount } from '../../networks/image-tokenizer.ts'
import type { ScorerSettings } from '../../networks/scorer.ts'
import type { Session, Value } from '../../runtime/index.ts'
import { type Normaliser, normalise } from '../../text/normalise.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { evenRows, inBatches, picturesAtOnce, stackCodes, stackPictures } from './batches.ts'
import type { Calibration } from './settings.ts'

/** What the two networks of a scorer are given. */
export type ScorerInputs = {
  readonly reads: Scorer['reads']
  /** A prompt, once a row. */
  readonly text: (prompt: PromptText) => Readonly<Record<string, Value>>
  readonly pictures: (batch: readonly ScoredCandidate[]) => Value
  /** Pictures in one run. */
  readonly atOnce: number
  /** The products of their vectors times this are scores. */
  readonly scale: number
}

export type ScorerParts = {
  readonly inputs: ScorerInputs
  readonly calibration: Calibration | null
  readonly text: Promise<Session>
  readonly picture: Promise<Session>
}

export function createScorer({ inputs, calibration, ...parts }: ScorerParts): Scorer {
  const { reads, scale } = inputs

  async function vectorsOf(session: Session, given: Readonly<Record<string, Value>>, signal?: AbortSignal) {
    const options = signal === undefined ? {} : { signal }
    const { vectors } = await session.run(given, { fetch: ['vectors'], ...options })
    const size = vectors!.shape.at(-1)!
    return (row: number) => (vectors!.data as Float32Array).subarray(row * size, (row + 1) * size)
  }

  async function score(prompt: PromptText, candidates: readonly ScoredCandidate[], signal?: AbortSignal) {
    const wanted = (await vectorsOf(await parts.text, inputs.text(prompt)))(0)
    const scores: PictureScore[] = []
    for (const batch of inBatches(candidates, inputs.atOnce)) {
      const seen = await vectorsOf(await parts.picture, { picture: inputs.pictures(batch) }, signal)
      for (const i of batch.keys()) {
        const own = seen(i)
        let product = 0
        for (let j = 0; j < own.length; j++) product += wanted[j]! * own[j]!
        scores.push(toScore(scale * product, calibration))
      }
    }
    return scores
  }

  return { reads, score }
}

/** Rows, each the same text: a run of one row would round otherwise than a run of more. */
const textRows = evenRows(1)

const eachRow = <T>(row: readonly T[]): T[] => Array.from({ length: textRows }, () => row).flat()

const textInput = (ids: readonly number[]): Value => ({
  type: 'int32',
  shape: [textRows, ids.length],
  data: Int32Array.from(eachRow(ids)),
})

/** Of a scorer that was trained with the model. A score is 100 times the cosine, -100 to 100, as CLIP's users are used to. */
export function scorerInputs(
  settings: ScorerSettings,
  imageTokenizer: ImageTokenizerSettings,
  tokenizer: Tokenizer,
): ScorerInputs {
  const imageLength = tokenCount(imageTokenizer)
  const reads = 'codes' in settings.reads ? 'tokens' : 'pixels'
  return {
    reads,
    text({ normalisedPrompt }) {
      const { ids, mask } = tokenizer.encode(normalisedPrompt)
      const visible = Float32Array.from(eachRow(mask))
      return { text: textInput(ids), visible: { type: 'float32', shape: [textRows, mask.length], data: visible } }
    },
    pictures: (batch) =>
      reads === 'tokens'
        ? stackCodes(
            batch.map(({ tokens }) => tokens),
            imageLength,
          )
        : stackPictures(
            batch.map(({ picture }) => picture),
            imageTokenizer.side,
            3,
          ),
    atOnce: evenRows(picturesAtOnce(imageTokenizer)),
    scale: 100,
  }
}

/**
 * Of CLIP, which takes a prompt as it was typed, through a normaliser and a tokenizer of its own, and a picture of any size.
 * What is beyond the length of its texts it does not see. A score is the cosine times the scale that it learnt, which is
 * in the text's vector (`clipTextGraph`).
 */
export function clipInputs(
  settings: ClipSettings,
  text: { normaliser: Normaliser; tokenizer: Tokenizer },
): ScorerInputs {
  const { side } = settings.picture
  return {
    reads: 'pixels',
    text: ({ prompt }) => ({ text: textInput(text.tokenizer.encode(normalise(prompt, text.normaliser)).ids) }),
    pictures: (batch) =>
      stackPictures(
        batch.map(({ picture }) => picture && centreSquare(picture, side)),
        side,
        3,
      ),
    atOnce: 32,
    scale: 1,
  }
}

export function toScore(score: number, calibration: Calibration | null): PictureScore {
  const matchProbability =
    calibration === null ? null : 1 / (1 + Math.exp(-(calibration.slope * score + calibration.offset)))
  return { score, matchProbability }
}
