/** A few kills at random moments; `npm run bench -- kills` does many. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KillSettings, killAtRandom } from './testing/kills.ts'
import { findPostgres, startPostgres } from './testing/postgres.ts'
import { databaseUrl, makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'

/** Starts of processes and databases on a busy machine take their time. */
const patience = 480_000
let place: TestFolder
beforeAll(async () => {
  place = await makeTestFolder()
})
afterAll(() => removeTestFolder(place), patience)

async function killed(change: Pick<KillSettings, 'databaseUrl' | 'kills' | 'seed'>) {
  const { model, schema } = place
  return killAtRandom({ model, schema, folder: `${place.folder}/${change.seed}`, candidates: 40, ...change })
}

describe('what was accepted while processes are killed', () => {
  it(
    'is done once, with the pictures of an undisturbed run, on an embedded database',
    async () => {
      const { jobs, ...rest } = await killed({ databaseUrl: undefined, kills: 3, seed: 1 })
      expect(rest).toEqual({ kills: 3, lost: 0, twice: 0, different: 0 })
      expect(jobs).toBeGreaterThanOrEqual(5)
    },
    patience,
  )

  it.skipIf(databaseUrl === undefined && findPostgres() === undefined)(
    'and on a PostgreSQL, with workers of its own',
    async () => {
      const own = databaseUrl === undefined ? await startPostgres() : undefined
      try {
        const url = databaseUrl ?? own!.url
        const { jobs, ...rest } = await killed({ databaseUrl: url, kills: 3, seed: 2 })
        expect(rest).toEqual({ kills: 3, lost: 0, twice: 0, different: 0 })
        expect(jobs).toBeGreaterThanOrEqual(5)
      } finally {
        await own?.close()
      }
    },
    patience,
  )
})
