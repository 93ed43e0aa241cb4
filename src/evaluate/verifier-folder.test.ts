import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { evaluationKinds } from './suite.ts'
import { smallVerifier } from './testing/small-verifier.ts'
import { createVerifier } from './verifier.ts'
import { openVerifier, writeVerifier } from './verifier-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-verifier-'))
  await writeVerifier(folder, smallVerifier())
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'verifier.json')
type Description = {
  classes: { objects: string[]; colours: string[]; materials: string[] }
  styles: string[]
  accuracy: unknown
  settings: { stem: number; side: number; stages: { blocks: number }[] }
}
const edit = (change: (json: Description) => unknown) => {
  const json = JSON.parse(readFileSync(path(), 'utf8'))
  change(json)
  writeFileSync(path(), JSON.stringify(json))
}

it('reads back what was written, the weights to 8 bits', async () => {
  const { weights, ...description } = smallVerifier()
  const stored = await openVerifier(folder)
  expect(stored).toMatchObject(description)
  expect(stored.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect([...stored.weights.keys()].sort()).toEqual([...weights.keys()].sort())
  for (const [name, { shape, data }] of weights) {
    const found = stored.weights.get(name)!
    expect(found.shape).toEqual(shape)
    const largest = Math.max(...data.map(Math.abs))
    for (const [i, value] of data.entries()) expect(Math.abs(found.data[i]! - value)).toBeLessThan(largest / 100)
  }
})

it('looks at pictures with it, many or few alike', async () => {
  const stored = await openVerifier(folder)
  const engine = createNodeEngine({ threads: 1 })
  try {
    const verifier = await createVerifier(engine, stored.settings, stored.classes, stored.weights)
    const pictures = Array.from({ length: 70 }, (_, n) =>
      Uint8Array.from({ length: 768 }, (_, i) => (i * (n + 3) * 31) % 256),
    )
    const all = await verifier.find(pictures)
    expect(all).toHaveLength(70)
    expect(await verifier.find(pictures.slice(66))).toEqual(all.slice(66))
    expect(all.every(({ object }) => stored.classes.objects.includes(object))).toBe(true)
    await expect(verifier.find([new Uint8Array(3)])).rejects.toThrow(RangeError)
    expect(await verifier.find([])).toEqual([])
  } finally {
    await engine.dispose()
  }
})

describe('the accuracy that it holds', () => {
  const share = { value: 0.5, low: 0.4, high: 0.6, count: 90 }
  const every = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, share]))
  const parts = [
    'object',
    'colour',
    'material',
    'all',
    'falseAccepts',
    'nearMissAccepts',
    'brokenFound',
    'falselyBroken',
  ]
  const whole = { ...every(parts), kinds: every(evaluationKinds) }

  it('is read where it is whole', async () => {
    edit((json) => (json.accuracy = whole))
    expect((await openVerifier(folder)).accuracy).toEqual(whole)
  })

  it.each([
    {},
    [],
    0.98,
    { ...whole, kinds: {} },
    { ...whole, kinds: null },
    { ...whole, all: 0.98 },
    { ...whole, all: { ...share, count: '90' } },
    every(parts),
    { kinds: whole.kinds },
  ])('is as none where it is not: %j', async (accuracy) => {
    edit((json) => (json.accuracy = accuracy))
    expect((await openVerifier(folder)).accuracy).toBeNull()
  })
})

describe('refuses, naming the file and the fault,', () => {
  const fault = async (code: string, words: RegExp) => {
    const error = await openVerifier(folder).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code })
    expect((error as Error).message).toMatch(words)
  }

  it('a folder without one', async () => {
    rmSync(path())
    await fault('file-missing', /verifier\.json/)
  })

  it('weights that are others', async () => {
    const file = join(folder, 'verifier.safetensors')
    const bytes = readFileSync(file)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(file, bytes)
    await fault('model-broken', /verifier\.safetensors.*hash/)
  })

  it('what is not JSON, or of another format', async () => {
    writeFileSync(path(), '{')
    await fault('model-broken', /not JSON/)
    writeFileSync(path(), '{"format":7}')
    await fault('model-broken', /format is 7/)
    writeFileSync(path(), '[]')
    await fault('model-broken', /must be an object/)
  })

  it('weights that do not fit its settings', async () => {
    const { weights, ...rest } = smallVerifier()
    const [first] = weights.keys()
    await writeVerifier(folder, { ...rest, weights: new Map([...weights].filter(([name]) => name !== first)) })
    await fault('model-broken', new RegExp(`verifier\\.safetensors: it does not fit its settings .*${first}`))
    await writeVerifier(folder, smallVerifier())
    edit((json) => (json.settings.stem = 9))
    await fault('model-broken', /verifier\.safetensors: it does not fit its settings/)
  })

  it.each<[string, (json: Description) => unknown, RegExp]>([
    ['a concept there is none of', (json) => (json.classes.objects[0] = 'gryphon'), /gryphon/],
    ['a class twice', (json) => (json.classes.objects[1] = json.classes.objects[0]!), /different names/],
    ['other colours', (json) => json.classes.colours.shift(), /colours/],
    ['no broken class', (json) => json.classes.objects.pop(), /broken/],
    ['an unknown style', (json) => json.styles.push('gothic'), /styles/],
    ['a huge size', (json) => (json.settings.stem = 1e9), /stem/],
    ['stages that do not divide', (json) => (json.settings.side = 18), /divide/],
    ['blocks without end', (json) => (json.settings.stages[0]!.blocks = 1e6), /blocks/],
    ['no stages', (json) => (json.settings.stages = []), /stages/],
  ])('%s', async (_, change, words) => {
    edit(change)
    await fault('model-broken', words)
  })
})
