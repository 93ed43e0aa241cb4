/**
 * A grid of pictures with guidance, text to pixels, by DALL·E mini at its published size with random weights: this project's in
 * fp32, in 8 bits by rows, as models are pulled, and by blocks, against min-dalle on PyTorch in fp32 and, where the processor has it,
 * in bf16. Each is loaded once in a process of its own, and they draw in turns. `npm run bench -- dalle-mini [--grid 3] [--rounds 3]
 * [--model mini|mega|sample] [--peer-positions 256] [--keep]`. PyTorch comes from the environment of `npm run parity`.
 *
 * Last line: JSON. `speedupFp32`, `speedupInt8`, `speedupInt8Blocks`, `speedupInt8OverBf16`: min-dalle's seconds over ours, the median
 * of the rounds; in 8 bits by rows unless it says blocks.
 * `floorRatio`: our seconds in 8 bits over those that the products and convolutions take which must be computed, each measured
 * alone between the rounds, in its precision and shape (measure/floor.ts). `peakMB`: the most that the process in 8 bits had.
 * `processor` has the same of the seconds that processors worked, which is what tells on a machine where others work, too (with one
 * thread: several wait for each other at work). Fewer `--peer-positions` than 256, and min-dalle computes so many of each picture's
 * positions, the others counted as long as these; `peerPositions` then says so.
 *
 * `--model mega` measures 8 bits alone, since min-dalle's would take 11 GB; `--model sample` shows in little time whether all of this
 * works. OMP_NUM_THREADS says how many threads each takes; all processors unless given.
 */
import { spawnSync } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from '../src/evaluate/statistics.ts'
import { isLarge, openFamily } from '../src/families/open.ts'
import { openModel } from '../src/models/model-folder.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { createNodeEngines } from '../src/runtime/node/engines.ts'
import { normalise } from '../src/text/normalise.ts'
import { parityPython } from '../tools/parity/environment.ts'
import { createFloor } from './measure/floor.ts'
import { answerLines, type LineChild, startChild } from './measure/line-child.ts'
import {
  convertMinDalle,
  placeOf,
  released,
  type Size,
  type StoredAs,
  sizes,
  vocabularyFiles,
  workOf,
} from './measure/published-model.ts'

const minDalle = fileURLToPath(new URL('measure/min_dalle_peer.py', import.meta.url))
const prompt = 'a red kangaroo made of cheese'
/** As min-dalle draws unless told. */
const sampling = { temperature: 1, topK: 256, guidance: 16 }

const threads = (): { readonly threads?: number } => {
  const given = Number(process.env.OMP_NUM_THREADS)
  return given > 0 ? { threads: given } : {}
}

/** What models are pulled in unless told otherwise. */
const fewBits: StoredAs = 'int8-rows'

/** Of a picture. */
const allPositions = 256
/** What every process draws first, since what is made when it is first needed is made then. */
const first = { grid: 1, positions: 4 }

/** Since the process began. */
const processorSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const peakMB = (): number => Math.round(process.resourceUsage().maxRSS / 1024)

/** The processes that this one starts, by their names on its command line. */
const parts: Readonly<Record<string, (folder: string, size: Size) => Promise<void>>> = {
  /** Draws with the model in `folder`. */
  async neuf(folder) {
    const since = performance.now()
    const model = await openModel(folder)
    const engines = createNodeEngines({ one: isLarge(model), ...threads() })
    const { sampler, prompts } = await openFamily(model, ...engines)
    const loaded = (performance.now() - since) / 1000
    const normalised = normalise(prompt, prompts.normaliser)
    await answerLines({ ready: 'neuf', loaded }, async (question) => {
      const { grid } = question as { grid: number }
      const [start, worked] = [performance.now(), processorSeconds()]
      const tokens: Uint16Array[] = []
      const indices = Array.from({ length: grid * grid }, (_, index) => index)
      for await (const event of sampler.sample({ prompt: normalised, seed: 1, sampling, indices })) {
        if (event.kind === 'candidate') tokens[event.candidate.index] = event.candidate.tokens
      }
      const sampled = (performance.now() - start) / 1000
      const pictures = await sampler.decode(tokens)
      if (pictures.length !== grid * grid) throw new Error(`${pictures.length} pictures were drawn`)
      const seconds = (performance.now() - start) / 1000
      return { seconds, processorSeconds: processorSeconds() - worked, sampled, peakMB: peakMB() }
    })
    await Promise.all(engines.map((engine) => engine.dispose()))
  },
  /** Measures the floor of a model in 8 bits. */
  async floor(_, size) {
    const engine = createNodeEngine(threads())
    const floors = new Map<number, ReturnType<typeof createFloor>>()
    await answerLines({ ready: 'floor' }, async (question) => {
      const { grid } = question as { grid: number }
      const floor = floors.get(grid) ?? createFloor(engine, workOf(released[size].generator, grid, fewBits))
      floors.set(grid, floor)
      return { ...(await floor.measure()), parts: floor.parts().slice(0, 12) }
    })
    await engine.dispose()
  },
}

const startPart = (part: string, folder: string, size: Size): Promise<LineChild> =>
  startChild(process.execPath, [process.argv[1]!, 'dalle-mini', '--model', size, '--part', part, '--folder', folder])

/** Files and models, made once where they are kept. */
async function prepare(folder: string, size: Size, stored: readonly StoredAs[], python: string): Promise<void> {
  const done = join(folder, 'made')
  if ((await readFile(done, 'utf8').catch(() => '')) === stored.join()) return
  await rm(folder, { recursive: true, force: true })
  const own = join(folder, placeOf(size))
  await mkdir(own, { recursive: true })
  const { vocabulary, merges } = await vocabularyFiles()
  await writeFile(join(own, 'vocab.json'), vocabulary)
  await writeFile(join(own, 'merges.txt'), merges)
  const { status } = spawnSync(python, [minDalle, 'write', folder, size], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error('the files could not be written')
  for (const precision of stored) await convertMinDalle(folder, size, precision, join(folder, precision))
  await writeFile(done, stored.join())
}

/** Products of bf16 by the processor itself: without them PyTorch only imitates it. */
async function hasBf16(): Promise<boolean> {
  const about = await readFile('/proc/cpuinfo', 'utf8').catch(() => '')
  return /\b(avx512_bf16|amx_bf16|bf16)\b/.test(about)
}

/** Of the rounds' seconds of each process. */
function ratios(seconds: ReadonlyMap<string, readonly number[]>, size: Size) {
  const rounded = (value: number): number => Math.round(value * 100) / 100
  const over = (slow: string, fast: string): number | null => {
    const each = seconds.get(slow)?.map((value, i) => value / seconds.get(fast)![i]!)
    return each === undefined ? null : rounded(median(each))
  }
  const least = Math.min(...seconds.get('floor')!)
  return {
    ...(size !== 'mega' && {
      speedupFp32: over('min-dalle fp32', 'fp32'),
      speedupInt8: over('min-dalle fp32', fewBits),
      speedupInt8Blocks: over('min-dalle fp32', 'int8'),
      speedupInt8OverBf16: over('min-dalle bf16', fewBits),
    }),
    seconds: Object.fromEntries([...seconds].map(([name, all]) => [name, rounded(median(all))])),
    floorRatio: rounded(median(seconds.get(fewBits)!) / least),
  }
}

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      model: { type: 'string', default: 'mini' },
      grid: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '3' },
      'peer-positions': { type: 'string', default: String(allPositions) },
      keep: { type: 'boolean', default: false },
      part: { type: 'string' },
      folder: { type: 'string', default: '' },
    },
  })
  const size = sizes.find((each) => each === values.model)
  if (size === undefined) throw new Error(`--model is one of ${sizes.join(', ')}`)
  if (values.part !== undefined) return parts[values.part]!(values.folder, size)
  const [grid, rounds, wanted] = [values.grid, values.rounds, values['peer-positions']].map((value) =>
    Math.max(1, Number.parseInt(value, 10) || 1),
  ) as [number, number, number]
  const positions = Math.min(allPositions, wanted)
  const folder = fileURLToPath(new URL(`../out/bench/dalle-${size}`, import.meta.url))
  const python = parityPython()
  const children = new Map<string, LineChild>()
  try {
    await prepare(folder, size, size === 'mega' ? [fewBits] : ['fp32', fewBits, 'int8'], python)
    const start = async (name: string, starting: Promise<LineChild>) => {
      const child = await starting
      console.log(`${name}: ${JSON.stringify(child.ready)}`)
      children.set(name, child)
    }
    const peer = (precision: string) => startChild(python, [minDalle, 'draw', folder, size, precision])
    await start(fewBits, startPart('neuf', join(folder, fewBits), size))
    if (size !== 'mega') {
      await start('int8', startPart('neuf', join(folder, 'int8'), size))
      await start('fp32', startPart('neuf', join(folder, 'fp32'), size))
      await start('min-dalle fp32', peer('fp32'))
      if (await hasBf16()) await start('min-dalle bf16', peer('bf16'))
    }
    await start('floor', startPart('floor', folder, size))
    for (const [name, child] of children) if (name !== 'floor') await child.ask(first)
    const seconds = new Map<string, number[]>([...children.keys()].map((name) => [name, []]))
    const worked = new Map<string, number[]>([...children.keys()].map((name) => [name, []]))
    let peak = 0
    for (let round = 0; round < rounds; round++) {
      for (const [name, child] of children) {
        const answer = await child.ask({ grid, positions })
        seconds.get(name)!.push(answer.seconds!)
        worked.get(name)!.push(answer.processorSeconds!)
        if (name === fewBits) peak = answer.peakMB!
        console.log(`${name}: ${JSON.stringify(answer)}`)
      }
    }
    console.log(
      JSON.stringify({
        ...ratios(seconds, size),
        processor: ratios(worked, size),
        peakMB: peak,
        grid,
        ...(size !== 'mega' && positions < allPositions && { peerPositions: positions }),
      }),
    )
  } finally {
    for (const child of children.values()) await child.end()
    if (!values.keep) await rm(folder, { recursive: true, force: true })
  }
}
