/** What a run has by now, as a folder that another training goes on from (`neuf train --from`), there or on another machine. */
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { isLearned } from '../networks/image-tokenizer.ts'
import { fileExists, readTensors } from './checkpoint.ts'
import type { Weights } from './initial-weights.ts'
import { readText } from './make-model.ts'
import { type Packing, packModel } from './pack.ts'
import type { Recipe } from './recipe.ts'
import { checkpointPath, resultPath, type TrainedStage } from './trained-stages.ts'

/** Averaged weights that a stage has come to, and its step. */
type Reached = { readonly step: number; readonly weights: Weights }

/**
 * Writes text tokenizer, words, image tokenizer and generator as the run has them, trained to the end or not; a model without
 * a scorer, which draws nothing. The weights are the averaged ones; moments are left behind.
 * @returns the folder's sha256 and the generator's step
 * @throws NeufError `stage-untrained` where there is none of one of them yet, `run-other-settings`, `file-unwritable`
 */
export async function packUnfinished(
  folder: string,
  recipe: Recipe,
  run: string,
  packing: Pick<Packing, 'precision' | 'card'>,
): Promise<{ readonly sha256: string; readonly step: number }> {
  const untrained = (stage: string) => new NeufError('stage-untrained', { stage, folder: run })
  const text = await readText(run)
  if (text === undefined) throw untrained('text tokenizer')
  const generator = await reached(run, 'generator')
  if (generator === undefined) throw untrained('generator')
  const imageTokenizer = await imageTokenizerOf(recipe, run)
  if (imageTokenizer === undefined) throw untrained('image tokenizer')
  const made = { ...text, imageTokenizer, generator: generator.weights }
  return { sha256: await packModel(folder, recipe, made, { ...packing, calibration: {} }), step: generator.step }
}

/** A stage's result, or the averages of its unfinished state. */
async function reached(run: string, stage: TrainedStage): Promise<Reached | undefined> {
  const result = resultPath(run, stage)
  if (await fileExists(result)) {
    const { tensors, about } = await readTensors(result)
    return { step: Number(about.step), weights: tensors }
  }
  const checkpoint = checkpointPath(run, stage)
  if (!(await fileExists(checkpoint))) return undefined
  const { tensors, about } = await readTensors(checkpoint)
  const prefix = 'average:'
  const averages = [...tensors].filter(([name]) => name.startsWith(prefix))
  return { step: Number(about.step), weights: new Map(averages.map(([name, w]) => [name.slice(prefix.length), w])) }
}

/** What decides the codes, and the decoder: that of its own stage, else the one that the encoder learnt with. */
async function imageTokenizerOf({ imageTokenizer }: Recipe, run: string): Promise<Weights | undefined> {
  const decoder = (await reached(run, 'image-tokenizer'))?.weights
  if (isLearned(imageTokenizer.settings)) {
    const encoder = (await reached(run, 'encoder'))?.weights
    return encoder && new Map([...encoder, ...(decoder ?? [])])
  }
  const path = join(run, 'codebook.safetensors')
  if (decoder === undefined || !(await fileExists(path))) return undefined
  return new Map([...(await readTensors(path)).tensors, ...decoder])
}
