/**
 * How true Retry-After is: fills a server's queue, is refused, and asks again and again until it is let in.
 *
 *     npm run bench -- retry-after [MODEL] [SAMPLES] [QUEUE-SECONDS]
 *
 * Prints what was said and what came true, in seconds, and the median of how far one is from the other.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { startServer } from '../src/server/server.ts'

export async function bench(): Promise<void> {
  const [model = 'pictogram-tiny', samples = '9', queueSeconds = '30'] = process.argv.slice(3)
  const data = mkdtempSync(join(tmpdir(), 'neuf-bench-'))
  const server = await startServer({
    models: [model],
    host: '127.0.0.1',
    port: 0,
    data,
    environment: process.env,
    folder: process.cwd(),
    names: [],
    origins: [],
    queueSeconds: Number(queueSeconds),
    keepDays: 1,
    draw: true,
    version: '0.0.0',
    schema: `bench_${process.pid}`,
    log: (what, error) => console.error(what, error),
  })

  const ask = (candidates: number): Promise<Response> =>
    fetch(`${server.url}/api/v1/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a red kangaroo', candidates, count: Math.min(9, candidates) }),
    })

  /** Orders differ in size, as people's do. */
  const sizes = [16, 32, 64, 9, 48]
  // What is said before anything was measured is a guess; this is about measured speed.
  await (await ask(32)).json()
  const errors: number[] = []
  console.log('said   true   off')
  for (let i = 0; errors.length < Number(samples); i++) {
    const size = sizes[i % sizes.length]!
    const response = await ask(size)
    await response.body?.cancel()
    if (response.status === 202) continue
    const said = Number(response.headers.get('retry-after'))
    const since = performance.now()
    for (;;) {
      await setTimeout(250)
      const again = await ask(size)
      await again.body?.cancel()
      if (again.status === 202) break
    }
    const came = (performance.now() - since) / 1000
    errors.push(Math.abs(said - came) / came)
    console.log(
      `${String(said).padStart(4)}  ${came.toFixed(1).padStart(5)}  ${(100 * errors.at(-1)!).toFixed(0).padStart(3)} %`,
    )
  }
  console.log(`median ${(100 * errors.toSorted((a, b) => a - b)[Math.floor(errors.length / 2)]!).toFixed(0)} %`)
  await server.close()
  rmSync(data, { recursive: true })
}
