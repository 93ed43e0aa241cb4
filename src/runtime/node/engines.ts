/** How a machine's processors are best shared among engines. */
import os from 'node:os'
import type { Engine } from '../engine.ts'
import { cpu } from './devices.ts'
import { createNodeEngine, type NodeEngineSettings } from './engine.ts'

/**
 * Two engines of half the threads each, one where there is one processor: for work that can be cut in two. Threads of one
 * engine wait for each other in every op, which small graphs pay for dearly; engines do not wait for each other. But each has the
 * weights in memory: `one` engine of all threads for a large model. A graphics card has one engine: two would take turns.
 */
export function createNodeEngines({
  threads = Math.max(1, os.availableParallelism()),
  device = cpu,
  one = false,
}: NodeEngineSettings & { readonly one?: boolean } = {}): [Engine, ...Engine[]] {
  if (threads === 1 || one || device.provider !== 'cpu') return [createNodeEngine({ threads, device })]
  const half = Math.floor(threads / 2)
  return [createNodeEngine({ threads: threads - half }), createNodeEngine({ threads: half })]
}
