/** Training on somebody's own pictures: what of a recipe follows the corpus, and the order in which its pictures stand. */
import type { Corpus, PictureCorpus } from '../corpus/read.ts'
import { isScenes } from '../corpus/read.ts'
import { NeufError } from '../errors/errors.ts'
import { exampleOrder } from './order-of-examples.ts'
import type { Recipe } from './recipe.ts'

/** Fewer are not enough to learn from and to check on: each checkpoint shows 8 that no network learns from. */
const fewest = 20

/** Share of the pictures that no network learns from, where the recipe would keep back more. */
const validationShare = 0.1

/**
 * The recipe for this corpus. Of generated scenes it is the one given. For pictures of one's own their number is the corpus's,
 * and at most a tenth of them is kept back; they come shuffled by the recipe's seed, since those kept back are the last,
 * and the last by name may all be of one kind.
 * @throws NeufError `corpus-unfit` for too few pictures and for another side than the recipe's
 */
export function fitToCorpus(recipe: Recipe, corpus: Corpus): { readonly recipe: Recipe; readonly corpus: Corpus } {
  if (isScenes(corpus)) return { recipe, corpus }
  const { side, seed, validationCount } = recipe.corpus
  const refuse = (why: string) => new NeufError('corpus-unfit', { why })
  if (corpus.side !== side) {
    throw refuse(
      `Its pictures are ${corpus.side} x ${corpus.side}, and the recipe takes ${side} x ${side}: build it with --side ${side}`,
    )
  }
  if (corpus.count < fewest) throw refuse(`It has ${corpus.count} pictures, and at least ${fewest} are needed`)
  const kept = Math.min(validationCount, Math.max(1, Math.floor(corpus.count * validationShare)))
  return {
    recipe: { ...recipe, corpus: { ...recipe.corpus, count: corpus.count, validationCount: kept, ownPictures: true } },
    corpus: shuffled(corpus, seed),
  }
}

function shuffled(corpus: PictureCorpus, seed: number): PictureCorpus {
  const order = exampleOrder(corpus.count, seed)(0, corpus.count)
  const at = (index: number): number => order[index] ?? index
  return {
    ...corpus,
    record: (index) => corpus.record(at(index)),
    pixels: (index) => corpus.pixels(at(index)),
    alpha: (index) => corpus.alpha(at(index)),
  }
}
