/** Pictures of a corpus as a network's input, and how far a picture that was given back is from the one that went in. */
import type { Corpus } from '../corpus/read.ts'
import { abs, add, meanOfAll, mul, slice, sub, type Tensor } from '../graph/index.ts'
import type { Pixels } from '../image/pixels.ts'
import { picturesOf } from '../image/transparency.ts'
import type { Value } from '../runtime/index.ts'

/**
 * uint8 [examples, side, side, channels]: red, green and blue as seen on white, and with 4 channels how opaque a pixel is
 * (255 throughout where the corpus keeps no transparency).
 */
export function pictureBatch(corpus: Corpus, examples: readonly number[], channels: 3 | 4 = 3): Value {
  const places = corpus.side * corpus.side
  const data = new Uint8Array(examples.length * places * channels)
  for (const [i, example] of examples.entries()) {
    const pixels = corpus.pixels(example)
    if (channels === 3) {
      data.set(pixels, i * places * 3)
      continue
    }
    const alpha = corpus.alpha(example)
    for (let at = 0; at < places; at++) {
      const to = (i * places + at) * 4
      data[to] = pixels[at * 3]!
      data[to + 1] = pixels[at * 3 + 1]!
      data[to + 2] = pixels[at * 3 + 2]!
      data[to + 3] = alpha === null ? 255 : alpha[at]!
    }
  }
  return { type: 'uint8', shape: [examples.length, corpus.side, corpus.side, channels], data }
}

/** A picture of a corpus as a model takes and gives it, with its clear parts where the model has such. */
export const pictureOf = (corpus: Corpus, example: number, channels: 3 | 4): Pixels =>
  picturesOf(pictureBatch(corpus, [example], channels).data as Uint8Array, corpus.side, channels)[0]!

/** The difference of each pixel to the next along an axis of [batch, side, side, channels]. */
function differences(x: Tensor, axis: number): Tensor {
  const length = x.shape[axis] as number
  return sub(slice(x, axis, 1, length), slice(x, axis, 0, length - 1))
}

/**
 * The loss of a picture against its target, both [batch, side, side, channels] in -1..1: mean absolute error of the pixels,
 * and of the differences between neighbours so that edges stay sharp. `squared` is the mean squared error.
 */
export function pictureError(picture: Tensor, target: Tensor) {
  const error = sub(picture, target)
  const pixelLoss = meanOfAll(abs(error))
  const edgeLoss = add(meanOfAll(abs(differences(error, 1))), meanOfAll(abs(differences(error, 2))))
  return { loss: add(pixelLoss, edgeLoss), metrics: { pixelLoss, edgeLoss, squared: meanOfAll(mul(error, error)) } }
}
