/** Graphs on the processor: outputs are written run after run to memory that is there already. */
import ort from 'onnxruntime-node'
import type { RunOptions, Value } from '../engine.ts'
import { resized, writeAt, zeros } from './held-values.ts'
import { createOutputMemory, type OutputMemory } from './output-memory.ts'
import { checkOutputs, notHeld, type Runner } from './runner.ts'
import { copied, toTensor, toValue } from './tensors.ts'

type Loaded = {
  readonly session: ort.InferenceSession
  readonly memory: OutputMemory
  /** Outputs on their way into held values, by name. */
  readonly written: Map<string, ort.Tensor>
}

/**
 * Lets memory go now, not when the collector comes by: it sees arrays, not what lies behind them. Several may lie in one buffer, and
 * shared memory stays.
 */
function release({ buffer }: { readonly buffer: ArrayBufferLike }): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transferToFixedLength(0)
}

const memoryOf = ({ data }: ort.Tensor) => data as Exclude<typeof data, string[]>

export function createCpuRunner(threads: number): Runner {
  const sessions = new Map<number, Loaded>()
  const held = new Map<string, ort.Tensor>()
  /** Places that outputs are lent in, all sessions'. */
  const lent = new Map<string, ort.Tensor>()

  function heldTensor(name: string): ort.Tensor {
    const tensor = held.get(name)
    if (tensor === undefined) throw notHeld(name)
    return tensor
  }

  /** Holds a tensor under a name; the memory of what was there goes, unless the new one lies in it. */
  function keep(name: string, tensor: ort.Tensor): void {
    const before = held.get(name)
    held.set(name, tensor)
    if (before !== undefined && memoryOf(before).buffer !== memoryOf(tensor).buffer) release(memoryOf(before))
  }

  function sessionOf(id: number) {
    const loaded = sessions.get(id)
    if (loaded === undefined) throw new Error('the session was disposed')
    return loaded
  }

  async function run(
    id: number,
    inputs: Readonly<Record<string, Value>>,
    { fetch = [], lend = {}, held: reads = {}, hold = {}, write = {} }: RunOptions,
  ): Promise<Record<string, Value>> {
    const { session, memory, written } = sessionOf(id)
    const feeds: Record<string, ort.Tensor> = {}
    for (const [name, value] of Object.entries(inputs)) feeds[name] = toTensor(value)
    for (const [name, from] of Object.entries(reads)) feeds[name] = heldTensor(from)
    // Where each output goes: null lets ONNX Runtime allocate it. What is held already and not read now is written over.
    const outputs: Record<string, ort.Tensor | null> = {}
    for (const name of fetch) outputs[name] = null
    for (const name of Object.keys(write)) outputs[name] = memory.tensorFor(name, feeds, written, name) ?? null
    for (const [name, place] of Object.entries(lend)) outputs[name] = memory.tensorFor(name, feeds, lent, place) ?? null
    const read = new Set(Object.values(feeds))
    for (const [name, under] of Object.entries(hold)) {
      const before = held.get(under)
      outputs[name] = before !== undefined && !read.has(before) && memory.fits(before, name, feeds) ? before : null
    }
    checkOutputs(session.outputNames, Object.keys(outputs))
    const results = await session.run(feeds, outputs)
    const resultOf = (name: string): ort.Tensor => outputs[name] ?? results[name]!
    // The binding copies even what it was given a place for.
    for (const [name, tensor] of Object.entries(outputs)) if (tensor !== null) release(memoryOf(results[name]!))
    for (const [name, { into, axis, at }] of Object.entries(write)) {
      writeAt(toValue(heldTensor(into)), toValue(resultOf(name)), axis, at)
    }
    for (const [name, under] of Object.entries(hold)) keep(under, resultOf(name))
    const values: Record<string, Value> = {}
    // What is returned is the caller's own, but for what lies in a lent place; what is held never leaves.
    for (const name of Object.keys(lend)) values[name] = toValue(resultOf(name))
    for (const name of fetch) {
      const value = toValue(resultOf(name))
      values[name] = outputs[name] ? copied(value) : value
    }
    for (const name of Object.keys(hold)) if (name in values) values[name] = copied(toValue(resultOf(name)))
    return values
  }

  return {
    run,
    async load({ session: id, model, externalData }) {
      const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionProviders: ['cpu'],
        logSeverityLevel: 3,
        externalData: externalData as { path: string; data: Uint8Array }[],
      })
      // ONNX Runtime has its own copy of the weights.
      for (const { data } of externalData) release(data)
      sessions.set(id, { session, memory: createOutputMemory(session), written: new Map() })
    },
    async unload(id) {
      await sessions.get(id)?.session.release()
      sessions.delete(id)
    },
    put(name, value) {
      keep(name, toTensor(value))
    },
    zeros({ names, shape, room }) {
      for (const name of names) keep(name, toTensor(zeros(shape, room)))
    },
    async get(name) {
      return copied(toValue(heldTensor(name)))
    },
    async resize({ names, axis, size }) {
      for (const name of names) keep(name, toTensor(resized(toValue(heldTensor(name)), axis, size)))
    },
    drop(names) {
      for (const name of names) {
        const tensor = held.get(name)
        if (tensor !== undefined) release(memoryOf(tensor))
        held.delete(name)
        lent.delete(name)
      }
    },
    async close() {
      for (const { session } of sessions.values()) await session.release()
    },
  }
}
