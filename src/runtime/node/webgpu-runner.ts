/** Graphs on a graphics card. What is held lies in its memory, from the first run that reads or makes it. */
import ort from 'onnxruntime-node'
import type { RunOptions, Value } from '../engine.ts'
import { createDeviceMemory, discard, locationOf } from './device-memory.ts'
import { resized, zeros } from './held-values.ts'
import { checkOutputs, notHeld, type Runner } from './runner.ts'
import { copied, toTensor, toValue } from './tensors.ts'

export function createWebGpuRunner(threads: number): Runner {
  const sessions = new Map<number, ort.InferenceSession>()
  const held = new Map<string, ort.Tensor>()
  /** The session that made a tensor, which must not be released before it. */
  const makers = new WeakMap<ort.Tensor, number>()
  const memory = createDeviceMemory()

  function heldTensor(name: string): ort.Tensor {
    const tensor = held.get(name)
    if (tensor === undefined) throw notHeld(name)
    return tensor
  }

  function hold(name: string, tensor: ort.Tensor): void {
    const before = held.get(name)
    held.set(name, tensor)
    if (before !== tensor) discard(before)
  }

  /** On the device from here on, so that it is sent there once. */
  async function heldOnDevice(name: string): Promise<ort.Tensor> {
    const tensor = await memory.uploaded(heldTensor(name))
    hold(name, tensor)
    return tensor
  }

  function sessionOf(id: number): ort.InferenceSession {
    const session = sessions.get(id)
    if (session === undefined) throw new Error('the session was disposed')
    return session
  }

  async function run(
    id: number,
    inputs: Readonly<Record<string, Value>>,
    { fetch = [], lend = {}, held: reads = {}, hold: keep = {}, write = {} }: RunOptions,
  ): Promise<Record<string, Value>> {
    const session = sessionOf(id)
    const feeds: Record<string, ort.Tensor> = {}
    for (const [name, value] of Object.entries(inputs)) feeds[name] = toTensor(value)
    for (const [name, from] of Object.entries(reads)) feeds[name] = await heldOnDevice(from)
    checkOutputs(session.outputNames, [...fetch, ...[lend, keep, write].flatMap(Object.keys)])
    for (const { into } of Object.values(write)) await heldOnDevice(into)
    // All of them each time: the binding keeps what it bound, and refuses to do with less.
    const results = await session.run(feeds)
    const unused = new Set(Object.values(results))
    try {
      // A copy, which may lie anywhere.
      const values: Record<string, Value> = {}
      for (const name of new Set([...fetch, ...Object.keys(lend)])) {
        const value = toValue(await memory.downloaded(results[name]!))
        values[name] = name in keep ? copied(value) : value
      }
      for (const [name, { into, axis, at }] of Object.entries(write)) {
        hold(into, await memory.written(heldTensor(into), await memory.uploaded(results[name]!), axis, at))
      }
      for (const [name, under] of Object.entries(keep)) {
        makers.set(results[name]!, id)
        hold(under, results[name]!)
        unused.delete(results[name]!)
      }
      return values
    } finally {
      for (const tensor of unused) discard(tensor)
    }
  }

  return {
    run,
    async load({ session: id, model, externalData, types }) {
      const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionProviders: ['webgpu'],
        preferredOutputLocation: Object.fromEntries(
          Object.entries(types).map(([name, type]) => [name, locationOf(type)]),
        ),
        logSeverityLevel: 3,
        externalData: externalData as { path: string; data: Uint8Array }[],
      })
      sessions.set(id, session)
    },
    async unload(id) {
      for (const [name, tensor] of held) {
        if (makers.get(tensor) === id) hold(name, await memory.kept(tensor))
      }
      await sessions.get(id)?.release()
      sessions.delete(id)
    },
    put(name, value) {
      hold(name, toTensor(value))
    },
    zeros({ names, shape }) {
      for (const name of names) hold(name, toTensor(zeros(shape, 0)))
    },
    async get(name) {
      return copied(toValue(await memory.downloaded(heldTensor(name))))
    },
    async resize({ names, axis, size }) {
      for (const name of names) {
        const value = toValue(await memory.downloaded(heldTensor(name)))
        hold(name, toTensor(resized(value, axis, size)))
      }
    },
    drop(names) {
      for (const name of names) {
        discard(held.get(name))
        held.delete(name)
      }
    },
    async close() {
      for (const tensor of held.values()) discard(tensor)
      for (const session of sessions.values()) await session.release()
      await memory.close()
    },
  }
}
