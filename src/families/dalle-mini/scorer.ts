/** How well pictures match a text: the angle between their vectors, and the probability it stands for. */
import type { ScoredCandidate, Scorer } from '../../generate/contracts.ts'
import type { PictureScore } from '../../image/recipe-metadata.ts'
import { type ImageTokenizerSettings, tokenCount } from '../../networks/image-tokenizer.ts'
import type { ScorerSettings } from '../../networks/scorer.ts'
import type { Session, Value } from '../../runtime/index.ts'
import type { Tokenizer } from '../../text/tokenizer.ts'
import { evenRows, inBatches, picturesAtOnce, stackCodes, stackPictures } from './batches.ts'
import type { Calibration } from './settings.ts'

export type ScorerParts = {
  readonly settings: ScorerSettings
  readonly imageTokenizer: ImageTokenizerSettings
  readonly tokenizer: Tokenizer
  readonly calibration: Calibration | null
  readonly text: Promise<Session>
  readonly picture: Promise<Session>
}

/** A score is 100 times the cosine, -100 to 100, as CLIP's users are used to. */
const scale = 100

/** Rows, each text twice: a run of one row would round otherwise than a run of more. */
const textRows = evenRows(1)

export function createScorer(parts: ScorerParts): Scorer {
  const { settings, imageTokenizer, tokenizer, calibration } = parts
  const imageLength = tokenCount(imageTokenizer)
  const reads = 'codes' in settings.reads ? 'tokens' : 'pixels'

  async function embedText(text: string): Promise<Float32Array> {
    const { ids, mask } = tokenizer.encode(text)
    const shape = [textRows, tokenizer.length]
    const twice = <T>(row: readonly T[]): T[] => [...row, ...row]
    const session = await parts.text
    const { vectors } = await session.run(
      {
        text: { type: 'int32', shape, data: Int32Array.from(twice(ids)) },
        visible: { type: 'float32', shape, data: Float32Array.from(twice(mask)) },
      },
      { fetch: ['vectors'] },
    )
    return (vectors!.data as Float32Array).slice(0, settings.embedding)
  }

  const pictureInput = (batch: readonly ScoredCandidate[]): Value =>
    reads === 'tokens'
      ? stackCodes(
          batch.map(({ tokens }) => tokens),
          imageLength,
        )
      : stackPictures(
          batch.map(({ picture }) => picture),
          imageTokenizer.side,
          3,
        )

  async function score(text: string, candidates: readonly ScoredCandidate[], signal?: AbortSignal) {
    const wanted = await embedText(text)
    const scores: PictureScore[] = []
    for (const batch of inBatches(candidates, picturesAtOnce(imageLength))) {
      const session = await parts.picture
      const options = signal === undefined ? {} : { signal }
      const { vectors } = await session.run({ picture: pictureInput(batch) }, { fetch: ['vectors'], ...options })
      const all = vectors!.data as Float32Array
      for (const i of batch.keys()) {
        let cosine = 0
        for (let j = 0; j < settings.embedding; j++) cosine += wanted[j]! * all[i * settings.embedding + j]!
        scores.push(toScore(scale * cosine, calibration))
      }
    }
    return scores
  }

  return { reads, score }
}

export function toScore(score: number, calibration: Calibration | null): PictureScore {
  const matchProbability =
    calibration === null ? null : 1 / (1 + Math.exp(-(calibration.slope * score + calibration.offset)))
  return { score, matchProbability }
}
