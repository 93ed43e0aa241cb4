/** `neuf train-verifier`: the network that `neuf evaluate` judges with, from the art pack. */
import { join, resolve } from 'node:path'
import { readArt } from '../corpus/art.ts'
import { buildCorpus } from '../corpus/build.ts'
import { openCorpus } from '../corpus/read.ts'
import { packVerifier, trainVerifier } from '../evaluate/make-verifier.ts'
import { checkTokenizer, verifierSample } from '../evaluate/verifier-objective.ts'
import { verifierCorpus, verifierTraining } from '../evaluate/verifier-recipe.ts'
import { readSettings } from '../families/dalle-mini/settings.ts'
import { findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { checkFolder } from './check-writable.ts'
import { type Context, defineCommand } from './command.ts'
import { buildProgress } from './corpus.ts'
import { defaultModel } from './open-model.ts'
import { startProgress } from './progress.ts'

/** Renders of each kind that the packed verifier is measured on. */
const measuredRenders = 400

export const command = defineCommand({
  name: 'train-verifier',
  summary: 'train the network that judges pictures for neuf evaluate',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Draws scenes with seeds of their own, held-out pairs among them, and learns to name what they show; a quarter of them ' +
    "pass through the model's image tokenizer. A stopped run goes on where it was: call it again.",
  options: {
    art: { kind: 'text', value: 'FOLDER', default: '../shared/art', help: 'the art pack' },
    model: {
      kind: 'text',
      value: 'NAME|FOLDER',
      default: defaultModel,
      help: 'the model whose pictures it will judge',
    },
    run: { kind: 'text', value: 'FOLDER', default: 'out/verifier', help: 'where corpus and checkpoints are kept' },
    out: { kind: 'text', value: 'FOLDER', help: "the verifier's folder; a folder in that of the run unless given" },
    steps: { kind: 'integer', value: 'N', least: 1, most: 10_000_000, default: verifierTraining.steps, help: 'steps' },
    scenes: { kind: 'integer', value: 'N', least: 64, most: 10_000_000, default: verifierCorpus.count, help: 'scenes' },
    threads: { kind: 'integer', value: 'N', least: 1, most: 256, help: 'threads; one a core unless given' },
  },
  async run(context, options) {
    const path = (given: string): string => resolve(context.folder, given)
    const [run, art] = [path(options.run), path(options.art)]
    const out = options.out === undefined ? join(run, 'verifier') : path(options.out)
    const model = await openModel(await findModel(options.model, context))
    const side = model.json.imageSide
    // Before the long work: what would end it after hours is known at once.
    await checkFolder(out)
    const tokenizer = {
      settings: readSettings(model).imageTokenizer,
      weights: await model.weights('imageTokenizer'),
      model: model.sha256,
    }
    checkTokenizer(tokenizer, join(model.folder, model.json.networks.imageTokenizer!.file))
    const settings = { art, out: join(run, 'corpus'), side, sample: verifierSample }
    await build(context, { ...settings, count: options.scenes, seed: verifierCorpus.seed })
    const corpus = await openCorpus(settings.out)
    const engine = createNodeEngine(options.threads === undefined ? {} : { threads: options.threads })
    const bar = startProgress(context, { what: 'Verifier', total: options.steps })
    try {
      const weights = await trainVerifier(engine, {
        corpus,
        tokenizer,
        training: { ...verifierTraining, steps: options.steps },
        folder: run,
        now: context.now,
        signal: context.signal,
        onStep: ({ step, loss }) => bar.update(step, `loss ${loss.toFixed(3)}`),
      })
      bar.end()
      const { concepts, styles, wander } = verifierSample
      const { sha256, accuracy } = await packVerifier(engine, weights, {
        folder: out,
        name: 'verifier-tiny',
        side,
        concepts,
        styles,
        wander,
        art: await readArt({ folder: art, concepts, styles, side }),
        renders: { count: measuredRenders, seed: verifierCorpus.seed },
        training: { scenes: options.scenes, seed: verifierCorpus.seed, steps: options.steps, model: model.sha256 },
      })
      const { value, count } = accuracy.all
      context.out.write(`verifier-tiny in ${out}\nsha256 ${sha256}\n`)
      context.out.write(`names all three rightly in ${(100 * value).toFixed(1)} % of ${count} true renders\n`)
      return 0
    } finally {
      bar.end()
      corpus.dispose()
      await engine.dispose()
    }
  },
})

async function build(context: Context, settings: Parameters<typeof buildCorpus>[0]): Promise<void> {
  const progress = buildProgress(context)
  await buildCorpus({ ...settings, onProgress: progress.update, signal: context.signal }).finally(progress.end)
}
