/**
 * The two published generators (Dayma et al. 2021), as settings of `dalle-mini.ts`. Both write the 16,384 codes of the
 * published VQGAN (vqgan.ts) and start a picture with token 16,384. Their tables have further rows that no picture ever
 * needs: one in the output of mini, and in mega what makes its table 16,416 rows long.
 */
import type { DalleMiniSettings } from './dalle-mini.ts'

const both = { textLength: 64, imageVocabulary: 16_384, imageLength: 256 } as const

/** `mini-1:v0`: 437,833,712 weights. */
export const dalleMini: DalleMiniSettings = {
  ...both,
  width: 1024,
  heads: 16,
  encoderLayers: 12,
  decoderLayers: 12,
  feedForward: 2730,
  textVocabulary: 50_264,
  tableRows: 16_385,
  initialDeviation: 0.02,
}

/** `mega-1:v16`: 2,587,521,024 weights. */
export const dalleMega: DalleMiniSettings = {
  ...both,
  width: 2048,
  heads: 32,
  encoderLayers: 24,
  decoderLayers: 24,
  feedForward: 4096,
  textVocabulary: 50_272,
  tableRows: 16_416,
  initialDeviation: 0.01,
}
