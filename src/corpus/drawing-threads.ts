/** Worker threads that draw: tasks are handed out one at a time, and the first fault ends them all. */
import { Worker } from 'node:worker_threads'
import { type FaultCode, NeufError } from '../errors/errors.ts'
import type { WorkerReport, WorkerSettings, WorkerTask } from './shard-worker.ts'

type Answer = Exclude<WorkerReport, { kind: 'fault' | 'made' }>

export type DrawingThreads = {
  /** Does a task on the next free thread. Rejects as the task does, and with `engine` where a thread ended. */
  run(task: WorkerTask): Promise<Answer>
  /** Ends the threads; tasks that are not done are rejected. */
  dispose(): Promise<void>
}

type Waiting = {
  readonly task: WorkerTask
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/** @param onMade is told, while a shard is drawn, how many scenes were made since it was last told */
export function startThreads(
  count: number,
  settings: WorkerSettings,
  onMade: (scenes: number) => void = () => {},
): DrawingThreads {
  const waiting: Waiting[] = []
  const busy = new Map<Worker, Waiting>()
  let broken: Error | undefined
  const fail = (error: Error): void => {
    broken ??= error
    for (const { reject } of [...busy.values(), ...waiting.splice(0)]) reject(broken)
    busy.clear()
  }
  const workers = Array.from({ length: count }, () => {
    const worker = new Worker(new URL('./shard-worker.ts', import.meta.url), { workerData: settings })
    worker.on('message', (report: WorkerReport) => {
      if (report.kind === 'made') return onMade(report.scenes)
      const current = busy.get(worker)
      busy.delete(worker)
      if (report.kind === 'fault') current?.reject(faultOf(report))
      else current?.resolve(report)
      next(worker)
    })
    worker.on('error', fail)
    worker.on('exit', () => fail(new NeufError('engine', { what: 'drawing scenes', why: 'a worker thread ended' })))
    // Threads that wait for work do not keep the program alive.
    worker.unref()
    return worker
  })
  function next(worker: Worker): void {
    const task = waiting.shift()
    if (task === undefined) {
      worker.unref()
      return
    }
    busy.set(worker, task)
    worker.ref()
    worker.postMessage(task.task)
  }
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken)
        waiting.push({ task, resolve, reject })
        const free = workers.find((worker) => !busy.has(worker))
        if (free) next(free)
      }),
    async dispose() {
      fail(new NeufError('cancelled', { what: 'drawing scenes' }))
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

/** The worker's error as it was thrown there: a `NeufError` again where it was one. */
function faultOf(report: Extract<WorkerReport, { kind: 'fault' }>): Error {
  if (report.code === '') return new Error(report.message)
  return new NeufError(report.code as FaultCode, report.details as never)
}
