/**
 * What becomes of jobs while processes are killed (SIGKILL) at random, under load.
 *
 *     npm run bench -- kills [--kills 50] [--candidates 60] [--model NAME|FOLDER] [--seed 1] [--database URL|own]
 *
 * Without `--database` it is one server that draws, on its embedded database; with it a server and two workers on a PostgreSQL,
 * and `own` starts one in a temporary folder. Killed are servers, workers and the processes that draw for them, also while they
 * start. Last line: JSON with `kills`, `jobs` (accepted), `lost` (not done in the end), `twice` (done again under another id, or a
 * candidate that landed twice), `different` (other bytes, scores or order than in an undisturbed run), `seconds`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultModel } from '../src/models/find-model.ts'
import { killAtRandom } from '../src/server/testing/kills.ts'
import { wholeNumber, withDatabase } from './measure/server-bench.ts'

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: {
      kills: { type: 'string', default: '50' },
      candidates: { type: 'string', default: '60' },
      model: { type: 'string', default: defaultModel },
      seed: { type: 'string', default: '1' },
      database: { type: 'string' },
    },
  })
  const kills = wholeNumber('--kills', values.kills)
  const candidates = wholeNumber('--candidates', values.candidates)
  const seed = wholeNumber('--seed', values.seed)
  const folder = await mkdtemp(join(tmpdir(), 'neuf-bench-'))
  const since = performance.now()
  try {
    const outcome = await withDatabase(values.database, ({ databaseUrl, schema }) => {
      const { model } = values
      return killAtRandom({ model, folder, databaseUrl, schema, kills, candidates, seed, onKill: console.log })
    })
    console.log(JSON.stringify({ ...outcome, seconds: Math.round((performance.now() - since) / 1000) }))
    if (outcome.lost + outcome.twice + outcome.different > 0) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
