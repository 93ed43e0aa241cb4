/**
 * `npm run parity [-- --keep | --kept]`: the published networks at full size with random weights, written in the published formats, converted
 * by this project and held against other people's implementations, which run in a Python environment that is made first
 * (environment.ts). What is compared, and which known differences of min-dalle are undone, stands in full_size.py. Takes 6 GB of
 * disk besides the environment, 6 GB of memory and some minutes; OMP_NUM_THREADS=1 is faster where others keep the processors busy.
 *
 * --keep leaves the files in out/parity/run, and --kept compares once more what was left there.
 *
 * Last line: JSON with each error, the largest difference as a share of the largest expected value. Ends with status 1 where
 * one is over the limit, a likeliest token differs or a text has other ids.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertPublished } from '../../src/convert/convert-published.ts'
import { addFile } from '../../src/models/add-file.ts'
import { openModel } from '../../src/models/model-folder.ts'
import type { LocatedFile } from '../../src/models/published/located-file.ts'
import { publications } from '../../src/models/published/publications.ts'
import { createNodeEngine } from '../../src/runtime/node/engine.ts'
import { normalise } from '../../src/text/normalise.ts'
import { type About, compareClip, compareGenerator, compareVqgan, textsOf } from './compare-networks.ts'
import { parityPython } from './environment.ts'

/** Of 32-bit floats through some hundred layers. */
const mostError = 1e-4

const folder = fileURLToPath(new URL('../../out/parity/run', import.meta.url))
const expected = join(folder, 'expected')

/** What was written, in the place of what can be pulled. */
async function written(): Promise<LocatedFile[]> {
  const publication = publications.find(({ model }) => model === 'dalle-mini')!
  const located = publication.files.map(async (file): Promise<LocatedFile[]> => {
    const at = join(folder, 'published', file.role, file.path)
    const status = await stat(at).catch(() => undefined)
    return status === undefined ? [] : [{ ...file, at, bytes: status.size, checked: 'unchecked' }]
  })
  return (await Promise.all(located)).flat()
}

async function convert(): Promise<void> {
  const to = join(folder, 'model')
  await mkdir(to, { recursive: true })
  const publication = publications.find(({ model }) => model === 'dalle-mini')!
  const { signal } = new AbortController()
  await convertPublished(await written(), { publication, to, precision: 'fp32', signal })
  // Readings of scripts that have none built in: what the original has with all of its tables.
  await addFile(to, to, 'transliteration.json', await readFile(join(expected, 'transliteration.json')))
}

/** Of texts as they are typed: normalised, as DALL·E mini's ids, as CLIP's. */
async function compareTexts({ own, clip }: Awaited<ReturnType<typeof textsOf>>) {
  type Row = readonly [text: string, normalised: string, bart: readonly number[], clip: readonly number[]]
  const rows = JSON.parse(await readFile(join(expected, 'text.json'), 'utf8')) as Row[]
  const same = { normalised: 0, bart: 0, clip: 0 }
  for (const [text, normalised, bart, clipIds] of rows) {
    same.normalised += Number(normalise(text, own.normaliser) === (text === '' ? '' : normalised))
    same.bart += Number(own.tokenizer.encode(normalised).ids.join() === bart.join())
    same.clip += Number(clip.encode(text).ids.join() === clipIds.join())
  }
  return { texts: rows.length, ...same }
}

async function write(): Promise<void> {
  const python = parityPython()
  await rm(folder, { recursive: true, force: true })
  const run = (script: string, ...args: string[]) => {
    const { status } = spawnSync(python, [join(import.meta.dirname, script), ...args], {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error', PYTHONWARNINGS: 'ignore' },
    })
    if (status !== 0) throw new Error(`${script} could not be run`)
  }
  run('full_size.py', folder)
  run('transliteration.py', join(expected, 'transliteration.json'))
  console.error('converting')
  await convert()
}

/** Says a result as it comes. */
function say<T>(what: string, found: T): T {
  console.error(`${what}: ${JSON.stringify(found)}`)
  return found
}

const kept = process.argv.includes('--kept')
try {
  if (!kept) await write()
  const model = await openModel(join(folder, 'model'))
  const about = JSON.parse(await readFile(join(expected, 'about.json'), 'utf8')) as About
  const threads = Number(process.env.OMP_NUM_THREADS)
  const engine = createNodeEngine(threads > 0 ? { threads } : {})
  const comparing = { model, engine, about, expected }
  const texts = await textsOf(model)
  const text = say('text', await compareTexts(texts))
  const clip = say('CLIP', await compareClip(comparing, texts.clip))
  const vqgan = say('VQGAN', await compareVqgan(comparing, mostError))
  const normalised = normalise(about.prompt, texts.own.normaliser)
  const generator = say('generator', await compareGenerator(comparing, texts.own.tokenizer, normalised))
  await engine.dispose()
  const errors = [
    clip.clipTexts,
    clip.clipPictures,
    clip.clipScores,
    vqgan.pixels,
    vqgan.encoderVectors,
    generator.logits,
  ]
  const passed =
    errors.every((error) => error <= mostError) &&
    generator.greedyTokensSame === generator.greedyTokens &&
    vqgan.clearCodesSame === vqgan.clearCodes &&
    clip.levelsOfResizing <= 1 &&
    [text.normalised, text.bart, text.clip].every((same) => same === text.texts)
  const { minDalle, torch } = about
  console.log(JSON.stringify({ passed, mostError, ...generator, ...vqgan, ...clip, text, minDalle, torch }))
  process.exitCode = passed ? 0 : 1
} finally {
  if (!kept && !process.argv.includes('--keep')) await rm(folder, { recursive: true, force: true })
}
