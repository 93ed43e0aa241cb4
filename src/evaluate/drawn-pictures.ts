/** Pictures that a generator in training draws for captions of its corpus: what its scorer learns to choose among. */
import type { Corpus } from '../corpus/read.ts'
import { drawEach } from '../families/dalle-mini/draw-each.ts'
import { philoxBelow } from '../random/philox.ts'
import type { Engine } from '../runtime/index.ts'
import { normalise } from '../text/normalise.ts'
import type { MakingSettings } from '../train/make-model.ts'
import type { Recipe } from '../train/recipe.ts'

/** Beside the choices of src/train, of the same seed. */
const captionChoice = 101

/** Tokens are drawn by another key than examples and captions are picked by. */
const drawingKey = 0x5c0_4e4

/** Draws as people will have it drawn: with the recipe's sampling, one picture for a caption of each example. */
export function drawForScorer(
  engine: Engine,
  recipe: Recipe,
  corpus: Corpus,
): NonNullable<MakingSettings['drawPictures']> {
  return ({ tokenizer, generator }, examples, onProgress, signal) => {
    const { seed } = recipe.corpus
    const texts = examples.map((example, i) => {
      const { captions } = corpus.record(example)
      return normalise(captions[philoxBelow(captions.length, seed, i, captionChoice)]!.text, recipe.text.normaliser)
    })
    const { settings } = recipe.generator
    const drawing = { settings, weights: generator, tokenizer, sampling: recipe.sampling, seed: seed + drawingKey }
    return drawEach(engine, texts, drawing, onProgress, signal)
  }
}
