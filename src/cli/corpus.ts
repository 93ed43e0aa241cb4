/** `neuf corpus`: captioned pictures to learn from. */
import { join, resolve } from 'node:path'
import { type BuildProgress, buildCorpus } from '../corpus/build.ts'
import { inspectCorpus, maximumScenes } from '../corpus/inspect.ts'
import { openCorpus } from '../corpus/read.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { recipes } from '../train/recipe.ts'
import { type CommandGroup, type Context, defineCommand } from './command.ts'
import { type Progress, startProgress } from './progress.ts'

/** One bar for reading the art, one for drawing. */
export function buildProgress(context: Context): { readonly update: (progress: BuildProgress) => void; end(): void } {
  let stage: BuildProgress['stage'] | undefined
  let bar: Progress | undefined
  return {
    update({ stage: now, done, total }) {
      if (now !== stage) {
        bar?.end()
        stage = now
        bar = startProgress(context, { what: now === 'art' ? 'Reading the art' : 'Drawing', total, already: done })
      }
      bar?.update(done)
    },
    end: () => bar?.end(),
  }
}

const build = defineCommand({
  name: 'build',
  summary: 'compose the captioned scenes that a recipe asks for',
  usage: '',
  positionals: { least: 0, most: 0 },
  about: 'Every scene is a function of its seed. A stopped build goes on where it was: call it again.',
  options: {
    recipe: { kind: 'choice', choices: Object.keys(recipes), default: 'pictogram-tiny', help: 'Which recipe' },
    art: { kind: 'text', value: 'FOLDER', default: '../shared/art', help: 'The art pack' },
    out: { kind: 'text', value: 'FOLDER', default: 'out/corpus', help: 'The folder to write' },
    count: { kind: 'integer', value: 'N', least: 1, most: 100_000_000, help: "Scenes, if not the recipe's number" },
    seed: { kind: 'integer', value: 'N', least: 0, most: Number.MAX_SAFE_INTEGER, help: "Seed, if not the recipe's" },
    threads: { kind: 'integer', value: 'N', least: 1, most: 64, default: 2, help: 'Threads that draw' },
  },
  async run(context, options) {
    const { corpus } = recipes[options.recipe]!
    const out = resolve(context.folder, options.out)
    const progress = buildProgress(context)
    try {
      const info = await buildCorpus({
        art: resolve(context.folder, options.art),
        out,
        side: corpus.side,
        count: options.count ?? corpus.count,
        seed: options.seed ?? corpus.seed,
        sample: corpus.sample,
        concurrency: options.threads,
        onProgress: progress.update,
        signal: context.signal,
      })
      progress.end()
      context.out.write(`${info.count} scenes of ${info.side} x ${info.side} pixels in ${out}\n`)
      return 0
    } finally {
      progress.end()
    }
  },
})

const inspect = defineCommand({
  name: 'inspect',
  summary: 'make a contact sheet of scenes with their captions',
  usage: 'FOLDER',
  positionals: { least: 1, most: 1 },
  options: {
    count: { kind: 'integer', value: 'N', least: 1, most: maximumScenes, default: 60, help: 'Scenes on the sheet' },
    seed: { kind: 'integer', value: 'N', least: 0, most: Number.MAX_SAFE_INTEGER, default: 1, help: 'Which scenes' },
    out: { kind: 'text', value: 'FILE', help: 'The PNG to write; sheet.png in the folder of the corpus unless given' },
  },
  async run(context, options, [given]) {
    const folder = resolve(context.folder, given!)
    const corpus = await openCorpus(folder)
    try {
      const path = options.out === undefined ? join(folder, 'sheet.png') : resolve(context.folder, options.out)
      await atomicWrite(path, await inspectCorpus(corpus, { count: options.count, seed: options.seed }), {
        flush: false,
      })
      context.out.write(`${path}\n`)
      return 0
    } finally {
      corpus.dispose()
    }
  },
})

export const command: CommandGroup = {
  name: 'corpus',
  summary: 'compose captioned pictures to learn from, and look at them',
  commands: [build, inspect],
}
