/** A model that draws nothing: for tests that look at its description and its files alone. */
import type { ModelToWrite } from '../model-folder.ts'

export const plainModel: ModelToWrite = {
  name: 'small',
  family: 'dalle-mini',
  imageSide: 64,
  imageTokens: { length: 64, codes: 4096 },
  text: { length: 32, normaliser: 'plain' },
  sampling: { temperature: 1, topK: 50, guidance: 2.5, candidates: 32 },
  calibration: {},
  networks: {},
  files: {},
}
