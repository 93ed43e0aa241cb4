/** The thread that ONNX Runtime works in: `session.run` blocks its thread, so that must not be the caller's. */
import { parentPort, workerData } from 'node:worker_threads'
import type { Value } from '../engine.ts'
import { createCpuRunner } from './cpu-runner.ts'
import { type Answer, flag, type Message, type Request, type ThreadSettings } from './messages.ts'
import { createWebGpuRunner } from './webgpu-runner.ts'

const { threads, provider, flags } = workerData as ThreadSettings
const port = parentPort!
const runner = provider === 'cpu' ? createCpuRunner(threads) : createWebGpuRunner(threads)

async function answer(request: Request): Promise<Record<string, Value>> {
  switch (request.kind) {
    case 'load':
      await runner.load(request)
      return {}
    case 'run':
      return runner.run(request.session, request.inputs, request.options)
    case 'unload':
      await runner.unload(request.session)
      return {}
    case 'put':
      runner.put(request.name, request.value)
      return {}
    case 'zeros':
      runner.zeros(request)
      return {}
    case 'get':
      return { value: await runner.get(request.name) }
    case 'resize':
      await runner.resize(request)
      return {}
    case 'drop':
      runner.drop(request.names)
      return {}
  }
}

async function close(): Promise<void> {
  await runner.close()
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
