/** Keys and values of the positions drawn so far. They stay in the engine, which reads and writes them in place. */
import { type DalleMiniSettings, positionsOf } from '../../networks/dalle-mini.ts'
import type { Engine, RunOptions, Value } from '../../runtime/index.ts'
import { layerNames } from './graphs.ts'

/** The cache grows by this many positions: at such lengths attention rounds the same whatever is drawn beside. */
const bucket = 32

/** Positions the cache has room for while `position` is drawn: a matter of the position alone. */
const capacityAt = (position: number): number => (Math.floor(position / bucket) + 1) * bucket

/** Far below any score, so that a place not written yet gets a share of exactly 0. */
const notWritten = -1e9

export type DecoderCache = {
  /** Makes room for the position, emptying the cache at position 0. Returns the step's `mask` [capacity]. */
  prepare(position: number): Promise<Value>
  /** What a step reads (`held`) and where its keys and values of this position go (`write`). */
  options(position: number): Pick<RunOptions, 'held' | 'write'>
}

/** Names of a sampler's call in the engine: `sample3.past.0.keys`. */
export const heldNames = (call: string, kind: 'memory' | 'past', layers: number): [input: string, held: string][] =>
  Array.from({ length: layers }, (_, layer) => Object.values(layerNames(kind, layer)))
    .flat()
    .map((name) => [name, `${call}.${name}`])

/** What a position's codes are chosen from, in the engine: what the heads of further codes read, and the logits' place. */
export const codeNames = (call: string) => ({ hidden: `${call}.hidden`, logits: `${call}.logits` })

/** Everything that a call leaves in the engine. */
export const namesOfCall = (call: string, layers: number): string[] => [
  ...Object.values(codeNames(call)),
  ...(['memory', 'past'] as const).flatMap((kind) => heldNames(call, kind, layers).map(([, name]) => name)),
]

/** A cache for `groups` x `rows` sequences, each value [groups, rows, heads, capacity, headSize]. */
export function createDecoderCache(
  engine: Engine,
  call: string,
  settings: DalleMiniSettings,
  { groups, rows }: { readonly groups: number; readonly rows: number },
): DecoderCache {
  const { decoderLayers, heads, width } = settings
  const lastPosition = positionsOf(settings) - 1
  const pasts = heldNames(call, 'past', decoderLayers)
  const names = pasts.map(([, name]) => name)
  const held = Object.fromEntries([...heldNames(call, 'memory', decoderLayers), ...pasts])
  const presents = Array.from({ length: decoderLayers }, (_, layer) =>
    Object.values(layerNames('present', layer)),
  ).flat()

  return {
    async prepare(position) {
      const capacity = capacityAt(position)
      if (position === 0) {
        const shape = [groups, rows, heads, capacity, width / heads]
        await engine.zeros(names, shape, groups * rows * capacityAt(lastPosition) * width)
      } else if (capacity !== capacityAt(position - 1)) await engine.resize(names, 3, capacity)
      const mask = new Float32Array(capacity).fill(notWritten, position)
      return { type: 'float32', shape: [capacity], data: mask }
    },
    options(position) {
      // Nothing comes after the last position to read it.
      if (position === lastPosition) return { held }
      const write = presents.map((name, i) => [name, { into: names[i]!, axis: 3, at: position }] as const)
      return { held, write: Object.fromEntries(write) }
    },
  }
}
