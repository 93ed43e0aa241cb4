/** Learning the generator: each picture's tokens from its caption and the tokens before, by cross-entropy. */
import { crossEntropy, input, meanOfAll, type Parameters } from '../graph/index.ts'
import { codesAtPosition, type DalleMiniSettings, generator, startToken, tokenOf } from '../networks/dalle-mini.ts'
import { philoxBelow, philoxUniform } from '../random/philox.ts'
import type { Value } from '../runtime/index.ts'
import type { CaptionIds } from './caption-ids.ts'
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
  data: { readonly codes: Uint16Array; readonly captions: CaptionIds },
  options: { readonly validationCount: number; readonly dropCaption: number; readonly seed: number },
): Objective {
  const { imageLength } = settings
  const { codes, captions } = data
  const { validationCount, dropCaption, seed } = options
  const count = codes.length / imageLength - validationCount

  const places = codesAtPosition(settings)

  /** The codes themselves, what the decoder reads of them, and where a position has several, all of their tokens. */
  function codeInputs(examples: readonly number[]): Record<string, Value> {
    const size = examples.length * imageLength
    const [shifted, tokens, targets] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)]
    for (const [i, example] of examples.entries()) {
      const at = i * imageLength
      const row = codes.subarray(example * imageLength, (example + 1) * imageLength)
      targets.set(row, at)
      tokens.set(
        Int32Array.from(row, (code, j) => tokenOf(settings, code, j % places)),
        at,
      )
      shifted.fill(startToken(settings), at, at + places)
      shifted.set(tokens.subarray(at, at + imageLength - places), at + places)
    }
    const value = (data: Int32Array<ArrayBuffer>): Value => ({
      type: 'int32',
      shape: [examples.length, imageLength],
      data,
    })
    const inputs = { shifted: value(shifted), targets: value(targets) }
    return places === 1 ? inputs : { ...inputs, tokens: value(tokens) }
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
      const several = places > 1 && { tokens: input('tokens', [batchSize, imageLength], 'int32') }
      const logits = generator(p, settings, { text, visible, shifted, ...several })
      return { loss: meanOfAll(crossEntropy(logits, targets)), metrics: {} }
    },
    batch(examples, draw) {
      const rows = examples.map((example, i) => {
        const dropped = philoxUniform(seed, draw + i, dropChoice) < dropCaption
        const caption = dropped ? -1 : philoxBelow(captions.count(example), seed, draw + i, captionChoice)
        return [example, caption] as const
      })
      return { ...captions.batch(rows), ...codeInputs(examples) }
    },
    validationBatch(examples) {
      const held = examples.map((example) => count + example)
      return { ...captions.batch(held.map((example) => [example, 0] as const)), ...codeInputs(held) }
    },
  }
}
