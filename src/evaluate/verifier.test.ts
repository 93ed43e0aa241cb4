import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { colours, materials } from '../corpus/scene.ts'
import type { Engine } from '../runtime/index.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { everywhere } from './findings.ts'
import { smallNamingVerifier, smallVerifier } from './testing/small-verifier.ts'
import { createVerifier } from './verifier.ts'
import { openVerifier } from './verifier-folder.ts'
import { conceptsOf } from './verifier-network.ts'

let engine: Engine
beforeAll(() => {
  engine = createNodeEngine({ threads: 1 })
})
afterAll(() => engine.dispose())

const noise = (count: number, side = 16) =>
  Array.from({ length: count }, (_, n) =>
    Uint8Array.from({ length: side * side * 3 }, (_, i) => (i * (n + 3) * 31) % 256),
  )

describe.each([
  ['that finds things', smallVerifier],
  ['that names one thing', smallNamingVerifier],
])('a verifier %s', (_, make) => {
  it('names the weights that do not fit its settings, and why', async () => {
    const { network, weights } = make()
    const [first, { shape, data }] = [...weights][0]!
    const less = new Map([...weights].filter(([name]) => name !== first))
    const turned = new Map([...weights, [first, { shape: [...shape, 1], data }]])
    for (const unfit of [less, turned]) {
      await expect(createVerifier(engine, network, unfit, 'a/verifier.safetensors')).rejects.toMatchObject({
        code: 'model-broken',
        details: { path: 'a/verifier.safetensors', why: expect.stringContaining(first) },
      })
    }
    await expect(createVerifier(engine, network, less)).rejects.toThrow('damaged at the verifier: it does not')
  })

  it('looks at pictures, many or few alike', async () => {
    const { network, weights } = make()
    const verifier = await createVerifier(engine, network, weights)
    const pictures = noise(70)
    const all = await verifier.find(pictures)
    expect(all).toHaveLength(70)
    expect(await verifier.find(pictures.slice(66))).toEqual(all.slice(66))
    const known = conceptsOf(network)
    for (const { things, broken } of all) {
      if (broken) expect(things).toEqual([])
      for (const { concept, colour, material, box, confidence } of things) {
        expect(known).toContain(concept)
        expect([null, ...colours]).toContain(colour)
        expect([null, ...materials]).toContain(material)
        expect(confidence).toBeGreaterThan(0)
        expect(confidence).toBeLessThanOrEqual(1)
        for (const [from, size] of [
          [box.left, box.width],
          [box.top, box.height],
        ] as const) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(size).toBeGreaterThan(0)
          expect(from + size).toBeLessThan(1.002)
        }
      }
    }
    await expect(verifier.find([new Uint8Array(3)])).rejects.toThrow(RangeError)
    expect(await verifier.find([])).toEqual([])
    await verifier.dispose()
  })
})

it('the one that came with neuf for the tiny model still judges', async () => {
  const stored = await openVerifier(fileURLToPath(new URL('../../models/verifier-tiny', import.meta.url)))
  expect(stored.network.kind).toBe('naming')
  expect(stored.accuracy?.all.value).toBeGreaterThan(0.98)
  const verifier = await createVerifier(engine, stored.network, stored.weights)
  const blank = new Uint8Array(64 * 64 * 3).fill(255)
  const [nothing] = await verifier.find([blank])
  expect(nothing).toMatchObject({ things: [], broken: true, style: null })
  const [something] = await verifier.find(noise(1, 64))
  if (!something!.broken) expect(something!.things[0]!.box).toEqual(everywhere)
  await verifier.dispose()
})
