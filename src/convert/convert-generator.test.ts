import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GeneratorFiles } from '../families/dalle-mini/published/generator.ts'
import { randomWeights } from '../families/testing/random-model.ts'
import { createParameters, input, isBlocks, lower, type WeightData } from '../graph/index.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import type { Checkpoint } from '../models/checkpoints/checkpoint.ts'
import { openModel, verifyModel } from '../models/model-folder.ts'
import { type DalleMiniSettings, generator } from '../networks/dalle-mini.ts'
import { convertGenerator } from './convert-generator.ts'

/** Wide enough for blocks of 32, and a feed-forward width that they do not fill. */
const settings: DalleMiniSettings = {
  width: 64,
  heads: 4,
  encoderLayers: 2,
  decoderLayers: 2,
  feedForward: 90,
  textVocabulary: 80,
  textLength: 8,
  imageVocabulary: 96,
  imageLength: 16,
  initialDeviation: 0.2,
}

const p = createParameters()
const logits = generator(p, settings, {
  text: input('text', [1, 8], 'int32'),
  visible: input('visible', [1, 8]),
  shifted: input('shifted', [1, 16], 'int32'),
})
const weights = randomWeights(p, 5)

/** The two files of min-dalle's, as if they had been read; `change` may spoil what is read. */
function published(change: (name: string, data: Float32Array) => Float32Array = (_, data) => data): GeneratorFiles {
  const side = (prefix: 'encoder' | 'decoder'): Checkpoint => {
    const names = [...weights.keys()].filter((name) => name.startsWith('encoder.') === (prefix === 'encoder'))
    const stored = (name: string) => name.replace(/^(encoder|decoder)\./, '')
    const own = new Map(names.map((name) => [stored(name), weights.get(name)!]))
    return {
      path: `${prefix}.pt`,
      format: 'PyTorch',
      tensors: new Map([...own].map(([name, { shape }]) => [name, { shape, dtype: 'F32' }])),
      read: async (name) => change(`${prefix}.${name}`, own.get(name)!.data.slice()),
      close: async () => {},
    }
  }
  return { encoder: side('encoder'), decoder: side('decoder') }
}

/** The codes that the network would draw at every position, greedily, and its logits, row by row. */
async function drawn(from: ReadonlyMap<string, WeightData>): Promise<{ codes: number[]; rows: number[][] }> {
  const run = await prepare(lower({ logits }, from))
  const { values } = (
    await run({
      text: { shape: [1, 8], data: [0, 5, 17, 33, 60, 2, 1, 1], type: 'int32' },
      visible: { shape: [1, 8], data: [1, 1, 1, 1, 1, 1, 0, 0] },
      shifted: { shape: [1, 16], data: [96, ...Array.from({ length: 15 }, (_, i) => (i * 29) % 96)], type: 'int32' },
    })
  ).logits!
  const rows = Array.from({ length: 16 }, (_, i) => values.slice(i * 96, (i + 1) * 96))
  return { rows, codes: rows.map((row) => row.indexOf(Math.max(...row))) }
}

const parent = mkdtempSync(join(tmpdir(), 'neuf-convert-'))
afterAll(() => rmSync(parent, { recursive: true }))
let original: Awaited<ReturnType<typeof drawn>>
beforeAll(async () => {
  original = await drawn(weights)
})

/** The root mean square of what the logits are off by, as a share of their spread. */
function off(found: readonly number[][]): number {
  const all = original.rows.flat()
  const middle = all.reduce((a, b) => a + b, 0) / all.length
  const spread = all.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(found.flat().reduce((sum, value, i) => sum + (value - all[i]!) ** 2, 0) / spread)
}

describe('a converted generator', () => {
  it('is the published one exactly in fp32', async () => {
    const folder = join(parent, 'fp32')
    const sha256 = await convertGenerator(published(), settings, { folder, precision: 'fp32' })
    const model = await openModel(folder)
    expect(model.sha256).toBe(sha256)
    expect(model.settings('generator')).toEqual(settings)
    const stored = await model.weights('generator')
    expect(new Map([...stored].sort())).toEqual(new Map([...weights].sort()))
    expect(await drawn(stored)).toEqual(original)
    expect(await verifyModel(folder)).toEqual([])
  })

  it.each([
    ['int8', 0.06, 1.07, 1],
    ['int8-rows', 0.08, 1.07, 0.9],
    ['int4', 0.5, 0.75, 0.5],
    ['fp16', 0.002, 2, 1],
  ] as const)(
    'draws in %s what rounding leaves of it, widened or as it is stored',
    async (precision, most, bytes, same) => {
      const folder = join(parent, precision)
      await convertGenerator(published(), settings, { folder, precision })
      const model = await openModel(folder)
      expect(model.settings('generator').products).toBe(precision === 'fp16' ? undefined : 'blocks')
      const wide = await drawn(await model.weights('generator'))
      const blocks = await drawn(await model.blocks('generator'))
      for (const { rows, codes } of [wide, blocks]) {
        expect(off(rows)).toBeGreaterThan(0)
        expect(off(rows)).toBeLessThan(most)
        expect(codes.filter((code, i) => code === original.codes[i]).length).toBeGreaterThanOrEqual(16 * same)
      }
      const elements = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0)
      const vectors = [...weights.values()].reduce(
        (sum, { data, shape }) => sum + (shape.length < 2 || data.length < 1024 ? data.length * 4 : 0),
        0,
      )
      expect(model.json.networks.generator!.bytes).toBeLessThan(elements * bytes + vectors + 8000)
    },
  )

  it('keeps tables and the head at 8 bits, and says by its tensors what each is stored in', async () => {
    const of = async (precision: Parameters<typeof convertGenerator>[2]['precision']) => {
      const folder = join(parent, 'chosen')
      await convertGenerator(published(), settings, { folder, ...(precision !== undefined && { precision }) })
      const found = await (await openModel(folder)).blocks('generator')
      const bits = (name: string) => {
        const weight = found.get(name)!
        if (!('codes' in weight)) return 32
        return isBlocks(weight) ? weight.bits : 'rows'
      }
      return [
        'lm_head.weight',
        'decoder.embed_tokens.weight',
        'decoder.layers.1.glu.fc0.weight',
        'decoder.layers.1.glu.fc2.weight',
        'decoder.final_ln.bias',
      ].map(bits)
    }
    expect(await of(undefined)).toEqual([8, 8, 8, 8, 32])
    expect(await of('int8-rows')).toEqual(['rows', 8, 'rows', 8, 32])
    expect(await of('int4')).toEqual([8, 8, 4, 4, 32])
    expect(await of({ relativeError: 0.2 })).toEqual([8, 8, 4, 4, 32])
    expect(await of({ relativeError: 0.02 })).toEqual([8, 8, 8, 8, 32])
    expect(await of({ relativeError: 0 })).toEqual([32, 32, 32, 32, 32])
  })
})

describe('a conversion that fails', () => {
  const spoilt = (value: number) => (name: string, data: Float32Array) => {
    if (name === 'decoder.layers.1.glu.fc0.weight') data[7] = value
    return data
  }
  const files = (folder: string) =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString('base64')]))

  it('leaves the earlier model as it was and nothing beside it, or no folder at all', async () => {
    const folder = join(parent, 'earlier')
    await convertGenerator(published(), settings, { folder })
    const before = files(folder)
    const thrown = new Error('the cable was pulled')
    const failing: [GeneratorFiles, unknown][] = [
      [published(spoilt(Number.NaN)), expect.objectContaining({ code: 'weights-broken' })],
      [
        published(spoilt(1e30)),
        expect.objectContaining({ code: 'weights-broken', message: expect.stringMatching(/fc0.*cannot be stored/) }),
      ],
      [
        published((name) => {
          if (name.includes('layers.1')) throw thrown
          return weights.get(name)!.data.slice()
        }),
        thrown,
      ],
    ]
    for (const [from, fault] of failing) {
      await expect(convertGenerator(from, settings, { folder })).rejects.toEqual(fault)
      expect(files(folder)).toEqual(before)
      await expect(convertGenerator(from, settings, { folder: join(parent, 'new', 'model') })).rejects.toEqual(fault)
      expect(existsSync(join(parent, 'new'))).toBe(false)
    }
    const other = { ...settings, width: 96 }
    await expect(convertGenerator(published(), other, { folder })).rejects.toMatchObject({
      code: 'checkpoint-other-network',
    })
    expect(files(folder)).toEqual(before)
  })

  it('reads no number before every name and shape is known to fit', async () => {
    let read = 0
    const watched = published((_, data) => {
      read++
      return data
    })
    await expect(
      convertGenerator(watched, { ...settings, encoderLayers: 3 }, { folder: join(parent, 'x') }),
    ).rejects.toThrow()
    expect(read).toBe(0)
  })

  it.skipIf(process.platform === 'win32')(
    'on a disk that is full in the middle, or told to stop, leaves nothing',
    async () => {
      const folder = join(parent, 'limited')
      await convertGenerator(published(), settings, { folder })
      const before = files(folder)
      // A file may grow to 64 KiB there (ulimit counts in blocks of 512 or 1,024 bytes), and this model has more.
      const script = new URL('./testing/convert-random.ts', import.meta.url).pathname
      const limited = spawnSync('sh', ['-c', `ulimit -f 64; exec "$0" "$@"`, process.execPath, script, folder], {
        encoding: 'utf8',
      })
      expect(limited.stdout).toMatch(/^file-unwritable .*generator\.safetensors/)
      expect(files(folder)).toEqual(before)
      const stopped = execFileSync(process.execPath, [script, folder, 'stop'], { encoding: 'utf8' })
      expect(stopped).toMatch(/^stopped with \.generator\.safetensors\..*\.tmp/)
      expect(files(folder)).toEqual(before)
    },
  )
})
