/** What `--json` prints of a drawing: one object, the same names everywhere. */
import { createHash } from 'node:crypto'
import type { GenerateResult } from '../generate/generate.ts'
import { pixelSha256 } from '../image/codec.ts'
import type { WrittenFiles } from './picture-files.ts'

export function describeResult(
  result: GenerateResult,
  { sheet, page, files }: Omit<WrittenFiles, 'folder'>,
  timings: Readonly<Record<string, number>>,
) {
  const ranks = new Map(result.chosen.map(({ index }, i) => [index, i + 1]))
  const { prompt, normalisedPrompt, unknownWords, likelySlips, wordless, cut, seed, sampling, model, engine } = result
  return {
    prompt,
    normalisedPrompt,
    unknownWords,
    likelySlips,
    wordless,
    /** The end of the prompt that the model could not read, or null. */
    cut,
    seed,
    sampling,
    model,
    engine,
    candidates: result.candidates.map(({ index, score, tokens, picture }) => {
      const file = files.get(index)
      const chosen = ranks.has(index)
      return {
        index,
        score: score.score,
        matchProbability: score.matchProbability,
        chosen,
        /** Among the chosen, 1 the best; null for the others. Single pictures are named by it. */
        rank: ranks.get(index) ?? null,
        tokensSha256: tokensSha256(tokens),
        ...(chosen && picture !== null && { pixelSha256: pixelSha256(picture) }),
        ...(file !== undefined && { file }),
      }
    }),
    sheet,
    /** The page that holds the pictures, where one was asked for in place of files. */
    page,
    /** Milliseconds. */
    timings: Object.fromEntries(Object.entries(timings).map(([part, time]) => [part, Math.round(time * 10) / 10])),
  }
}

/** SHA-256 of image tokens as 16-bit little-endian numbers, in hexadecimal. */
export function tokensSha256(tokens: Uint16Array): string {
  const bytes = new Uint8Array(tokens.length * 2)
  const view = new DataView(bytes.buffer)
  for (const [i, token] of tokens.entries()) view.setUint16(2 * i, token, true)
  return createHash('sha256').update(bytes).digest('hex')
}
