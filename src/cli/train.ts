/** `neuf train`: from the art pack to a model, stage by stage. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { readArt } from '../corpus/art.ts'
import type { Corpus } from '../corpus/corpus.ts'
import { openDrawnCorpus } from '../corpus/drawn.ts'
import { scenesInfo } from '../corpus/format.ts'
import { openCorpus } from '../corpus/read.ts'
import { encodeIndex, indexFile } from '../credits/drawing-index.ts'
import { makeIndex } from '../credits/make-index.ts'
import { NeufError } from '../errors/errors.ts'
import { drawForScorer } from '../evaluate/drawn-pictures.ts'
import { type PackingReport, packCalibrated } from '../evaluate/pack-calibrated.ts'
import { drawSamples } from '../evaluate/training-samples.ts'
import { createVerifier } from '../evaluate/verifier.ts'
import { findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { type EarlierModel, readEarlierModel } from '../train/earlier-model.ts'
import { makeNetworks, type Stage } from '../train/make-model.ts'
import { fitToCorpus } from '../train/own-pictures.ts'
import type { Recipe } from '../train/recipe.ts'
import { recipes } from '../train/recipes.ts'
import { stagePlaces, trainedStages } from '../train/trained-stages.ts'
import { packUnfinished } from '../train/unfinished.ts'
import { artFolder, artOption } from './art-folder.ts'
import { checkFolder } from './check-writable.ts'
import { type Context, defineCommand } from './command.ts'
import { buildProgress } from './corpus.ts'
import { elsewhereOf, elsewhereOptions, importFrom } from './elsewhere.ts'
import { type Progress, startProgress } from './progress.ts'
import { asFed, exportStage, feedStage, recipeWithSteps } from './train-elsewhere.ts'
import { ownVerifierFor, verifierFor } from './verifier-for.ts'

const stageNames: Record<Stage, string> = {
  text: 'Reading captions',
  codebook: 'Codebook',
  encoder: 'Encoder',
  'image-tokenizer': 'Image tokenizer',
  'image-tokens': 'Image tokens',
  generator: 'Generator',
  'drawn-pictures': 'Drawn pictures',
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

export const command = trainCommand(recipes)

/** The command for a table of recipes. */
export function trainCommand(table: Readonly<Record<string, Recipe>>) {
  return defineCommand({
    name: 'train',
    summary: 'make a model from the art pack: corpus, networks, calibration, folder',
    usage: 'RECIPE',
    positionals: { least: 1, most: 1 },
    about:
      `Recipes: ${Object.keys(table).join(', ')}. Every stage keeps its result in the run's folder, with checkpoints on the ` +
      'way, so that a stopped run goes on where it was: call it again. The log of each training is a file of JSON lines.',
    options: {
      art: artOption,
      corpus: {
        kind: 'text',
        value: 'FOLDER',
        help: "A corpus that was built: the recipe's scenes, or your own pictures; scenes are drawn as needed unless given",
      },
      run: { kind: 'text', value: 'FOLDER', help: 'Where stages keep their results; out/RECIPE unless given' },
      out: { kind: 'text', value: 'FOLDER', help: "The model's folder; out/RECIPE/model unless given" },
      card: { kind: 'text', value: 'FILE', help: "The model's CARD.md; a short one is written unless given" },
      from: {
        kind: 'text',
        value: 'NAME|FOLDER',
        help: 'Go on from this model: its words and codebook stay, networks that fit the recipe are trained further',
      },
      verifier: {
        kind: 'text',
        value: 'FOLDER',
        help: 'Judges drawn pictures, for the match probability; the one that came with neuf unless given',
      },
      precision: {
        kind: 'choice',
        choices: ['int8', 'int4', 'fp16', 'fp32'],
        default: 'int8',
        help: 'Precision of the weights',
      },
      stage: {
        kind: 'choice',
        choices: trainedStages,
        help: 'What --export writes; the next stage that is not trained unless given',
      },
      steps: {
        kind: 'texts',
        value: 'STAGE=N',
        help: "Length of a stage's training in place of the recipe's (say so in every call for this run)",
      },
      ...elsewhereOptions,
      keep: {
        kind: 'text',
        value: 'FOLDER',
        help: 'Write what the run has by now, for --from to go on from, and train nothing',
      },
      threads: { kind: 'integer', value: 'N', least: 1, most: 256, help: 'Threads; one a core unless given' },
    },
    async run(context, options, [name]) {
      const path = (given: string | undefined, otherwise: string): string => resolve(context.folder, given ?? otherwise)
      const art = () => artFolder(options.art, context)
      // Somebody's own pictures say how many they are.
      const given = options.corpus === undefined ? undefined : await openCorpus(path(options.corpus, ''))
      const asked = recipeOf(table, name!)
      const fitted = given && fitToCorpus(asked, given)
      const named = recipeWithSteps(fitted?.recipe ?? asked, options.steps)
      const elsewhere = elsewhereOf(options, (given) => path(given, ''), 'train')
      const recipe = await asFed(named, elsewhere)
      const run = path(options.run, `out/${recipe.name}`)
      const out = path(options.out, join(run, 'model'))
      if (elsewhere?.mode === 'import') return importFrom(context, elsewhere, stagePlaces(recipe, run))
      const kept = options.keep === undefined ? undefined : path(options.keep, '')
      if (kept !== undefined && elsewhere !== undefined) {
        const problem = `--keep and --${elsewhere.mode} are two different calls.`
        throw new NeufError('usage', { problem, command: 'train' })
      }
      // Before the long work: what it would fail on in the end is known at once.
      await checkFolder(kept ?? elsewhere?.folder ?? out)
      const card = options.card === undefined ? shortCard(recipe) : await readCard(path(options.card, ''))
      if (kept !== undefined) {
        const { sha256, step } = await packUnfinished(kept, recipe, run, { precision: options.precision, card })
        context.out.write(`${recipe.name}, its generator at step ${step}, in ${kept}\nsha256 ${sha256}\n`)
        return 0
      }
      const from = options.from === undefined ? undefined : await earlier(context, options.from, recipe)
      const judge = elsewhere
        ? undefined
        : await judgeFor(recipe, options.verifier === undefined ? undefined : path(options.verifier, ''))
      const corpus = fitted?.corpus ?? given ?? (await drawnCorpus(context, recipe, await art(), options.threads))
      const engine = createNodeEngine(options.threads === undefined ? {} : { threads: options.threads })
      const progress = stageProgress(context)
      try {
        const { now, signal } = context
        const drawPictures = drawForScorer(engine, recipe, corpus)
        const making = {
          ...{ recipe, corpus, folder: run, now, signal, onProgress: progress.update, drawPictures },
          ...(from && { from }),
        }
        if (elsewhere?.mode === 'export') {
          return await exportStage(context, engine, making, { stage: options.stage, folder: elsewhere.folder })
        }
        if (elsewhere?.mode === 'feed') return await feedStage(context, engine, making, elsewhere)
        const verifier = judge && (await createVerifier(engine, judge.network, judge.weights))
        const onCheckpoint = drawSamples(engine, recipe, corpus, run)
        const made = await makeNetworks(engine, { ...making, onCheckpoint })
        progress.end()
        let bar: Progress | undefined
        const report = await packCalibrated(engine, recipe, made, {
          ...{ corpus, out, folder: run, signal, card, precision: options.precision },
          ...(verifier && { verifier }),
          ...(options.corpus === undefined && { files: await drawingIndex(recipe, await art()) }),
          onProgress(done, total) {
            bar ??= startProgress(context, { what: 'Calibration', total, already: done - 1 })
            bar.update(done)
          },
        }).finally(() => bar?.end())
        context.out.write(
          `${recipe.name} in ${out}\n` +
            `sha256 ${report.sha256}\n` +
            `scorer: ${percent(report.scorer.value)} of ${report.scorer.count} true captions above a wrong one\n` +
            `match probability: ${calibrationText(report, verifier !== undefined)}\n`,
        )
        return 0
      } finally {
        progress.end()
        corpus.dispose()
        await engine.dispose()
      }
    },
  })
}

/** The scenes of a recipe, drawn from the art when they are asked for. */
async function drawnCorpus(
  context: Context,
  { corpus: { sample, side, count, seed, validationCount } }: Recipe,
  folder: string,
  given: number | undefined,
): Promise<Corpus> {
  const progress = buildProgress(context)
  const { concepts, styles, people } = sample
  const art = await readArt({
    ...{ folder, concepts, styles, people, side },
    onProgress(done, total) {
      if (context.signal.aborted) throw new NeufError('cancelled', { what: 'reading the art' })
      progress.update({ stage: 'art', done, total })
    },
  }).finally(progress.end)
  const info = scenesInfo({ side, count, seed, validationCount, sample, artSha256: art.sha256 })
  return openDrawnCorpus({ art, info, threads: Math.min(given ?? availableParallelism(), 64) })
}

/** What `neuf credits` compares pictures with: the drawings that the scenes were made of. */
async function drawingIndex({ corpus: { sample } }: Recipe, folder: string) {
  const { concepts, styles, people } = sample
  return { [indexFile]: encodeIndex(await makeIndex({ folder, concepts, styles, people })) }
}

/** What judges drawn pictures: of somebody's own nobody here knows what they show. */
async function judgeFor({ corpus: { side, ownPictures } }: Recipe, given: string | undefined) {
  if (!ownPictures) return given === undefined ? ownVerifierFor(side) : verifierFor(given, side)
  if (given === undefined) return undefined
  const expected = 'none with pictures of your own, which no verifier knows'
  throw new NeufError('option-value', { option: '--verifier', value: given, expected })
}

/** The model to go on from; says what of it stays. */
async function earlier(context: Context, name: string, recipe: Recipe): Promise<EarlierModel> {
  const model = await openModel(await findModel(name, context))
  const from = await readEarlierModel(model, recipe)
  const networks = { 'image tokenizer': from.decoder, generator: from.generator, scorer: from.scorer }
  const named = (fits: boolean) =>
    Object.entries(networks)
      .filter(([, weights]) => (weights !== undefined) === fits)
      .map(([network]) => network)
      .join(', ')
  const anew = named(false)
  context.err.write(
    `Going on from ${model.json.name}: its words and codebook, ${named(true) || 'no network'}` +
      `${anew === '' ? '' : `; learnt anew, since the recipe has other settings: ${anew}`}\n`,
  )
  return from
}

function recipeOf(table: Readonly<Record<string, Recipe>>, name: string): Recipe {
  const recipe = Object.hasOwn(table, name) ? table[name] : undefined
  if (recipe !== undefined) return recipe
  throw new NeufError('option-value', { option: 'RECIPE', value: name, expected: Object.keys(table).join(' or ') })
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

function calibrationText({ calibration }: PackingReport, wasJudged: boolean): string {
  if (calibration !== null) return `off by ${percent(calibration.error)} on ${calibration.count} drawn pictures`
  return wasJudged ? 'none, scores do not go with what the verifier finds' : 'none, for want of a verifier'
}

const readCard = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error)
  })

function shortCard({ name, corpus }: Recipe): string {
  const { side, count, sample, ownPictures } = corpus
  const of = ownPictures ? `${count} pictures that somebody brought` : `${sample.concepts.length} things`
  return (
    `# ${name}\n\nA model of ${of} at ${side} x ${side} pixels, made with \`neuf train ${name}\`. ` +
    'It was not measured: see `neuf evaluate`.\n'
  )
}
