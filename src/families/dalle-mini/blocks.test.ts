import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openModel, writeModel } from '../../models/model-folder.ts'
import type { Engine } from '../../runtime/index.ts'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { isLarge } from '../open.ts'
import { randomModel, smallModel } from '../testing/random-model.ts'
import { type OpenModel, openDalleMini } from './open.ts'

const parent = mkdtempSync(join(tmpdir(), 'neuf-blocks-'))
const engines: Engine[] = []
beforeAll(() => {
  for (const threads of [2, 1]) engines.push(createNodeEngine({ threads }))
})
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.dispose()))
  rmSync(parent, { recursive: true })
})

/** A random model; `products` stands in its generator's settings. */
async function written(precision: 'int8' | 'int4', products?: unknown) {
  const described = randomModel({ ...smallModel, precision }, 3)
  const { generator } = described.networks
  const settings = { ...generator!.settings, ...(products !== undefined && { products }) }
  const folder = join(parent, `${precision}-${String(products)}`)
  await writeModel(folder, {
    ...described,
    networks: { ...described.networks, generator: { ...generator!, settings } },
  })
  return openModel(folder)
}

async function draw(model: OpenModel, indices: readonly number[]): Promise<Map<number, string>> {
  const drawn = new Map<number, string>()
  const sampling = { temperature: 1, topK: 0, guidance: 2 }
  for await (const event of model.sampler.sample({ prompt: 'a red kangaroo', seed: 7, sampling, indices })) {
    if (event.kind === 'candidate') drawn.set(event.candidate.index, event.candidate.tokens.join())
  }
  return drawn
}

it.each(['int8', 'int4'] as const)(
  'in %s, a candidate is the same whatever is drawn with it, and by which engine',
  async (precision) => {
    const model = await written(precision, 'blocks')
    expect(isLarge(model)).toBe(true)
    const one = await openDalleMini(model, engines[0]!)
    const all = await draw(one, [...Array(17).keys()])
    expect(new Set(all.values()).size).toBe(17)
    for (const indices of [[5], [16, 3], [0, 1, 2, 9, 8]]) {
      for (const [index, tokens] of await draw(one, indices))
        expect(tokens, `${index} of ${indices}`).toBe(all.get(index))
    }
    const two = await openDalleMini(model, engines[0]!, engines[1]!)
    expect(await draw(two, [4, 11, 2])).toEqual(new Map([...all].filter(([index]) => [4, 11, 2].includes(index))))
  },
)

it('is widened unless its settings say otherwise, and those can only say blocks', async () => {
  expect(isLarge(await written('int8'))).toBe(false)
  for (const products of ['wide', true, 4]) {
    const model = await written('int8', products)
    await expect(openDalleMini(model, engines[0]!)).rejects.toThrow(
      /networks\.generator\.settings\.products can only be/,
    )
    expect(() => isLarge(model)).toThrow(/products/)
  }
})
