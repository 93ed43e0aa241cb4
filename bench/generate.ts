/**
 * Nine of 32 candidates, the whole process timed from outside, and where the time goes. `npm run bench -- generate
 * [--model NAME|FOLDER] [--runs N]`. Last line: JSON with `seconds` (median of N process starts), `floorSeconds` (the path's
 * arithmetic at the best rate of plain matrix products in the same run), `peakMB`, `processorSeconds` (median, user and
 * system: other programs on the machine count far less) and `fastest`.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from '../src/evaluate/statistics.ts'
import { isClip, readSettings } from '../src/families/dalle-mini/settings.ts'
import { createParameters, inOrder, input, type Node, type Tensor } from '../src/graph/index.ts'
import { defaultModel, findModel } from '../src/models/find-model.ts'
import { openModel } from '../src/models/model-folder.ts'
import { embedClipPicture, embedClipText } from '../src/networks/clip.ts'
import {
  codesAtPosition,
  encodeText,
  furtherCode,
  generatorStep,
  memoryOf,
  positionsOf,
} from '../src/networks/dalle-mini.ts'
import { decodeCodes } from '../src/networks/image-tokenizer.ts'
import { embedPicture, embedText } from '../src/networks/scorer.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { operations, products } from './train.ts'

const count = 9
const candidates = 32
const launcher = fileURLToPath(new URL('../bin/neuf.cjs', import.meta.url))
const peakMemory = fileURLToPath(new URL('measure/peak-memory.cjs', import.meta.url))

type Run = {
  readonly seconds: number
  readonly peakMB: number
  readonly processorSeconds: number
  readonly timings: Readonly<Record<string, number>>
}

/** One drawing in a process of its own, from its start to its end. */
async function draw(model: string, out: string): Promise<Run> {
  const argv = [launcher, 'generate', 'a kangaroo made of cheese', '--model', model, '--seed', '7', '--json']
  const numbers = ['--count', String(count), '--candidates', String(candidates), '--out', join(out, 'sheet.png')]
  const start = performance.now()
  const child = spawn(process.execPath, [...argv, ...numbers], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: `--require ${JSON.stringify(peakMemory)}` },
  })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  const status = await new Promise((resolve) => child.on('close', resolve))
  const seconds = (performance.now() - start) / 1000
  if (status !== 0) throw new Error(`neuf ended with ${status}: ${said.err}`)
  const peakMB = Number(/peakMB (\d+)/.exec(said.err)?.[1])
  const processorSeconds = Number(/processorSeconds ([\d.]+)/.exec(said.err)?.[1])
  return {
    seconds,
    peakMB,
    processorSeconds,
    timings: (JSON.parse(said.out) as { timings: Record<string, number> }).timings,
  }
}

/** Additions and multiplications of all matrix products below these tensors. */
function work(outputs: readonly Tensor[]): number {
  return inOrder(outputs).reduce(
    (sum, node) => sum + (node.op.name === 'cachedAttention' ? cached(node) : operations(node)),
    0,
  )
}

/** Queries with keys and shares with values, over the past and the position itself. */
function cached({ inputs }: Node): number {
  const [q, , , keys] = inputs
  const rows = q!.shape.reduce<number>((product, size) => product * Number(size), 1)
  return 2 * 2 * rows * (Number(keys!.shape.at(-2)) + 1)
}

/** What drawing, scoring and decoding have to compute at least: each position attends to those before it, none padded. */
function arithmetic({ generator, imageTokenizer, scorer }: ReturnType<typeof readSettings>, guided: boolean): number {
  const p = createParameters
  const groups = guided ? 2 : 1
  const { textLength, imageLength, decoderLayers, heads, width } = generator
  const text = (rows: number) => input('text', [rows, textLength], 'int32')
  const visible = (rows: number) => input('visible', [rows, textLength])
  const codes = (rows: number) => input('codes', [rows, imageLength], 'int32')
  const memory = memoryOf(p(), generator, encodeText(p(), generator, text(groups), visible(groups)))
  const prompt = work(memory.flatMap(({ keys, values }) => [keys, values]))
  const layers = Array.from({ length: decoderLayers }, (_, layer) => layer)
  const places = codesAtPosition(generator)
  const tokens = (of: number) => input('tokens', [groups, candidates, ...(of > 0 ? [of] : [])], 'int32')
  const hidden = input('hidden', [groups, candidates, width])
  const further = Array.from({ length: places - 1 }, (_, i) =>
    furtherCode(p(), generator, i + 1, hidden, tokens(i + 1)),
  )
  const step = (capacity: number): number => {
    const mask = input('mask', [capacity])
    const past = [groups, candidates, heads, capacity, width / heads]
    const { logits } = generatorStep(p(), generator, {
      tokens: tokens(places === 1 ? 0 : places),
      position: input('position', [1], 'int32'),
      visible: visible(groups),
      memory: layers.map(() => ({
        keys: input('keys', [groups, heads, textLength, width / heads]),
        values: input('values', [groups, heads, textLength, width / heads]),
      })),
      past: layers.map(() => ({ keys: input('pastKeys', past), values: input('pastValues', past), mask })),
    })
    return work([logits])
  }
  let steps = positionsOf(generator) * work(further)
  for (let position = 0; position < positionsOf(generator); position++) steps += step(Math.max(1, position))
  const pixels = (rows: number, side = imageTokenizer.side) => input('pixels', [rows, side, side, 3], 'uint8')
  const readsCodes = !isClip(scorer) && 'codes' in scorer.reads
  const scores = isClip(scorer)
    ? [
        embedClipText(p(), scorer, input('clipText', [1, scorer.text.length], 'int32')),
        embedClipPicture(p(), scorer, pixels(candidates, scorer.picture.side)),
      ]
    : [
        embedText(p(), scorer, text(1), visible(1)),
        embedPicture(p(), scorer, readsCodes ? codes(candidates) : pixels(candidates)),
      ]
  const decoded = readsCodes ? count : candidates
  return prompt + steps + work(scores) + work([decodeCodes(p(), imageTokenizer, codes(decoded))])
}

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { model: { type: 'string', default: defaultModel }, runs: { type: 'string', default: '7' } },
  })
  const runs = Math.max(1, Number.parseInt(values.runs, 10) || 7)
  const folder = await findModel(values.model, { environment: process.env, folder: process.cwd() })
  const model = await openModel(folder)
  const floor = arithmetic(readSettings(model), model.json.sampling.guidance !== 1)
  const out = await mkdtemp(join(tmpdir(), 'neuf-bench-'))
  const engine = createNodeEngine()
  try {
    const rateOfProducts = await products(engine)
    let rate = await rateOfProducts()
    // The first run compiles the program into the cache, as the first one after an installation does.
    await draw(folder, out)
    const drawn: Run[] = []
    for (let i = 0; i < runs; i++) {
      drawn.push(await draw(folder, out))
      rate = Math.max(rate, await rateOfProducts())
    }
    const seconds = median(drawn.map((run) => run.seconds))
    const parts = ['open', 'prompt', 'sample', 'score', 'decode', 'files', 'total'] as const
    const times = parts.map((part) => [part, median(drawn.map(({ timings }) => timings[part]!))] as const)
    const rest = median(drawn.map((run) => run.seconds * 1000 - run.timings.total!))
    console.log(`${count} of ${candidates} candidates, ${runs} runs, medians in ms:`)
    console.log(`${String(Math.round(rest)).padStart(6)}  process start, imports, end`)
    for (const [part, time] of times) console.log(`${String(Math.round(time)).padStart(6)}  ${meanings[part]}`)
    console.log(`${(floor / 1e9).toFixed(1)} GFLOP; products at ${rate.toFixed(0)} GFLOP/s`)
    const peakMB = Math.max(...drawn.map((run) => run.peakMB))
    const processorSeconds = median(drawn.map((run) => run.processorSeconds))
    const fastest = Math.min(...drawn.map((run) => run.seconds))
    const round = (value: number) => Math.round(value * 1000) / 1000
    console.log(
      JSON.stringify({
        seconds: round(seconds),
        floorSeconds: round(floor / rate / 1e9),
        peakMB,
        processorSeconds: round(processorSeconds),
        fastest: round(fastest),
      }),
    )
  } finally {
    await engine.dispose()
    await rm(out, { recursive: true, force: true })
  }
}

const meanings = {
  open: 'model files, engine, sessions of the generator',
  prompt: 'prompt to text tokens',
  sample: 'steps of the generator, and drawing tokens (other sessions load meanwhile)',
  score: 'scoring',
  decode: 'image tokens to pixels',
  files: 'sheet and pictures encoded and written',
  total: 'all of these',
} as const
