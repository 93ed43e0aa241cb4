/** A model on a graphics card against the same on the processor: logits of whole candidates, pictures, scores, codes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { relativeError } from '../../graph/testing/compare.ts'
import type { Pixels } from '../../image/pixels.ts'
import { type Model, openModel, writeModel } from '../../models/model-folder.ts'
import type { Precision } from '../../models/weights.ts'
import { positionsOf } from '../../networks/dalle-mini.ts'
import { canEncode } from '../../networks/image-tokenizer.ts'
import type { Engine, Value } from '../../runtime/index.ts'
import { createNodeEngine } from '../../runtime/node/engine.ts'
import { patience, webGpuForTests } from '../../runtime/node/testing/web-gpu.ts'
import { openFamily } from '../open.ts'
import { randomModel, smallModel } from '../testing/random-model.ts'
import { codeNames, createDecoderCache, heldNames } from './decoder-cache.ts'
import { drawPosition, loadGenerator, startTokens } from './draw-position.ts'
import type { Weights } from './graphs.ts'
import { publishedModel } from './published/model.ts'
import { inBlocks, readSettings } from './settings.ts'
import { collected, publishedFiles, smallPublished } from './testing/published-files.ts'

const device = await webGpuForTests()
const folder = mkdtempSync(join(tmpdir(), 'neuf-webgpu-'))
const prompt = 'a red kangaroo'

/** As `relativeError` has it. */
const tolerance = 1e-4
/**
 * In blocks, the numbers that are multiplied are rounded to 8 bits, on each side by a rule of its own: the card may lie so many
 * times as far from the weights widened as the processor does.
 */
const roundingInBlocks = 1.5
/** Grey levels: a value near the middle between two may fall to either. */
const greyLevels = 1
/** The share of positions at which two codes may be so near to a picture that either is found. */
const nearTies = 0.02

/** 6 x 6 tokens: the cache grows once, after 32 positions. */
const trained = { ...smallModel, imageTokenizer: { ...smallModel.imageTokenizer, side: 24 } }

/** With a generator that is stored in few bits and stays so. */
function inCodes(precision: Precision) {
  const described = randomModel({ ...trained, reads: 'pixels', precision: 'int8' }, 1)
  const { generator } = described.networks
  const settings = { ...generator!.settings, products: 'blocks' }
  return { ...described, networks: { ...described.networks, generator: { ...generator!, settings, precision } } }
}

const models: Readonly<Record<string, () => Promise<Parameters<typeof writeModel>[1]>>> = {
  'a trained model': async () => randomModel({ ...trained, precision: 'fp32' }, 1),
  'a model in blocks of 8 bits': async () => inCodes('int8'),
  'a model in rows of 8 bits': async () => inCodes('int8-rows'),
  'a published model': async () => {
    const { files } = await publishedFiles(smallPublished)
    return collected(publishedModel(files, smallPublished))
  },
}

/** Logits of the first positions of candidates whose tokens are given, [rows, codes] each. */
async function logitsOf(
  engine: Engine,
  model: Model,
  weights: Weights,
  text: readonly number[],
  rows: readonly Uint16Array[],
) {
  const { generator: settings } = readSettings(model)
  const { textLength, decoderLayers } = settings
  const sessions = await loadGenerator(engine, settings, weights)
  const shape = [1, textLength]
  const int32 = (of: number[], data: readonly number[]): Value => ({
    type: 'int32',
    shape: of,
    data: Int32Array.from(data),
  })
  const visible = (): Value => ({ type: 'float32', shape, data: Float32Array.from(text, (_, i) => (i < 5 ? 1 : 0)) })
  const hold = Object.fromEntries(heldNames('forced', 'memory', decoderLayers))
  await sessions.prompt.run({ text: int32(shape, text), visible: visible() }, { hold })
  const cache = createDecoderCache(engine, 'forced', settings, { groups: 1, rows: rows.length })
  const logits: Float32Array[] = []
  let last = startTokens(settings, rows.length)
  for (let position = 0; position < Math.min(36, positionsOf(settings)); position++) {
    const inputs = { position: int32([1], [position]), visible: visible(), mask: await cache.prepare(position) }
    const options = cache.options(position)
    const at = { groups: 1, rows: rows.length, last, inputs, options, names: codeNames('forced') }
    last = await drawPosition(sessions, settings, at, (found) => {
      logits.push(found.slice())
      return Int32Array.from(rows, (tokens) => tokens[position]!)
    })
  }
  return logits
}

const farthest = (found: readonly Pixels[], expected: readonly Pixels[]): number =>
  Math.max(...expected.flatMap(({ data }, i) => Array.from(data, (level, at) => Math.abs(level - found[i]!.data[at]!))))

describe.runIf(device)('on a graphics card', { timeout: patience }, () => {
  let cpu: Engine
  let card: Engine
  beforeAll(() => {
    cpu = createNodeEngine({ threads: 1 })
    card = createNodeEngine({ threads: 1, device: device! })
  })
  afterAll(async () => {
    await cpu.dispose()
    await card.dispose()
    rmSync(folder, { recursive: true })
  })

  it.each(Object.entries(models))('%s draws what it draws on the processor', async (name, describeModel) => {
    const path = join(folder, name)
    await writeModel(path, await describeModel())
    const model = await openModel(path)
    const [expecting, finding] = [await openFamily(model, cpu), await openFamily(model, card)]
    expect(finding.engine).toContain('webgpu')

    const { imageTokenizer } = readSettings(model)
    const { length, codes } = model.json.imageTokens
    const rows = [0, 1].map((row) => Uint16Array.from({ length }, (_, i) => (i * 37 + row * 11 + (i >> 2) * 5) % codes))
    const { ids } = expecting.prompts.tokenizer.encode(prompt)
    const wide = await logitsOf(cpu, model, await model.weights('generator'), ids, rows)
    const error = (logits: readonly Float32Array[]) => Math.max(...wide.map((row, i) => relativeError(logits[i]!, row)))
    if (inBlocks(model, 'generator')) {
      const [cpuError, cardError] = [
        error(await logitsOf(cpu, model, await model.blocks('generator'), ids, rows)),
        error(await logitsOf(card, model, await model.blocks('generator'), ids, rows)),
      ]
      expect(cpuError).toBeGreaterThan(tolerance)
      expect(cardError).toBeLessThan(roundingInBlocks * cpuError)
    } else {
      expect(error(await logitsOf(card, model, await model.weights('generator'), ids, rows))).toBeLessThan(tolerance)
    }

    const pictures = await expecting.sampler.decode(rows)
    expect(farthest(await finding.sampler.decode(rows), pictures)).toBeLessThanOrEqual(greyLevels)
    const drawn = rows.map((tokens, i) => ({ tokens, picture: pictures[i]! }))
    const [scores, others] = await Promise.all(
      [expecting, finding].map(async ({ scorer }) => {
        const judged = await scorer.score({ prompt, normalisedPrompt: prompt }, drawn)
        return judged.map(({ score }) => score)
      }),
    )
    expect(relativeError(others!, scores!)).toBeLessThan(tolerance)
    if (!canEncode(imageTokenizer)) return
    const [seen, same] = [await expecting.encode(pictures), await finding.encode(pictures)]
    const unlike = seen.flatMap((tokens, i) => [...tokens].filter((token, at) => token !== same[i]![at]))
    expect(unlike.length).toBeLessThanOrEqual(nearTies * 2 * length)
  })
})
