import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { smallNamingVerifier, smallVerifier } from './testing/small-verifier.ts'
import { openVerifier, writeVerifier } from './verifier-folder.ts'

let folder = ''
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-verifier-'))
  await writeVerifier(folder, smallVerifier())
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const path = () => join(folder, 'verifier.json')
type Description = {
  classes: { things: Record<'concept' | 'colour' | 'tone', string[]>; picture: Record<'style', string[]> }
  styles: string[]
  bars: { present: unknown }
  accuracy: unknown
  settings: {
    side: number
    finder: { stem: number; whole: unknown; stages: { blocks: number }[] }
    namer: { side: number; stages: unknown[] }
  }
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

it('reads back one that names a single thing, written before there were others', async () => {
  const { weights: _, ...description } = smallNamingVerifier()
  await writeVerifier(folder, smallNamingVerifier())
  edit((json) => delete (json as { kind?: string }).kind)
  expect(await openVerifier(folder)).toMatchObject(description)
})

describe('the accuracy that it holds', () => {
  const share = { value: 0.5, low: 0.4, high: 0.6, count: 90 }
  const every = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, share]))
  const parts = ['all', 'falseAccepts', 'nearMissAccepts', 'brokenFound', 'falselyBroken']
  const whole = { ...every(parts), kinds: every(['single', 'colour-seen']), heldOutStyle: share }

  it('is read where it is whole', async () => {
    edit((json) => (json.accuracy = whole))
    expect((await openVerifier(folder)).accuracy).toEqual(whole)
    edit((json) => (json.accuracy = { ...whole, heldOutStyle: undefined }))
    expect((await openVerifier(folder)).accuracy).toEqual({ ...whole, heldOutStyle: null })
  })

  it.each([
    {},
    [],
    0.98,
    { ...whole, kinds: { single: 1 } },
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
    edit((json) => (json.settings.finder.stem = 9))
    await fault('model-broken', /verifier\.safetensors: it does not fit its settings/)
  })

  it.each<[string, (json: Description) => unknown, RegExp]>([
    ['a concept there is none of', (json) => (json.classes.things.concept[0] = 'gryphon'), /gryphon/],
    ['a class twice', (json) => (json.classes.things.concept[1] = json.classes.things.concept[0]!), /different names/],
    ['other colours', (json) => json.classes.things.colour.shift(), /classes\.things\.colour/],
    ['other tones', (json) => json.classes.things.tone.pop(), /classes\.things\.tone/],
    ['styles in another order', (json) => json.classes.picture.style.reverse(), /classes\.picture\.style/],
    ['no bar', (json) => (json.bars.present = '0.3'), /bars/],
    ['nothing that reads the whole', (json) => (json.settings.finder.whole = 0), /whole/],
    ['an unknown style', (json) => json.styles.push('gothic'), /styles/],
    ['a huge size', (json) => (json.settings.finder.stem = 1e9), /stem/],
    ['stages that do not divide', (json) => (json.settings.side = 18), /divide/],
    ['blocks without end', (json) => (json.settings.finder.stages[0]!.blocks = 1e6), /blocks/],
    ['no stages', (json) => (json.settings.namer.stages = []), /stages/],
  ])('%s', async (_, change, words) => {
    edit(change)
    await fault('model-broken', words)
  })
})
