/** Some hundred requests of any kind; `npm run bench -- fuzz` sends them for as long as you like. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { decodePicture, encodePng } from '../image/codec.ts'
import { readRecipe } from '../image/recipe-metadata.ts'
import type { RunningServer } from './server.ts'
import { anyFile, wholePictures } from './testing/fuzz/files.ts'
import { fuzz, isNews } from './testing/fuzz/fuzz.ts'
import { createRandom } from './testing/fuzz/random.ts'
import { makeTestFolder, removeTestFolder, type TestFolder } from './testing/room.ts'
import { startTestServer } from './testing/server.ts'

const patience = 480_000
const tokens = Array.from({ length: 8 }, (_, i) => `a-token-of-the-tests-${i}`)
let place: TestFolder
let server: RunningServer
const logged: string[] = []

beforeAll(async () => {
  place = await makeTestFolder()
  server = await startTestServer(place, {
    queueSeconds: 20,
    environment: { NEUF_TOKEN: tokens.map((token, i) => `client-${i}=${token}`).join() },
    log: (what, error) => logged.push(`${what}: ${error}`),
  })
}, patience)
afterAll(async () => {
  await server?.close()
  await removeTestFolder(place)
}, patience)

describe('every operation of the document', () => {
  it(
    'gets an answer as declared, whatever is sent, and nothing goes wrong inside',
    async () => {
      const goesOn = (cases: number) => cases < 400
      const outcome = await fuzz({ url: server.url, tokens, seed: 1, goesOn, secrets: [place.folder], patience: 60 })
      expect(outcome.findings).toEqual([])
      expect(logged.filter((line) => !isNews(line))).toEqual([])
      // All were met, and most of them succeeded at least once: what is refused at the door shows little.
      const { paths } = (await (
        await fetch(`${server.url}/api/v1/openapi.json`, { headers: { authorization: `Bearer ${tokens[0]}` } })
      ).json()) as { paths: Record<string, object> }
      const operations = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
      )
      expect([...outcome.answers.keys()].toSorted()).toEqual(operations.toSorted())
      const succeeded = [...outcome.answers.values()].filter((by) =>
        [...by.keys()].some((status) => status >= 200 && status < 300),
      )
      expect(succeeded.length).toBeGreaterThan(operations.length / 2)
    },
    patience,
  )
})

describe('what reads files', () => {
  it(
    'reads them or refuses them in words of the table, whatever they hold',
    async () => {
      const pixels = { width: 8, height: 8, channels: 4, data: new Uint8Array(256).fill(200) } as const
      const whole = await wholePictures([encodePng(pixels)])
      let read = 0
      for (let i = 0; i < 400; i++) {
        const { name, bytes } = anyFile(createRandom(2, i), whole)
        const results = await Promise.allSettled([decodePicture(bytes), (async () => readRecipe(bytes))()])
        for (const result of results) {
          if (result.status === 'fulfilled') read++
          else expect(result.reason, `${i}: ${name}`).toBeInstanceOf(NeufError)
        }
      }
      expect(read).toBeGreaterThan(50)
    },
    patience,
  )
})
