import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { publishedBytes, smallPublished } from '../families/dalle-mini/testing/published-files.ts'
import { openFamily } from '../families/open.ts'
import { generateResult } from '../generate/generate.ts'
import { openModel } from '../models/model-folder.ts'
import type { LocatedFile } from '../models/published/located-file.ts'
import type { Publication, Role } from '../models/published/publications.ts'
import type { Precision } from '../models/weights.ts'
import { createNodeEngine } from '../runtime/node/engine.ts'
import { converter } from './convert-published.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-published-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The files of a publication on this disk, and the weights that a model must have of them. */
function located() {
  const { bytes, weights } = publishedBytes(smallPublished)
  const files = (Object.entries(bytes) as [Role, Record<string, Uint8Array>][]).flatMap(([role, each]) =>
    Object.entries(each).map(([path, content]): LocatedFile => {
      const at = join(folder, role, path)
      mkdirSync(join(folder, role), { recursive: true })
      writeFileSync(at, content)
      return {
        role,
        repository: `a/${role}`,
        commit: 'c'.repeat(40),
        path,
        at,
        bytes: content.length,
        checked: 'known',
      }
    }),
  )
  const publication: Publication = { name: 'a/small', model: 'small-published', summary: 'Small', files }
  return { files, publication, weights }
}

const convert = converter(() => smallPublished)

it('makes a model of published files, which draws', async () => {
  const { files, publication, weights } = located()
  const steps: number[] = []
  const to = join(folder, 'model')
  await convert(files, {
    ...{ publication, to, precision: 'fp32', signal: new AbortController().signal },
    onProgress: (done, total) => steps.push(done / total),
  })
  const model = await openModel(to)
  for (const name of ['generator', 'imageTokenizer', 'scorer'] as const) {
    const found = await model.weights(name)
    expect(found.size).toBe(weights[name].size)
    for (const [weight, { data }] of weights[name]) expect([...found.get(weight)!.data], weight).toEqual([...data])
  }
  expect(steps.at(-1)).toBe(1)
  expect(readFileSync(join(to, 'CARD.md'), 'utf8')).toContain(
    '| scorer | a/scorer | cccccccccccc | tokenizer.json | known |',
  )
  const engine = createNodeEngine({ threads: 1 })
  const opened = await openFamily(model, engine)
  const { chosen } = await generateResult({ prompt: 'a red car', seed: 1, candidates: 3, count: 2 }, opened)
  expect(chosen).toHaveLength(2)
  await engine.dispose()
})

it.each<Precision>(['int8-rows', 'int8', 'int4', 'fp16'])(
  'stores the generator in %s, the image tokenizer in 16 bits',
  async (precision) => {
    const { files, publication } = located()
    const to = join(folder, 'model')
    await convert(files, { publication, to, precision, signal: new AbortController().signal })
    const model = await openModel(to)
    const kind = (name: string) =>
      readFileSync(join(to, `${name}.safetensors`), 'latin1').match(/"precision":"(\w+)"/)?.[1]
    expect(kind('generator')).toBe(precision === 'int4' || precision === 'int8-rows' ? 'mixed' : precision)
    expect(kind('imageTokenizer')).toBe('fp16')
    const products = ['generator', 'imageTokenizer', 'scorer'].map((name) => model.settings(name).products)
    const inBlocks = precision === 'fp16' ? undefined : 'blocks'
    expect(products).toEqual([inBlocks, undefined, inBlocks])
    expect((await model.weights('generator')).size).toBeGreaterThan(10)
  },
)

it('stops when asked to, and says which file is of another network', async () => {
  const { files, publication } = located()
  const options = { publication, to: join(folder, 'model'), precision: 'fp32' as const }
  await expect(convert(files, { ...options, signal: AbortSignal.abort() })).rejects.toThrow()
  const swapped = files.map((file) =>
    file.path === 'flax_model.msgpack' && file.role === 'generator'
      ? { ...file, at: join(folder, 'scorer', 'flax_model.msgpack') }
      : file,
  )
  await expect(convert(swapped, { ...options, signal: new AbortController().signal })).rejects.toMatchObject({
    code: 'checkpoint-other-network',
  })
})
