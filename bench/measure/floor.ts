/**
 * The least time that a network's products and convolutions can take here: each is run by itself, in its own precision and shape,
 * with as many different weights as the network has (as far as they find room), and the times of all are added.
 */
import {
  add,
  createParameters,
  inOrder,
  input,
  lower,
  type Node,
  sum,
  type Tensor,
  type WeightData,
} from '../../src/graph/index.ts'
import { apply } from '../../src/graph/tensor.ts'
import { type Precision, type Precisions, storedPrecision } from '../../src/models/weights.ts'
import type { Engine, Value } from '../../src/runtime/index.ts'
import { operations } from '../train.ts'

/** Some work: what must be computed, how often, and which part of it is needed where a kernel computes more. */
export type Work = {
  readonly outputs: readonly Tensor[]
  readonly times: number
  /** What its weights are stored in. */
  readonly stored: Precisions
  /** Of `cachedAttention`, the share of the cache that is filled. */
  readonly filled?: number
}

/** A kind of product: how many there are, in what the network would count. */
type Kind = {
  readonly node: Node
  /** What each operand is stored in; undefined for one that is no weight. */
  readonly weights: readonly (Precision | undefined)[]
  count: number
  most: number
}

const isProduct = (node: Node): boolean => operations(node) > 0 || node.op.name === 'cachedAttention'

/** The nodes that no input of the graph reaches: weights, and what is made of weights alone. */
function constants(order: readonly Node[]): Set<Node> {
  const found = new Set<Node>()
  for (const node of order) {
    if (node.op.name !== 'input' && node.inputs.every((each) => found.has(each.node))) found.add(node)
  }
  return found
}

function storedIn({ node, shape }: Tensor, precisions: Precisions): Precision {
  const { name } = node.attributes as { name?: string }
  return name === undefined ? 'fp32' : storedPrecision(name, shape as readonly number[], precisions)
}

function kindsOf(work: readonly Work[]): Map<string, Kind> {
  const kinds = new Map<string, Kind>()
  for (const { outputs, times, stored, filled = 1 } of work) {
    const order = inOrder(outputs)
    const fixed = constants(order)
    const own = new Map<string, number>()
    for (const node of order.filter((each) => isProduct(each) && !fixed.has(each))) {
      const weights = node.inputs.map((each) => (fixed.has(each.node) ? storedIn(each, stored) : undefined))
      const key = JSON.stringify([node.op.name, node.attributes, node.inputs.map(({ shape }) => shape), weights])
      const kind = kinds.get(key) ?? { node, weights, count: 0, most: 0 }
      kind.count += times * (node.op.name === 'cachedAttention' ? filled : 1)
      own.set(key, (own.get(key) ?? 0) + 1)
      kind.most = Math.max(kind.most, own.get(key)!)
      kinds.set(key, kind)
    }
  }
  return kinds
}

/** What the copies of one kind may fill. */
const roomBytes = 2 ** 28
const mostCopies = 16
const runs = 4

const elements = (shape: readonly (number | string)[]): number => shape.reduce<number>((n, part) => n * Number(part), 1)

/** Numbers in -0.5..0.5, soon made. */
function numbers(count: number): Float32Array<ArrayBuffer> {
  const data = new Float32Array(count)
  const some = Math.min(count, 4099)
  for (let i = 0; i < some; i++) data[i] = ((i * 7919) % 1000) / 1000 - 0.5
  for (let filled = some; filled < count; filled *= 2) data.copyWithin(filled, 0, Math.min(filled, count - filled))
  return data
}

/** One of noise. Only matrices are read in few bits. */
function weightOf(shape: readonly number[], precision: Precision): WeightData {
  if (precision === 'int8-rows') {
    const codes = new Int8Array(elements(shape)).map((_, i) => ((i * 7919) % 255) - 127)
    return { shape, codes, scales: new Float32Array(shape[0]!).fill(0.01) }
  }
  if (precision !== 'int8' || shape.length !== 2) return { shape, data: numbers(elements(shape)) }
  const [rows, columns] = shape as [number, number]
  const blocks = Math.ceil(columns / 32)
  const codes = new Uint8Array(rows * blocks * 32).map((_, i) => (i * 7919) % 256)
  return { shape, bits: 8, codes, scales: new Float32Array(rows * blocks).fill(0.01) }
}

/** How long something takes, and how long processors work for it; each its best of several times. */
type Seconds = { readonly seconds: number; readonly processorSeconds: number }

const best = (a: Seconds | undefined, b: Seconds): Seconds => ({
  seconds: Math.min(a?.seconds ?? Number.POSITIVE_INFINITY, b.seconds),
  processorSeconds: Math.min(a?.processorSeconds ?? Number.POSITIVE_INFINITY, b.processorSeconds),
})

/** Of one of a kind, the best of a few runs. */
async function secondsOf(engine: Engine, { node, weights: precisions, most }: Kind): Promise<Seconds> {
  const bytes = node.inputs.reduce((all, { shape }) => all + 4 * elements(shape), 0)
  const copies = Math.max(1, Math.min(most, mostCopies, Math.floor(roomBytes / bytes)))
  const p = createParameters()
  const weights = new Map<string, WeightData>()
  const held: Record<string, string> = {}
  const totals: Tensor[] = []
  for (let copy = 0; copy < copies; copy++) {
    const operands = node.inputs.map(({ shape, type }, i) => {
      const name = `${i}.${copy}`
      const precision = precisions[i]
      if (precision !== undefined) {
        weights.set(name, weightOf(shape as number[], precision))
        return p.get(name, shape as number[], 'zeros')
      }
      held[name] = `floor.${name}`
      return input(name, shape, type)
    })
    totals.push(sum(apply(node.op, operands, node.attributes)))
  }
  for (const [name, under] of Object.entries(held)) {
    const shape = node.inputs[Number.parseInt(name, 10)]!.shape as number[]
    const value: Value = { type: 'float32', shape, data: numbers(elements(shape)) }
    await engine.put(under, value)
  }
  const session = await engine.load(lower({ total: totals.reduce((a, b) => add(a, b)) }, weights))
  let found: Seconds | undefined
  for (let run = 0; run <= runs; run++) {
    const [since, before] = [performance.now(), process.cpuUsage()]
    await session.run({}, { held, fetch: ['total'] })
    const { user, system } = process.cpuUsage(before)
    const seconds = (performance.now() - since) / 1000 / copies
    // The first one makes the engine's own memory.
    if (run > 0) found = best(found, { seconds, processorSeconds: (user + system) / 1e6 / copies })
  }
  await session.dispose()
  await engine.drop(Object.values(held))
  return found!
}

/** Measures them all once more; what was measured before stays where it was better. Returns the sum for all work. */
export function createFloor(engine: Engine, work: readonly Work[]) {
  const kinds = kindsOf(work)
  const known = new Map<string, Seconds>()
  return {
    async measure(): Promise<Seconds> {
      const all = { seconds: 0, processorSeconds: 0 }
      for (const [key, kind] of kinds) {
        const found = best(known.get(key), await secondsOf(engine, kind))
        known.set(key, found)
        all.seconds += found.seconds * kind.count
        all.processorSeconds += found.processorSeconds * kind.count
      }
      return all
    },
    /** Where the time goes, the longest first: op, shapes, seconds in all. */
    parts: () =>
      [...kinds]
        .map(([key, { node, count }]) => ({
          what: `${node.op.name} ${node.inputs.map(({ shape }) => `[${shape.join(', ')}]`).join(' ')}`,
          seconds: known.get(key)!.seconds * count,
        }))
        .sort((a, b) => b.seconds - a.seconds),
  }
}
