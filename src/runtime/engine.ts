/** What runs a lowered graph. The Node engine is in `node/`; a browser's will fulfil the same contract. */
import type { ElementType, LoweredGraph } from '../graph/index.ts'

export type ValueData =
  | Float32Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

/** A tensor's contents, row-major. */
export type Value = { readonly type: ElementType; readonly shape: readonly number[]; readonly data: ValueData }

export type RunOptions = {
  /** Outputs to return. Each is copied out of the engine: fetch little. */
  readonly fetch?: readonly string[]
  /**
   * Outputs to return without copying them, each with the name of the place where it lies: the next run that lends to this
   * place may write there. For what is read at once, run after run, by one reader a place. `drop` lets places go.
   */
  readonly lend?: Readonly<Record<string, string>>
  /** Inputs that are read from values the engine holds, by the held value's name. */
  readonly held?: Readonly<Record<string, string>>
  /** Outputs that stay with the engine, under a name; a value held under it before is replaced. */
  readonly hold?: Readonly<Record<string, string>>
  /**
   * Outputs that are written into held values: for each, the held value and the place along `axis` where the output
   * (of size 1 there, and the held value's size elsewhere) goes.
   */
  readonly write?: Readonly<Record<string, { readonly into: string; readonly axis: number; readonly at: number }>>
  readonly signal?: AbortSignal
}

/** A graph ready to run. */
export type Session = {
  /**
   * Runs the graph. The arrays of `inputs` are moved to the engine, not copied: do not use them again.
   * Throws NeufError `cancelled` when the signal fires before the run has started or before its result is used, and
   * `engine` when the graph cannot be run as asked.
   */
  run(inputs: Readonly<Record<string, Value>>, options?: RunOptions): Promise<Record<string, Value>>
  dispose(): Promise<void>
}

/** Somewhere graphs run, off the caller's thread, one run after the other. */
export type Engine = {
  /** What results may depend on besides their inputs: engine, version, precision, processor. */
  readonly fingerprint: string
  /**
   * Loads a graph. Its bytes, weights too, are moved to the engine unless `keepWeights`: they can be used once. Weights in
   * shared memory are neither moved nor copied on the way.
   */
  load(graph: LoweredGraph, options?: { readonly keepWeights?: boolean }): Promise<Session>
  /** Holds a value under a name, for runs to read and write. Its array is moved to the engine. */
  put(name: string, value: Value): Promise<void>
  /**
   * Holds zeros, float32 of one shape, under each name. There is room for `room` numbers in all: as far as that reaches,
   * a value grows where it is.
   */
  zeros(names: readonly string[], shape: readonly number[], room: number): Promise<void>
  /** A copy of a held value. */
  get(name: string): Promise<Value>
  /** Changes the size of held values along one axis: what is cut off is lost, what is new is zeros. */
  resize(names: readonly string[], axis: number, size: number): Promise<void>
  /** Lets held values go, and places that were lent. */
  drop(names: readonly string[]): Promise<void>
  /** Rejects what waits at once; returns when what is being run is done and everything is released. */
  dispose(): Promise<void>
}
