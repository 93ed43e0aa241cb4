/** onnxruntime-node in a thread of its own. */
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import { NeufError } from '../../errors/errors.ts'
import type { LoweredGraph } from '../../graph/index.ts'
import type { Engine, Session, Value } from '../engine.ts'
import { bytesAreExact } from './byte-products.ts'
import { cpu, type Device } from './devices.ts'
import { type Answer, flag, type Message, type Request, type ThreadSettings } from './messages.ts'

/** The version pinned in package.json; part of the fingerprint, since kernels change between versions. */
const onnxRuntimeVersion = '1.30.0'

type Waiting = {
  readonly what: string
  readonly resolve: (values: Record<string, Value>) => void
  readonly reject: (error: Error) => void
}

const movedBefore = 'an array was given that had been moved to the engine before'

const wasMoved = (buffers: readonly ArrayBufferLike[]): boolean =>
  buffers.some((buffer) => buffer instanceof ArrayBuffer && buffer.detached)

/** @throws NeufError `engine` for those that were moved before */
function weightsOf({ externalData }: LoweredGraph): ArrayBufferLike[] {
  const weights = externalData.map(({ data }) => data.buffer)
  if (wasMoved(weights)) throw new NeufError('engine', { what: doing.load, why: movedBefore })
  return weights
}

const doing: Record<Request['kind'], string> = {
  load: 'loading a graph',
  run: 'running a graph',
  unload: 'releasing a graph',
  put: 'taking a value',
  zeros: 'making values',
  get: 'giving a value',
  resize: 'resizing values',
  drop: 'dropping values',
}

/**
 * Whether the processor multiplies bytes exactly, as the first engine that was asked found. All wait for the one answer, so that they
 * take the weights of a graph in the order in which they were asked to.
 */
let exact: Promise<boolean> | undefined

/** How to let each engine's thread finish, for when the process ends without disposing it. */
const atExit = new Set<() => void>()
process.on('exit', () => {
  for (const finish of atExit) finish()
})

export type NodeEngineSettings = {
  /** Threads that compute on the processor. Default: one a processor. */
  readonly threads?: number
  /** One that `findDevice` found, since a device that does not work may end the process. Default: the processor. */
  readonly device?: Device
}

/** Starts an engine. It keeps the process alive only while something runs; dispose it all the same. */
export function createNodeEngine({
  threads = Math.max(1, os.availableParallelism()),
  device = cpu,
}: NodeEngineSettings = {}): Engine {
  // Before the library is loaded: it would keep a device id and an event log in the home folder, and its log fails (with
  // a crash) on command lines beyond some 13 kB. Nothing that is drawn here is anybody else's business.
  process.env.ORT_DISABLE_TELEMETRY = '1'
  // Memory that is too small, a driver that lost its card: what only cards meet.
  const advice = device.provider === 'cpu' ? '' : ' (computed on a graphics card; --device cpu does without)'
  const flags = new Int32Array(new SharedArrayBuffer(8))
  const workerData: ThreadSettings = { threads, provider: device.provider, flags }
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData })
  const waiting = new Map<number, Waiting>()
  let requests = 0
  let sessions = 0
  let ended: string | undefined

  // A thread that is stopped inside native code aborts the whole process: it is never stopped there, only waited for.
  const finish = (): void => {
    Atomics.store(flags, flag.closing, 1)
    Atomics.wait(flags, flag.busy, 1)
  }
  atExit.add(finish)

  const end = (why: string): void => {
    ended ??= why
    for (const { what, reject } of waiting.values()) reject(new NeufError('engine', { what, why: ended }))
    waiting.clear()
  }
  worker.on('error', (error) => end(error.message))
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end('its thread ended')
      atExit.delete(finish)
      resolve()
    })
  })
  worker.on('message', (answer: Answer) => {
    const entry = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0 && ended === undefined) worker.unref()
    if ('values' in answer) entry?.resolve(answer.values)
    else entry?.reject(new NeufError('engine', { what: entry.what, why: `${answer.error}${advice}` }))
  })
  worker.unref()

  function ask(request: Request, transfer: readonly ArrayBufferLike[] = []): Promise<Record<string, Value>> {
    const what = doing[request.kind]
    if (ended !== undefined) return Promise.reject(new NeufError('engine', { what, why: ended }))
    return new Promise((resolve, reject) => {
      const id = requests++
      try {
        const moved = new Set(transfer.filter((buffer) => buffer instanceof ArrayBuffer))
        worker.postMessage({ id, request } satisfies Message, [...moved])
      } catch (cause) {
        return reject(
          new NeufError('engine', { what, why: wasMoved(transfer) ? movedBefore : String(cause) }, { cause }),
        )
      }
      worker.ref()
      waiting.set(id, { what, resolve, reject })
    })
  }

  const buffers = (values: Readonly<Record<string, Value>>) => Object.values(values).map(({ data }) => data.buffer)

  function createSession(session: number): Session {
    return {
      async run(inputs, { signal, ...options } = {}) {
        const cancelled = () => new NeufError('cancelled', { what: 'cancelled before it was done' })
        if (signal?.aborted) throw cancelled()
        const values = await ask({ kind: 'run', session, inputs, options }, buffers(inputs))
        if (signal?.aborted) throw cancelled()
        return values
      },
      async dispose() {
        if (ended === undefined) await ask({ kind: 'unload', session })
      },
    }
  }

  async function load(graph: LoweredGraph, model = graph.model, keepWeights = false): Promise<Session> {
    const session = sessions++
    const weights = weightsOf(graph)
    const moved = keepWeights ? [] : [model.buffer, ...weights]
    const types = Object.fromEntries(Object.entries(graph.outputs).map(([name, { type }]) => [name, type]))
    await ask({ kind: 'load', session, model, externalData: graph.externalData, types }, moved)
    return createSession(session)
  }

  /** Whether the processor computes a graph's own products as they are meant. */
  async function runsFused({ multipliesBytes = false }: LoweredGraph): Promise<boolean> {
    if (device.provider !== 'cpu') return false
    if (!multipliesBytes) return true
    exact ??= bytesAreExact(load)
    // What was tried on another engine may have ended with that.
    return exact.catch(() => bytesAreExact(load))
  }

  return {
    fingerprint: fingerprintOf(device),
    async load(graph: LoweredGraph, { keepWeights = false } = {}) {
      // Before anything reads them.
      weightsOf(graph)
      const fused = graph.standardModel === undefined || (await runsFused(graph))
      return load(graph, fused ? graph.model : graph.standardModel!(), keepWeights)
    },
    async put(name, value) {
      await ask({ kind: 'put', name, value }, [value.data.buffer])
    },
    async zeros(names, shape, room) {
      await ask({ kind: 'zeros', names, shape, room })
    },
    async get(name) {
      const { value } = await ask({ kind: 'get', name })
      return value!
    },
    async resize(names, axis, size) {
      await ask({ kind: 'resize', names, axis, size })
    },
    async drop(names) {
      await ask({ kind: 'drop', names })
    },
    async dispose() {
      if (ended === undefined) {
        end('the engine was disposed')
        Atomics.store(flags, flag.closing, 1)
        worker.ref()
        worker.postMessage('close' satisfies Message)
      }
      await exited
    },
  }
}

/** What a graphics card has no kernel for, the processor computes. */
function fingerprintOf(device: Device): string {
  const processor = os.cpus()[0]?.model ?? 'unknown'
  const on = device.provider === 'cpu' ? processor : `${device.adapter ?? 'unknown adapter'}, ${processor}`
  return `onnxruntime-node ${onnxRuntimeVersion} ${device.provider} fp32 ${process.arch} ${on}`
}
