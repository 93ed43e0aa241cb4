/**
 * How much sooner two workers are through with a queue than one.
 *
 *     npm run bench -- workers [--jobs 24] [--candidates 32] [--rounds 3] [--model NAME|FOLDER] [--database URL|own]
 *
 * A server that does not draw, a PostgreSQL (`own`, unless told, starts one in a temporary folder), and workers with one thread each.
 * All jobs are ordered at once when the workers are there; the time runs from when the first is begun until the last is done, as
 * the jobs themselves tell. One worker and two take turns, so that what else the machine does hits both.
 *
 * Last line: JSON with `ratio` (of the medians; 0.5 at best), `oneSeconds`, `twoSeconds`, `rounds`, `jobs`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { median } from '../src/evaluate/statistics.ts'
import { defaultModel } from '../src/models/find-model.ts'
import { type Client, createClient } from '../src/server/testing/client.ts'
import { type NeufProcess, startNeuf } from '../src/server/testing/processes.ts'
import { round, wholeNumber, withDatabase } from './measure/server-bench.ts'

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      jobs: { type: 'string', default: '24' },
      candidates: { type: 'string', default: '32' },
      rounds: { type: 'string', default: '3' },
      model: { type: 'string', default: defaultModel },
      database: { type: 'string', default: 'own' },
    },
  })
  const jobs = wholeNumber('--jobs', values.jobs)
  const candidates = wholeNumber('--candidates', values.candidates)
  const rounds = wholeNumber('--rounds', values.rounds)
  const folder = await mkdtemp(join(tmpdir(), 'neuf-bench-'))
  const shared = ['--model', values.model, '--data', folder]
  const times = new Map<number, number[]>([
    [1, []],
    [2, []],
  ])
  try {
    await withDatabase(values.database, async ({ databaseUrl, schema }) => {
      const environment = { DATABASE_URL: databaseUrl, NEUF_SCHEMA: schema }
      const everything = ['--queue-seconds', '1000000']
      const server = await startNeuf(['serve', '--port', '0', '--no-drawing', ...everything, ...shared], {
        environment,
      })
      const client = createClient({ url: () => server.url })
      try {
        for (let run = 0; run < 2 * rounds; run++) {
          const count = 1 + (run % 2)
          const workers: NeufProcess[] = []
          try {
            for (let i = 0; i < count; i++) {
              workers.push(await startNeuf(['worker', '--threads', '1', ...shared], { environment }))
            }
            await untilWorkers(server.url, count)
            const seconds = await timeOf(client, jobs, candidates)
            times.get(count)!.push(seconds)
            console.log(`${count === 1 ? 'one worker ' : 'two workers'} ${seconds.toFixed(1)} s`)
          } finally {
            for (const worker of workers) await worker.end('SIGTERM')
          }
        }
      } finally {
        await server.end('SIGTERM')
      }
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  const [one, two] = [median(times.get(1)!), median(times.get(2)!)]
  console.log(JSON.stringify({ ratio: round(two / one), oneSeconds: round(one), twoSeconds: round(two), rounds, jobs }))
}

/** Workers count as soon as their models are open. */
async function untilWorkers(url: string, count: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text()
    if (Number(/^neuf_workers (\d+)$/m.exec(text)?.[1]) === count) return
    await setTimeout(200)
  }
}

/** Seconds from the first beginning to the last end. */
async function timeOf(client: Client, jobs: number, candidates: number): Promise<number> {
  const count = Math.min(9, candidates)
  const ordered = []
  for (let seed = 0; seed < jobs; seed++) {
    ordered.push(await client.order({ prompt: 'a kangaroo made of cheese', seed, count, candidates }))
  }
  const done = []
  for (const { id } of ordered) done.push(await client.finished(id))
  const failed = done.find(({ state }) => state !== 'done')
  if (failed !== undefined) throw new Error(`A job ended as ${failed.state}: ${failed.error?.message}`)
  const begun = Math.min(...done.map(({ started }) => Date.parse(started!)))
  return (Math.max(...done.map(({ finished }) => Date.parse(finished!))) - begun) / 1000
}
