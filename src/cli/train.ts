/** `neuf train`: from the art pack to a model, stage by stage. */
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { buildCorpus } from '../corpus/build.ts'
import { openCorpus } from '../corpus/read.ts'
import { NeufError } from '../errors/errors.ts'
import { packCalibrated } from '../evaluate/pack-calibrated.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { makeNetworks, type Stage } from '../train/make-model.ts'
import { type Recipe, recipes } from '../train/recipe.ts'
import { type Context, defineCommand } from './command.ts'
import { buildProgress } from './corpus.ts'
import { type Progress, startProgress } from './progress.ts'
import { drawSamples } from './training-samples.ts'

const stageNames: Record<Stage, string> = {
  text: 'Reading captions',
  codebook: 'Codebook',
  'image-tokenizer': 'Image tokenizer',
  'image-tokens': 'Image tokens',
  generator: 'Generator',
  scorer: 'Scorer',
}

/** A bar for each stage, the earlier one taken away. */
function stageProgress(context: Context): {
  update(stage: Stage, done: number, total: number, note: string): void
  end(): void
} {
  let current: Stage | undefined
  let bar: Progress | undefined
  return {
    update(stage, done, total, note) {
      if (stage !== current) {
        bar?.end()
        current = stage
        bar = startProgress(context, { what: stageNames[stage], total, already: done - 1 })
      }
      bar?.update(done, note)
    },
    end: () => bar?.end(),
  }
}

export const command = defineCommand({
  name: 'train',
  summary: 'make a model from the art pack: corpus, networks, calibration, folder',
  usage: 'RECIPE',
  positionals: { least: 1, most: 1 },
  about:
    `Recipes: ${Object.keys(recipes).join(', ')}. Every stage keeps its result in the run's folder, with checkpoints on the ` +
    'way, so that a stopped run goes on where it was: call it again. The log of each training is a file of JSON lines.',
  options: {
    art: { kind: 'text', value: 'FOLDER', default: '../shared/art', help: 'The art pack' },
    corpus: { kind: 'text', value: 'FOLDER', help: "The corpus; built in the run's folder unless given" },
    run: { kind: 'text', value: 'FOLDER', help: 'Where stages keep their results; out/RECIPE unless given' },
    out: { kind: 'text', value: 'FOLDER', help: "The model's folder; out/RECIPE/model unless given" },
    card: { kind: 'text', value: 'FILE', help: "The model's CARD.md; a short one is written unless given" },
    precision: { kind: 'choice', choices: ['int8', 'fp16', 'fp32'], default: 'int8', help: 'Precision of the weights' },
    threads: { kind: 'integer', value: 'N', least: 1, most: 256, help: 'Threads; one a core unless given' },
  },
  async run(context, options, [name]) {
    const recipe = recipeOf(name!)
    const path = (given: string | undefined, otherwise: string): string => resolve(context.folder, given ?? otherwise)
    const run = path(options.run, `out/${recipe.name}`)
    const out = path(options.out, join(run, 'model'))
    const corpusFolder = path(options.corpus, join(run, 'corpus'))
    if (options.corpus === undefined) {
      const progress = buildProgress(context)
      const { sample, side, count, seed } = recipe.corpus
      const settings = { art: path(options.art, ''), out: corpusFolder, sample, side, count, seed }
      await buildCorpus({ ...settings, onProgress: progress.update, signal: context.signal }).finally(progress.end)
    }
    const corpus = await openCorpus(corpusFolder)
    const engine = createNodeEngine(options.threads === undefined ? {} : { threads: options.threads })
    const progress = stageProgress(context)
    try {
      const { now, signal } = context
      const onCheckpoint = drawSamples(engine, recipe, corpus, run)
      const onProgress = progress.update
      const made = await makeNetworks(engine, { recipe, corpus, folder: run, now, signal, onProgress, onCheckpoint })
      progress.end()
      const card = options.card === undefined ? shortCard(recipe) : await readCard(path(options.card, ''))
      let bar: Progress | undefined
      const { sha256, error, accuracy, count } = await packCalibrated(engine, recipe, made, {
        ...{ corpus, out, folder: run, signal, card, precision: options.precision },
        onProgress(done, total) {
          bar ??= startProgress(context, { what: 'Calibration', total, already: done - 1 })
          bar.update(done)
        },
      }).finally(() => bar?.end())
      context.out.write(
        `${recipe.name} in ${out}\n` +
          `sha256 ${sha256}\n` +
          `calibration: ${(100 * accuracy).toFixed(1)} % of ${count} pairs told apart, ` +
          `expected calibration error ${(100 * error).toFixed(1)} %\n`,
      )
      return 0
    } finally {
      progress.end()
      corpus.dispose()
      await engine.dispose()
    }
  },
})

function recipeOf(name: string): Recipe {
  const recipe = Object.hasOwn(recipes, name) ? recipes[name] : undefined
  if (recipe !== undefined) return recipe
  throw new NeufError('option-value', { option: 'RECIPE', value: name, expected: Object.keys(recipes).join(' or ') })
}

const readCard = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error)
  })

const shortCard = ({ name, corpus }: Recipe): string =>
  `# ${name}\n\nA model of ${corpus.sample.concepts.length} things at ${corpus.side} x ${corpus.side} pixels, made with ` +
  `\`neuf train ${name}\`. It was not measured: see \`neuf evaluate\`.\n`
