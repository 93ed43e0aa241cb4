/** onnxruntime-node in a thread of its own. */
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import { NeufError } from '../../errors/errors.ts'
import type { LoweredGraph } from '../../graph/index.ts'
import type { Engine, Session, Value } from '../engine.ts'
import type { Answer, Request } from './messages.ts'

/** The version pinned in package.json; part of the fingerprint, since kernels change between versions. */
const onnxRuntimeVersion = '1.30.0'

type Waiting = { readonly resolve: (values: Record<string, Value>) => void; readonly reject: (error: Error) => void }

/** Starts an engine. It keeps the process alive only while something runs; dispose it all the same. */
export function createNodeEngine({ threads = Math.max(1, os.availableParallelism()) } = {}): Engine {
  const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { threads } })
  const waiting = new Map<number, Waiting>()
  let requests = 0
  let sessions = 0
  let ended: string | undefined

  const end = (why: string): void => {
    ended ??= why
    for (const { reject } of waiting.values()) reject(new NeufError('engine', { what: 'running', why: ended }))
    waiting.clear()
  }
  worker.on('error', (error) => end(error.message))
  worker.on('exit', () => end('the engine was disposed'))
  worker.on('message', (answer: Answer) => {
    const entry = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (waiting.size === 0) worker.unref()
    if ('values' in answer) entry?.resolve(answer.values)
    else entry?.reject(new NeufError('engine', { what: 'running a graph', why: answer.error }))
  })
  worker.unref()

  function ask(request: Request, transfer: readonly ArrayBufferLike[] = []): Promise<Record<string, Value>> {
    if (ended !== undefined) return Promise.reject(new NeufError('engine', { what: 'running', why: ended }))
    return new Promise((resolve, reject) => {
      const id = requests++
      worker.ref()
      waiting.set(id, { resolve, reject })
      worker.postMessage({ id, request }, [...new Set(transfer)] as ArrayBuffer[])
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

  return {
    fingerprint: `onnxruntime-node ${onnxRuntimeVersion} cpu fp32 ${process.arch} ${os.cpus()[0]?.model ?? 'unknown'}`,
    async load({ model, externalData }: LoweredGraph, { keepWeights = false } = {}) {
      const session = sessions++
      const weights = keepWeights ? [] : externalData.map(({ data }) => data.buffer)
      await ask({ kind: 'load', session, model, externalData }, [model.buffer, ...weights])
      return createSession(session)
    },
    async put(name, value) {
      await ask({ kind: 'put', name, value }, [value.data.buffer])
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
      ended ??= 'the engine was disposed'
      await worker.terminate()
    },
  }
}
