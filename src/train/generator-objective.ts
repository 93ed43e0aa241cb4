/** Learning the generator: each picture's tokens from its caption and the tokens before, by cross-entropy. */
import { crossEntropy, input, meanOfAll, type Parameters } from '../graph/index.ts'
import { type DalleMiniSettings, generator, startToken } from '../networks/dalle-mini.ts'
import { philoxBelow, philoxUniform } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { CaptionTable } from './caption-table.ts'
import type { Objective } from './objective.ts'

/** Which of the independent random choices of a draw is made. */
const captionChoice = 1
const dropChoice = 2

/**
 * `codes` are the image tokens of every example, [examples, imageLength]. A share of the captions is replaced by the
 * empty text, so that guidance has something to compare with (Ho and Salimans 2022). The last `validationCount`
 * examples are kept apart.
 */
export function generatorObjective(
  settings: DalleMiniSettings,
  data: { readonly codes: Uint16Array; readonly captions: CaptionTable },
  options: { readonly validationCount: number; readonly dropCaption: number; readonly seed: number },
): Objective {
  const { imageLength } = settings
  const { codes, captions } = data
  const { validationCount, dropCaption, seed } = options
  const count = codes.length / imageLength - validationCount

  function tokens(examples: readonly number[]): { shifted: Value; targets: Value } {
    const shape = [examples.length, imageLength]
    const shifted = new Int32Array(examples.length * imageLength)
    const targets = new Int32Array(examples.length * imageLength)
    for (const [i, example] of examples.entries()) {
      const row = codes.subarray(example * imageLength, (example + 1) * imageLength)
      targets.set(row, i * imageLength)
      shifted[i * imageLength] = startToken(settings)
      shifted.set(row.subarray(0, imageLength - 1), i * imageLength + 1)
    }
    return { shifted: { type: 'int32', shape, data: shifted }, targets: { type: 'int32', shape, data: targets } }
  }

  return {
    name: 'generator',
    count,
    validationCount,
    build(p: Parameters, batchSize: number) {
      const text = input('text', [batchSize, settings.textLength], 'int32')
      const visible = input('visible', [batchSize, settings.textLength])
      const shifted = input('shifted', [batchSize, imageLength], 'int32')
      const targets = input('targets', [batchSize, imageLength], 'int32')
      return { loss: meanOfAll(crossEntropy(generator(p, settings, { text, visible, shifted }), targets)), metrics: {} }
    },
    batch(examples, draw) {
      const rows = examples.map((example, i) => {
        const dropped = philoxUniform(seed, draw + i, dropChoice) < dropCaption
        const caption = dropped ? -1 : philoxBelow(captions.count(example), seed, draw + i, captionChoice)
        return [example, caption] as const
      })
      return { ...captions.batch(rows), ...tokens(examples) }
    },
    validationBatch(examples) {
      const held = examples.map((example) => count + example)
      return { ...captions.batch(held.map((example) => [example, 0] as const)), ...tokens(held) }
    },
  }
}
