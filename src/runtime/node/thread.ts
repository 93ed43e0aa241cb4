/** The thread that ONNX Runtime works in: `session.run` blocks its thread, so that must not be the caller's. */
import { parentPort, workerData } from 'node:worker_threads'
import ort from 'onnxruntime-node'
import type { Value, ValueData } from '../engine.ts'
import { resized, writeAt, zeros } from './held-values.ts'
import { type Answer, flag, type Message, type Request, type ThreadSettings } from './messages.ts'
import { createOutputMemory, type OutputMemory } from './output-memory.ts'

const { threads, provider, flags } = workerData as ThreadSettings
const port = parentPort!
type Loaded = {
  readonly session: ort.InferenceSession
  readonly memory: OutputMemory
  /** Outputs on their way into held values, by name. */
  readonly written: Map<string, ort.Tensor>
}
const sessions = new Map<number, Loaded>()
const held = new Map<string, ort.Tensor>()
/** Places that outputs are lent in, all sessions'. */
const lent = new Map<string, ort.Tensor>()

const toTensor = ({ type, data, shape }: Value): ort.Tensor =>
  new ort.Tensor(type as 'float32', data as Float32Array, shape)

const toValue = (tensor: ort.Tensor): Value => ({
  type: tensor.type as Value['type'],
  shape: tensor.dims,
  data: tensor.data as ValueData,
})

function release({ data }: ort.Tensor): void {
  ;(data as Float32Array<ArrayBuffer>).buffer.transfer(0)
}

function heldTensor(name: string): ort.Tensor {
  const tensor = held.get(name)
  if (tensor === undefined) throw new Error(`no value is held under "${name}"`)
  return tensor
}

function sessionOf(id: number) {
  const loaded = sessions.get(id)
  if (loaded === undefined) throw new Error('the session was disposed')
  return loaded
}

async function run(request: Request & { kind: 'run' }): Promise<Record<string, Value>> {
  const { fetch = [], lend = {}, held: reads = {}, hold = {}, write = {} } = request.options
  const { session, memory, written } = sessionOf(request.session)
  const feeds: Record<string, ort.Tensor> = {}
  for (const [name, value] of Object.entries(request.inputs)) feeds[name] = toTensor(value)
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
  const unknown = Object.keys(outputs).find((name) => !session.outputNames.includes(name))
  if (unknown !== undefined) throw new Error(`the graph has no output "${unknown}"`)
  const results = await session.run(feeds, outputs)
  const resultOf = (name: string): ort.Tensor => outputs[name] ?? results[name]!
  // The binding copies even what it was given a place for; such copies are let go now, not when the collector comes by.
  for (const [name, tensor] of Object.entries(outputs)) if (tensor !== null) release(results[name]!)
  for (const [name, { into, axis, at }] of Object.entries(write)) {
    writeAt(toValue(heldTensor(into)), toValue(resultOf(name)), axis, at)
  }
  for (const [name, under] of Object.entries(hold)) held.set(under, resultOf(name))
  const values: Record<string, Value> = {}
  // What is returned is the caller's own, but for what lies in a lent place; what is held never leaves.
  const copied = (value: Value): Value => ({ ...value, data: value.data.slice() as ValueData })
  for (const name of Object.keys(lend)) values[name] = toValue(resultOf(name))
  for (const name of fetch) {
    const value = toValue(resultOf(name))
    values[name] = outputs[name] ? copied(value) : value
  }
  for (const name of Object.keys(hold)) if (name in values) values[name] = copied(toValue(resultOf(name)))
  return values
}

async function answer(request: Request): Promise<Record<string, Value>> {
  switch (request.kind) {
    case 'load': {
      const session = await ort.InferenceSession.create(request.model, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionProviders: [provider],
        logSeverityLevel: 3,
        externalData: request.externalData as { path: string; data: Uint8Array }[],
      })
      sessions.set(request.session, { session, memory: createOutputMemory(session), written: new Map() })
      return {}
    }
    case 'run':
      return run(request)
    case 'unload':
      await sessions.get(request.session)?.session.release()
      sessions.delete(request.session)
      return {}
    case 'put':
      held.set(request.name, toTensor(request.value))
      return {}
    case 'zeros':
      for (const name of request.names) held.set(name, toTensor(zeros(request.shape, request.room)))
      return {}
    case 'get': {
      const value = toValue(heldTensor(request.name))
      return { value: { ...value, data: value.data.slice() as ValueData } }
    }
    case 'resize':
      for (const name of request.names) {
        held.set(name, toTensor(resized(toValue(heldTensor(name)), request.axis, request.size)))
      }
      return {}
    case 'drop':
      for (const name of request.names) {
        held.delete(name)
        lent.delete(name)
      }
      return {}
  }
}

async function close(): Promise<void> {
  for (const { session } of sessions.values()) await session.release()
  port.close()
}

let last: Promise<void> = Promise.resolve()
port.on('message', (message: Message) => {
  if (message === 'close') {
    last = last.then(close)
    return
  }
  const { id, request } = message
  last = last.then(async () => {
    let reply: Answer
    // First busy, then a look whether to begin at all: so the other side can be sure of what it sees.
    Atomics.store(flags, flag.busy, 1)
    try {
      if (Atomics.load(flags, flag.closing) === 1) return
      reply = { id, values: await answer(request) }
    } catch (error) {
      reply = { id, error: error instanceof Error ? error.message : String(error) }
    } finally {
      Atomics.store(flags, flag.busy, 0)
      Atomics.notify(flags, flag.busy)
    }
    const buffers = 'values' in reply ? Object.values(reply.values).map(({ data }) => data.buffer) : []
    // What is lent lies in memory that both sides see.
    port.postMessage(reply, [...new Set(buffers.filter((buffer) => buffer instanceof ArrayBuffer))])
  })
})
