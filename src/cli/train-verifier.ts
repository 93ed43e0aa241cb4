/** `neuf train-verifier`: the network that `neuf evaluate` judges with, from the art pack. */
import { join, resolve } from 'node:path'
import { type ArtSettings, readArt } from '../corpus/art.ts'
import { isDrawn } from '../corpus/concepts.ts'
import { completeSample, type SampleSettings } from '../corpus/sample.ts'
import type { Style } from '../corpus/scene.ts'
import type { Art } from '../corpus/sprite.ts'
import { NeufError } from '../errors/errors.ts'
import { verifierName } from '../evaluate/detector-objective.ts'
import { checkTokenizer } from '../evaluate/frozen-tokenizer.ts'
import { packVerifier, trainVerifier, verifierPlaces, verifierStage } from '../evaluate/make-verifier.ts'
import { trainedOn } from '../evaluate/trained-on.ts'
import { openVerifier } from '../evaluate/verifier-folder.ts'
import { verifierScenes, verifierTraining } from '../evaluate/verifier-recipe.ts'
import { heldOutStyle } from '../evaluate/verifier-scenes.ts'
import { readSettings } from '../families/dalle-mini/settings.ts'
import { findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { recipes } from '../train/recipes.ts'
import type { StepReport } from '../train/trainer.ts'
import { artFolder, artOption } from './art-folder.ts'
import { checkFolder } from './check-writable.ts'
import { type Context, defineCommand } from './command.ts'
import { elsewhereOf, elsewhereOptions, exportTo, feedTo, importFrom } from './elsewhere.ts'
import { startProgress } from './progress.ts'

/** Renders of each kind that the packed verifier is measured on, at most. */
const measuredRenders = 200

export const command = defineCommand({
  name: 'train-verifier',
  summary: 'train the network that judges pictures for neuf evaluate',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Draws scenes of what a recipe or a model shows, with seeds of their own and held-out pairs among them, and learns to find ' +
    "every thing and to say what it is. With --model, a quarter of the pictures pass through that model's image tokenizer. " +
    'A stopped run goes on where it was: call it again.',
  options: {
    recipe: { kind: 'choice', choices: Object.keys(recipes), help: 'What its scenes show: the corpus of this recipe' },
    model: { kind: 'text', value: 'NAME|FOLDER', help: 'The model whose pictures it will judge' },
    art: artOption,
    run: { kind: 'text', value: 'FOLDER', default: 'out/verifier', help: 'Where checkpoints are kept' },
    out: { kind: 'text', value: 'FOLDER', help: "The verifier's folder; a folder in that of the run unless given" },
    name: { kind: 'text', value: 'NAME', default: 'verifier', help: 'What it calls itself' },
    from: {
      kind: 'text',
      value: 'FOLDER',
      help: 'Go on from the weights of this verifier, of the same size and things',
    },
    side: {
      kind: 'integer',
      value: 'N',
      least: 32,
      most: 512,
      help: "Pixels a side; the recipe's or the model's unless given",
    },
    steps: { kind: 'integer', value: 'N', least: 1, most: 10_000_000, default: verifierTraining.steps, help: 'Steps' },
    batch: {
      kind: 'integer',
      value: 'N',
      least: 2,
      most: 4096,
      default: verifierTraining.batchSize,
      help: 'Pictures a step',
    },
    scenes: {
      kind: 'integer',
      value: 'N',
      least: 64,
      most: 100_000_000,
      default: verifierScenes.count,
      help: 'Scenes to learn from',
    },
    renders: {
      kind: 'integer',
      value: 'N',
      least: 1,
      most: 10_000,
      default: measuredRenders,
      help: 'True renders of each kind to measure it on',
    },
    ...elsewhereOptions,
    threads: { kind: 'integer', value: 'N', least: 1, most: 256, help: 'Threads; one a core unless given' },
  },
  async run(context, options) {
    const path = (given: string): string => resolve(context.folder, given)
    const run = path(options.run)
    const out = options.out === undefined ? join(run, 'verifier') : path(options.out)
    const elsewhere = elsewhereOf(options, path, 'train-verifier')
    const { steps, batch: batchSize } = options
    const training = { ...verifierTraining, steps, batchSize }
    if (elsewhere?.mode === 'import') {
      const places = verifierPlaces(run, options.scenes, training)
      return importFrom(context, elsewhere, (name) => (name === verifierName ? places : undefined))
    }
    // Before the long work: what would end it after hours is known at once.
    await checkFolder(elsewhere?.folder ?? out)
    const { sample, tokenizer, ...shown } = await subject(context, options)
    const side = options.side ?? shown.side
    if (tokenizer !== undefined && tokenizer.settings.side !== side) {
      const expected = `${tokenizer.settings.side}, the side of the model's pictures`
      throw new NeufError('option-value', { option: '--side', value: String(side), expected })
    }
    const from = options.from === undefined ? undefined : await openVerifier(path(options.from))
    const read = artReader(context, { folder: await artFolder(options.art, context), people: sample.people, side })
    const art = await read(sample.concepts, sample.styles)
    const scenes = { count: options.scenes, seed: verifierScenes.seed }
    const making = {
      ...{ art, side, sample, scenes, training, folder: run, now: context.now, signal: context.signal },
      ...(tokenizer && { tokenizer }),
      ...(from && { startFrom: from.weights }),
    }
    if (elsewhere?.mode === 'export') return exportTo(context, await verifierStage(making), elsewhere.folder)
    if (elsewhere?.mode === 'feed') return feedTo(context, await verifierStage(making), elsewhere)
    // A pack without that style will do: then nobody can say what a style never met costs.
    const strange = await read(
      sample.concepts.filter((concept) => isDrawn(concept, heldOutStyle)),
      [heldOutStyle],
    ).catch((error: unknown) => {
      if (error instanceof NeufError && error.code === 'file-unreadable') return undefined
      throw error
    })
    const engine = createNodeEngine(options.threads === undefined ? {} : { threads: options.threads })
    const bar = startProgress(context, { what: 'Verifier', total: options.steps })
    try {
      const onStep = ({ step, loss }: StepReport): void => bar.update(step, `loss ${loss.toFixed(3)}`)
      const weights = await trainVerifier(engine, { ...making, onStep })
      bar.end()
      const { sha256, accuracy } = await packVerifier(engine, weights, {
        folder: out,
        name: options.name,
        ...{ side, sample, art, ...(strange && { strange }) },
        renders: { count: options.renders, seed: verifierScenes.seed },
        training: {
          ...{ scenes: Math.min(scenes.count, steps * batchSize), seed: scenes.seed, steps, batchSize },
          ...(tokenizer && { model: tokenizer.model }),
        },
      })
      const { value, count } = accuracy.all
      context.out.write(`${options.name} in ${out}\nsha256 ${sha256}\n`)
      context.out.write(`finds what was asked for in ${(100 * value).toFixed(1)} % of ${count} true renders\n`)
      for (const [kind, share] of Object.entries(accuracy.kinds)) {
        context.out.write(`  ${kind.padEnd(32)}${(100 * share.value).toFixed(1).padStart(6)} %\n`)
      }
      return 0
    } finally {
      bar.end()
      await engine.dispose()
    }
  },
})

/** Reads drawings with a bar that shows how far it is. */
const artReader =
  (context: Context, settings: Pick<ArtSettings, 'folder' | 'people' | 'side'>) =>
  (concepts: readonly string[], styles: readonly Style[]): Promise<Art> => {
    const bar = startProgress(context, { what: 'Reading the art', total: 100 })
    const onProgress = (done: number, total: number): void => {
      context.signal.throwIfAborted()
      bar.update(Math.floor((100 * done) / total))
    }
    return readArt({ ...settings, concepts, styles, onProgress }).finally(() => bar.end())
  }

/** What the verifier is to know, and what its pictures may have passed through. */
async function subject(
  context: Context,
  options: { readonly recipe: string | undefined; readonly model: string | undefined },
) {
  const recipe = options.recipe === undefined ? undefined : recipes[options.recipe]!.corpus
  if (options.model === undefined) {
    if (recipe !== undefined) return { side: recipe.side, sample: recipe.sample, tokenizer: undefined }
    throw new NeufError('usage', { problem: 'Say what it is to know: --recipe or --model.', command: 'train-verifier' })
  }
  const model = await openModel(await findModel(options.model, context))
  const learned = recipe ?? (await trainedOn(model))
  if (learned === undefined) {
    throw new NeufError('usage', {
      problem: 'The model does not tell what it learned from: give --recipe.',
      command: 'train-verifier',
    })
  }
  const tokenizer = {
    settings: readSettings(model).imageTokenizer,
    weights: await model.weights('imageTokenizer'),
    model: model.sha256,
  }
  checkTokenizer(tokenizer, join(model.folder, model.json.networks.imageTokenizer!.file))
  const sample: SampleSettings = completeSample(learned.sample)
  return { side: model.json.imageSide, sample, tokenizer }
}
