import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openModel, writeModel } from './model-folder.ts'
import type { NetworkToWrite, WeightStream } from './network-file.ts'

const shipped = new URL('../../models/pictogram-tiny/', import.meta.url).pathname

describe('a model that ships', () => {
  it.each(['in memory', 'one at a time', 'one at a time, the last first'] as const)(
    'written again, its weights %s, is the same bytes',
    async (how) => {
      const model = await openModel(shipped)
      const { networks, files, ...described } = model.json
      const folder = await mkdtemp(join(tmpdir(), 'neuf-rewrite-'))
      try {
        const again = Object.entries(networks).map(async ([name, { settings }]) => {
          const weights = await model.weights(name)
          const shapes = new Map([...weights].map(([own, { shape }]) => [own, shape]))
          const order = how === 'one at a time' ? [...weights] : [...weights].reverse()
          async function* read() {
            yield* order
          }
          const network: NetworkToWrite<typeof weights | WeightStream> = {
            settings,
            weights: how === 'in memory' ? weights : { shapes, read },
            precision: 'int8',
          }
          return [name, network] as const
        })
        const others = Object.keys(files).map(async (name) => [name, await model.file(name)] as const)
        const sha256 = await writeModel(folder, {
          ...described,
          networks: Object.fromEntries(await Promise.all(again)),
          files: Object.fromEntries(await Promise.all(others)),
        })
        expect(sha256).toBe(model.sha256)
        expect(readdirSync(folder).sort()).toEqual(readdirSync(shipped).sort())
        for (const name of readdirSync(shipped)) {
          expect(readFileSync(join(folder, name)).equals(readFileSync(join(shipped, name))), name).toBe(true)
        }
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )
})
