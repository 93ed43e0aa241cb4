/**
 * How true Retry-After is: fills a queue, is refused, and asks again and again until it is let in.
 *
 *     npm run bench -- retry-after [MODEL | steady] [SAMPLES] [QUEUE-SECONDS]
 *
 * Prints what was said and what came true, in seconds, and the median of how far one is from the other. `steady` draws
 * nothing and takes 0.1 s a candidate and 0.3 s a job: what is left is the estimate's own error, not that of a machine whose
 * speed changes while somebody waits.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { NeufError } from '../src/errors/errors.ts'
import { type EngineRoom, openEngineRoom } from '../src/server/engine-room.ts'
import { offerModels } from '../src/server/models.ts'
import type { Drawing } from '../src/server/worker/drawing.ts'

/** Orders differ in size, as people's do. */
const sizes = [16, 32, 64, 9, 48]
const atOnce = 16

export async function bench(): Promise<void> {
  const [model = 'pictogram-tiny', samples = '11', queueSeconds = '30'] = process.argv.slice(3)
  const steady = model === 'steady'
  const data = mkdtempSync(join(tmpdir(), 'neuf-bench-'))
  const models = await offerModels([steady ? 'pictogram-tiny' : model], {
    environment: process.env,
    folder: process.cwd(),
  })
  const room = await openEngineRoom({
    models,
    data,
    databaseUrl: process.env.DATABASE_URL,
    schema: `bench_${process.pid}`,
    queueSeconds: Number(queueSeconds),
    keepSeconds: 3600,
    draw: true,
    ...(steady && { drawing: steadyDrawing(models[0]!.sha256) }),
    atOnce,
    log: (what, error) => console.error(what, error),
  })
  // What is said before anything was measured is a guess; this is about measured speed.
  const { id } = await room.jobs.submit({ prompt: 'a red kangaroo', candidates: 64 }, 'bench')
  for await (const _ of room.jobs.watch(id, { after: 0, signal: new AbortController().signal }));
  const errors: number[] = []
  console.log('said   true   off')
  for (let i = 0; errors.length < Number(samples); i++) {
    const said = await order(room, sizes[i % sizes.length]!)
    if (said === undefined) continue
    const since = performance.now()
    do await setTimeout(100)
    while ((await order(room, sizes[i % sizes.length]!)) !== undefined)
    const came = (performance.now() - since) / 1000
    errors.push(Math.abs(said - came) / came)
    console.log(
      `${String(said).padStart(4)}  ${came.toFixed(1).padStart(5)}  ${(100 * errors.at(-1)!).toFixed(0).padStart(3)} %`,
    )
  }
  console.log(`median ${(100 * errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)]!).toFixed(0)} %`)
  await room.close()
  rmSync(data, { recursive: true })
}

/** Seconds until there is room, or undefined when the order was taken. */
async function order({ jobs }: EngineRoom, candidates: number): Promise<number | undefined> {
  try {
    await jobs.submit({ prompt: 'a red kangaroo', candidates, count: Math.min(9, candidates) }, 'bench')
    return undefined
  } catch (error) {
    if (error instanceof NeufError && error.code === 'queue-full')
      return (error as NeufError<'queue-full'>).details.seconds
    throw error
  }
}

function steadyDrawing(model: string): Drawing {
  return {
    pid: process.pid,
    ready: async () => ({ engine: 'steady', models: [model] }),
    async *draw({ request }) {
      for (let start = 0; start < request.candidates; start += atOnce) {
        const indices = Array.from({ length: Math.min(atOnce, request.candidates - start) }, (_, i) => start + i)
        await setTimeout(100 * indices.length)
        const score = { score: 0, matchProbability: null }
        const candidates = indices.map((index) => ({ index, tokens: new Uint16Array(1), score }))
        yield { kind: 'landed', candidates, best: [], pictures: [] }
      }
      await setTimeout(300)
      yield { kind: 'done', best: [], pictures: [], sheet: new Uint8Array(1) }
    },
    close: async () => undefined,
  }
}
