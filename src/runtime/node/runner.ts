/** What an engine's thread does for it, on the processor or on a graphics card. */
import type { RunOptions, Value } from '../engine.ts'
import type { Request } from './messages.ts'

type Of<K extends Request['kind']> = Omit<Extract<Request, { kind: K }>, 'kind'>

/** The engine's own contract without what it keeps for its caller; sessions and held values go by what they are called. */
export type Runner = {
  load(request: Of<'load'>): Promise<void>
  run(session: number, inputs: Readonly<Record<string, Value>>, options: RunOptions): Promise<Record<string, Value>>
  unload(session: number): Promise<void>
  put(name: string, value: Value): void
  zeros(request: Of<'zeros'>): void
  /** A copy. */
  get(name: string): Promise<Value>
  resize(request: Of<'resize'>): Promise<void>
  drop(names: readonly string[]): void
  /** Releases everything. */
  close(): Promise<void>
}

export function notHeld(name: string): Error {
  return new Error(`no value is held under "${name}"`)
}

/** @throws Error for an output that the graph does not have */
export function checkOutputs(known: readonly string[], asked: Iterable<string>): void {
  for (const name of asked) if (!known.includes(name)) throw new Error(`the graph has no output "${name}"`)
}
