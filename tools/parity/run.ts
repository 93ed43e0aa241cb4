/**
 * `npm run parity [-- --keep]`: the published networks at full size with random weights, written in the published formats, converted
 * by this project and held against other people's implementations, which run in a Python environment that is made first
 * (environment.ts). What is compared, and which known differences of min-dalle are undone, stands in full_size.py. Takes 6 GB of
 * disk besides the environment, 6 GB of memory and some minutes; OMP_NUM_THREADS=1 is faster where others keep the processors busy.
 *
 * Last line: JSON with each error, the largest difference as a share of the largest expected value. Ends with status 1 where
 * one is over the limit, a likeliest token differs or a text has other ids.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertPublished } from '../../src/convert/convert-published.ts'
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

async function convert(): Promise<string> {
  const to = join(folder, 'model')
  await mkdir(to, { recursive: true })
  const publication = publications.find(({ model }) => model === 'dalle-mini')!
  const { signal } = new AbortController()
  await convertPublished(await written(), { publication, to, precision: 'fp32', signal })
  return to
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

const python = parityPython()
await rm(folder, { recursive: true, force: true })
try {
  const written = spawnSync(python, [join(import.meta.dirname, 'full_size.py'), folder], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, HF_HUB_OFFLINE: '1', TRANSFORMERS_VERBOSITY: 'error', PYTHONWARNINGS: 'ignore' },
  })
  if (written.status !== 0) throw new Error('the other implementations could not be run')
  console.error('converting')
  const model = await openModel(await convert())
  const about = JSON.parse(await readFile(join(expected, 'about.json'), 'utf8')) as About
  const threads = Number(process.env.OMP_NUM_THREADS)
  const engine = createNodeEngine(threads > 0 ? { threads } : {})
  const comparing = { model, engine, about, expected }
  const texts = await textsOf(model)
  console.error('comparing')
  const text = await compareTexts(texts)
  const generator = await compareGenerator(
    comparing,
    texts.own.tokenizer,
    normalise(about.prompt, texts.own.normaliser),
  )
  const vqgan = await compareVqgan(comparing)
  const clip = await compareClip(comparing, texts.clip)
  await engine.dispose()
  const { greedyTokens, greedyTokensSame, logits } = generator
  const { encoderCodes, encoderCodesSame, pixels, encoderVectors } = vqgan
  const errors = { logits, pixels, encoderVectors, ...clip }
  const passed =
    Object.values(errors).every((error) => error <= mostError) &&
    greedyTokensSame === greedyTokens &&
    encoderCodesSame === encoderCodes &&
    [text.normalised, text.bart, text.clip].every((same) => same === text.texts)
  const counts = { greedyTokens, greedyTokensSame, encoderCodes, encoderCodesSame, text }
  console.log(JSON.stringify({ passed, mostError, ...errors, ...counts, minDalle: about.minDalle, torch: about.torch }))
  process.exitCode = passed ? 0 : 1
} finally {
  if (!process.argv.includes('--keep')) await rm(folder, { recursive: true, force: true })
}
