/** `neuf corpus`: captioned pictures to learn from. */
import { join, resolve } from 'node:path'
import { type BuildProgress, buildCorpus } from '../corpus/build.ts'
import { type Fit, fits } from '../corpus/format.ts'
import { inspectCorpus, maximumScenes } from '../corpus/inspect.ts'
import { buildPictures } from '../corpus/pictures/build-pictures.ts'
import { reportText } from '../corpus/pictures/report.ts'
import { openCorpus } from '../corpus/read.ts'
import { NeufError } from '../errors/errors.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import { recipes } from '../train/recipes.ts'
import { artFolder, artOption, whichArt } from './art-folder.ts'
import { type CommandGroup, type Context, defineCommand } from './command.ts'
import { type Progress, startProgress } from './progress.ts'

/** Where a corpus is written, and looked at, unless told. */
const usualCorpus = 'out/corpus'

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

/** A bar over the bytes of pictures, in MB. */
function picturesProgress(context: Context): { update(done: number, total: number, kept: number): void; end(): void } {
  const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20)
  let bar: Progress | undefined
  return {
    update(done, total, kept) {
      bar ??= startProgress(context, { what: 'Reading pictures, MB', total: megabytes(total) })
      bar.update(megabytes(done), `${kept} kept`)
    },
    end: () => bar?.end(),
  }
}

const build = defineCommand({
  name: 'build',
  summary: 'compose the captioned scenes of a recipe, or take in a folder of your own pictures',
  usage: '[FOLDER]',
  positionals: { least: 0, most: 1 },
  about:
    'Without a folder: the scenes of a recipe, each a function of its seed. A stopped build goes on where it was: call it ' +
    'again. With a folder: your own captioned pictures (PNG, JPEG, WebP, GIF, AVIF, TIFF). Captions are read from ' +
    'name.txt (one a line), name.caption, name.json or name.fr.txt beside name.png; metadata.jsonl, CSV and TSV with a ' +
    'header (file_name, text); WebDataset tars; Parquet files. What is refused, and why, is in report.jsonl of the output ' +
    'folder. Nothing is judged by what it shows or says: look at it with neuf corpus inspect.',
  options: {
    out: { kind: 'text', value: 'FOLDER', default: usualCorpus, help: 'The folder to write' },
    recipe: {
      kind: 'choice',
      choices: Object.keys(recipes),
      help: 'Scenes: which recipe; pictogram-tiny unless given',
    },
    art: { ...artOption, help: `Scenes: the ${whichArt}` },
    count: {
      kind: 'integer',
      value: 'N',
      least: 1,
      most: 100_000_000,
      help: "Scenes: how many, if not the recipe's number",
    },
    seed: {
      kind: 'integer',
      value: 'N',
      least: 0,
      most: Number.MAX_SAFE_INTEGER,
      help: "Scenes: seed, if not the recipe's",
    },
    side: {
      kind: 'integer',
      value: 'N',
      least: 8,
      most: 512,
      help: 'Pictures: their side in pixels; 128 unless given',
    },
    fit: {
      kind: 'choice',
      choices: fits,
      help: 'Pictures: crop to the middle, or pad with white, what is not square; crop unless given',
    },
    threads: { kind: 'integer', value: 'N', least: 1, most: 64, default: 2, help: 'Threads that draw or convert' },
    json: { kind: 'flag', help: 'Print one JSON object' },
  },
  async run(context, options, [folder]) {
    const ofOther: readonly (keyof typeof options)[] =
      folder === undefined ? ['side', 'fit'] : ['recipe', 'art', 'count', 'seed']
    const stray = ofOther.find((name) => options[name] !== undefined)
    if (stray !== undefined) {
      const problem = `--${stray} is for ${folder === undefined ? 'a folder of pictures' : 'scenes, without a folder'}.`
      throw new NeufError('usage', { problem, command: 'corpus build' })
    }
    return folder === undefined ? buildScenes(context, options) : buildOwn(context, options, folder)
  },
})

type BuildOptions = Readonly<{
  out: string
  recipe: string | undefined
  art: string | undefined
  count: number | undefined
  seed: number | undefined
  side: number | undefined
  fit: Fit | undefined
  threads: number
  json: boolean
}>

async function buildScenes(context: Context, options: BuildOptions): Promise<number> {
  const { corpus } = recipes[options.recipe ?? 'pictogram-tiny']!
  const out = resolve(context.folder, options.out)
  const progress = buildProgress(context)
  const count = options.count ?? corpus.count
  const info = await buildCorpus({
    art: await artFolder(options.art, context),
    out,
    side: corpus.side,
    count,
    validationCount: Math.min(corpus.validationCount, Math.floor(count / 10)),
    seed: options.seed ?? corpus.seed,
    sample: corpus.sample,
    concurrency: options.threads,
    onProgress: progress.update,
    signal: context.signal,
  }).finally(progress.end)
  const { side } = info
  const text = options.json
    ? JSON.stringify({ out, kind: info.kind, count, side })
    : `${count} scenes of ${side} x ${side} pixels in ${out}`
  context.out.write(`${text}\n`)
  return 0
}

async function buildOwn(context: Context, options: BuildOptions, folder: string): Promise<number> {
  const out = resolve(context.folder, options.out)
  const progress = picturesProgress(context)
  const { info, report } = await buildPictures({
    folder: resolve(context.folder, folder),
    out,
    side: options.side ?? 128,
    fit: options.fit ?? 'crop',
    concurrency: options.threads,
    onProgress: progress.update,
    signal: context.signal,
  }).finally(progress.end)
  const { count, side } = info
  const text = options.json
    ? `${JSON.stringify({ out, kind: info.kind, count, side, report })}\n`
    : `${reportText(report)}${count} pictures of ${side} x ${side} pixels in ${out}\n`
  context.out.write(text)
  return 0
}

const inspect = defineCommand({
  name: 'inspect',
  summary: 'make a contact sheet of pictures with their captions',
  usage: '[FOLDER]',
  positionals: { least: 0, most: 1 },
  about:
    `Of ${usualCorpus} unless a folder is given. Clear parts of a picture are shown on a checkerboard. Captions are shown in ` +
    'full.',
  options: {
    count: { kind: 'integer', value: 'N', least: 1, most: maximumScenes, default: 60, help: 'Pictures on the sheet' },
    seed: { kind: 'integer', value: 'N', least: 0, most: Number.MAX_SAFE_INTEGER, default: 1, help: 'Which pictures' },
    language: { kind: 'choice', choices: ['en', 'fr'], help: 'Captions of this language; of both unless given' },
    columns: { kind: 'integer', value: 'N', least: 1, most: 40, default: 8, help: 'Pictures in a row' },
    out: { kind: 'text', value: 'FILE', help: 'The PNG to write; sheet.png in the folder of the corpus unless given' },
  },
  async run(context, options, [given]) {
    const folder = resolve(context.folder, given ?? usualCorpus)
    const corpus = await openCorpus(folder)
    try {
      const path = options.out === undefined ? join(folder, 'sheet.png') : resolve(context.folder, options.out)
      const { count, seed, columns, language } = options
      const sheet = await inspectCorpus(corpus, { count, seed, columns, ...(language && { language }) })
      await atomicWrite(path, sheet, { flush: false })
      context.out.write(`${path}\n`)
      return 0
    } finally {
      corpus.dispose()
    }
  },
})

export const command: CommandGroup = {
  name: 'corpus',
  summary: 'compose captioned pictures to learn from, or take in your own, and look at them',
  commands: [build, inspect],
}
