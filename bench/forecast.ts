/**
 * What a recipe's generator will come to, from four small ones: `npm run bench -- forecast RECIPE RUN [--smallest 300] [--steps N]`. RUN
 * is the folder of a run whose image tokens are made (neuf train); --smallest, steps of the smallest, says how much is spent on
 * it; --steps is the length of the run that is foretold, the recipe's unless given. Each is trained on examples in proportion to
 * its weights, with a schedule of its own, and keeps its result in RUN/forecast, so that what was stopped goes on. `--export` writes the
 * four trainings for another runner (docs/xla.md), each with all its batches, in RUN/forecast/WIDTH/elsewhere, and `--import` takes back
 * what the runner made. Last line: JSON with the trainings, the fit, and the loss that is foretold for the recipe.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openDrawnCorpus } from '../src/corpus/drawn.ts'
import { scenesInfo } from '../src/corpus/format.ts'
import { createParameters, describeParameter, input } from '../src/graph/index.ts'
import { codesAtPosition, type DalleMiniSettings, generator } from '../src/networks/dalle-mini.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { createTokenizer } from '../src/text/tokenizer.ts'
import { writeBatches } from '../src/train/batch-files.ts'
import { captionIds } from '../src/train/caption-ids.ts'
import { exportTraining } from '../src/train/export.ts'
import { generatorObjective } from '../src/train/generator-objective.ts'
import { importTraining } from '../src/train/import.ts'
import { readText } from '../src/train/make-model.ts'
import { recipes } from '../src/train/recipes.ts'
import { lastValidation, runTraining } from '../src/train/run.ts'
import { runIdentity } from '../src/train/run-identity.ts'
import { fitScaling, forecastLoss } from '../src/train/scaling.ts'
import { readCodes } from '../src/train/tokenizer-stages.ts'

const sizes = [
  { width: 64, heads: 2, encoderLayers: 1, decoderLayers: 2, feedForward: 176 },
  { width: 96, heads: 3, encoderLayers: 1, decoderLayers: 3, feedForward: 264 },
  { width: 128, heads: 4, encoderLayers: 2, decoderLayers: 4, feedForward: 352 },
  { width: 192, heads: 6, encoderLayers: 2, decoderLayers: 4, feedForward: 528 },
]

/** Weights that take part in every position's products: embeddings are looked up, not multiplied. */
function weightsOf(settings: DalleMiniSettings): number {
  const p = createParameters()
  const ids = (name: string, length: number) => input(name, [1, length], 'int32')
  generator(p, settings, {
    text: ids('text', settings.textLength),
    visible: input('visible', [1, settings.textLength]),
    shifted: ids('shifted', settings.imageLength),
    tokens: ids('tokens', settings.imageLength),
  })
  return [...p.all()]
    .filter(([name]) => !/embed_(tokens|positions)/.test(name))
    .reduce((sum, [, tensor]) => sum + (describeParameter(tensor).shape as number[]).reduce((a, b) => a * b, 1), 0)
}

export async function bench(): Promise<void> {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(3),
    allowPositionals: true,
    options: {
      smallest: { type: 'string', default: '300' },
      steps: { type: 'string' },
      export: { type: 'boolean', default: false },
      import: { type: 'boolean', default: false },
    },
  })
  const [name, run] = positionals
  const recipe = name === undefined ? undefined : recipes[name]
  if (recipe === undefined || run === undefined) {
    console.error(`npm run bench -- forecast RECIPE RUN; recipes: ${Object.keys(recipes).join(', ')}`)
    process.exitCode = 2
    return
  }
  const folder = resolve(run)
  const { corpus, text, generator: base } = recipe
  // Captions need no art, and pictures are not asked for: their tokens are in the run's folder.
  const art = { sprites: new Map(), sha256: '' }
  const scenes = openDrawnCorpus({ art, info: scenesInfo({ ...corpus, artSha256: '' }) })
  const { tokenizerJson } = (await readText(folder))!
  const tokenizer = createTokenizer(tokenizerJson, { length: text.length })
  const captions = captionIds(scenes, tokenizer, text.normaliser)
  const codes = await readCodes(join(folder, 'image-tokens.bin'), corpus.count * base.settings.imageLength)
  const engine = createNodeEngine()
  const data = { codes, captions }
  const options = { validationCount: corpus.validationCount, dropCaption: base.dropCaption, seed: corpus.seed }
  const smallest = weightsOf({ ...base.settings, ...sizes[0] })
  const positions = base.settings.imageLength / codesAtPosition(base.settings)
  const computeOf = (settings: DalleMiniSettings, examples: number): number =>
    6 * weightsOf(settings) * examples * positions
  const trainings: { weights: number; examples: number; compute: number; loss: number }[] = []
  try {
    for (const size of sizes) {
      const settings = { ...base.settings, ...size }
      const weights = weightsOf(settings)
      const steps = Math.round((Number(values.smallest) * weights) / smallest)
      const training = { ...base.training, steps, warmupSteps: Math.min(base.training.warmupSteps, steps >> 2) }
      const at = join(folder, 'forecast', String(size.width))
      const onStep = (report: { step: number; loss: number }): void => {
        if (report.step % 50 === 0)
          console.log(`${size.width}: step ${report.step} of ${steps}, ${report.loss.toFixed(3)}`)
      }
      const objective = generatorObjective(settings, data, options)
      const elsewhere = join(at, 'elsewhere')
      if (values.export) {
        const { batches } = await exportTraining(objective, training, elsewhere)
        const count = Math.ceil(steps / batches.stepsPerFile)
        await writeBatches(objective, training, elsewhere, { first: 0, count })
        console.log(`${elsewhere}: ${steps} steps`)
        continue
      }
      if (values.import) {
        const file = (suffix: string): string => join(at, `${objective.name}${suffix}`)
        await importTraining(elsewhere, () => ({
          identity: runIdentity(objective, training),
          ...{ result: file('.safetensors'), checkpoint: file('.checkpoint.safetensors'), log: file('.jsonl') },
        }))
      }
      await runTraining(engine, { folder: at, objective, training, now: () => performance.now(), onStep })
      const examples = steps * training.batchSize
      const loss = await lastValidation(at, objective)
      trainings.push({ weights, examples, compute: computeOf(settings, examples), loss })
    }
  } finally {
    await engine.dispose()
  }
  if (values.export) return
  const fit = fitScaling(trainings)
  const examples = Number(values.steps ?? base.training.steps) * base.training.batchSize
  const compute = computeOf(base.settings, examples)
  const foretold = { weights: weightsOf(base.settings), examples, compute, loss: forecastLoss(fit, compute) }
  console.log(JSON.stringify({ recipe: name, trainings, fit, foretold }))
}
