/** The drawing process as its worker has it: started when it is needed, started again when it died, ended when it hangs. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { type FaultCode, NeufError } from '../../errors/errors.ts'
import { createBell } from '../watch.ts'
import type { DrawAnswer, DrawEvent, DrawOrder, DrawTask, Opened, SentFault } from './messages.ts'

export type Drawing = {
  /** What it can draw, once its models are open. Starts the process where there is none. @throws NeufError */
  ready(): Promise<Opened>
  /** Draws, and says what happens; one task at a time. @throws NeufError `drawing-ended`, `cancelled`, what drawing throws */
  draw(task: DrawTask, signal: AbortSignal): AsyncGenerator<DrawEvent, void, undefined>
  /** Of the process that draws now, for who wants to look at it. */
  readonly pid: number | undefined
  close(): Promise<void>
}

export type DrawingSettings = {
  readonly folders: readonly string[]
  readonly threads?: number | undefined
  /** Without a sign of life for so long, a process hangs. */
  readonly millisecondsOfSilence?: number
}

/** A process that was told to stop a task has so long to do it. */
const millisecondsToStop = 5000
const longestSilence = 10 * 60_000

export function createDrawing({ folders, threads, millisecondsOfSilence = longestSilence }: DrawingSettings): Drawing {
  let child: ChildProcess | undefined
  let opening: Promise<Opened> | undefined
  let tasks = 0
  let hear: (answer: DrawAnswer) => void = () => undefined
  let died: (why: string) => void = () => undefined

  const send = (order: DrawOrder) => child?.send(order, () => undefined)

  function start(): Promise<Opened> {
    // What this process was started with (a debugger's port, a test runner's hooks) is not for that one.
    const fresh = fork(new URL('./draw-process.ts', import.meta.url), {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    child = fresh
    fresh.on('message', (answer: DrawAnswer) => hear(answer))
    return new Promise((resolve, reject) => {
      hear = (answer) => {
        if (answer.kind === 'opened') resolve({ engine: answer.engine, models: answer.models })
        if (answer.kind === 'not-opened') {
          reject(received(answer.fault))
          fresh.kill('SIGKILL')
        }
      }
      const gone = (why: string) => {
        // Also one that was closed while it opened: somebody waits for it.
        reject(new NeufError('drawing-ended', { why }))
        if (child !== fresh) return
        child = undefined
        opening = undefined
        died(why)
      }
      fresh.on('error', (error) => gone(error.message))
      fresh.on('exit', (status, by) => gone(by === null ? `exit status ${status}` : by))
      send({ kind: 'open', folders, threads })
    })
  }

  async function* draw(task: DrawTask, signal: AbortSignal): AsyncGenerator<DrawEvent, void, undefined> {
    const id = tasks++
    const answers: DrawAnswer[] = []
    const bell = createBell()
    let dead: string | undefined
    hear = (answer) => {
      answers.push(answer)
      bell.ring()
    }
    died = (why) => {
      dead = why
      bell.ring()
    }
    let timer: NodeJS.Timeout | undefined
    const stop = () => {
      send({ kind: 'stop', id })
      timer = setTimeout(() => child?.kill('SIGKILL'), millisecondsToStop)
      bell.ring()
    }
    signal.addEventListener('abort', stop, { once: true })
    try {
      if (signal.aborted) throw new NeufError('cancelled', { what: 'as you asked' })
      await ready()
      send({ kind: 'draw', id, task })
      while (true) {
        for (let answer = answers.shift(); answer !== undefined; answer = answers.shift()) {
          if (!('id' in answer) || answer.id !== id) continue
          if (answer.kind === 'event') yield answer.event
          else if (answer.fault === null) return
          else throw received(answer.fault)
        }
        if (dead !== undefined) throw new NeufError('drawing-ended', { why: dead })
        if (!(await bell.heard(millisecondsOfSilence))) child?.kill('SIGKILL')
      }
    } finally {
      // Whoever stops listening in the middle wants no more of it.
      send({ kind: 'stop', id })
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      died = () => undefined
    }
  }

  function ready(): Promise<Opened> {
    opening ??= start()
    opening.catch(() => {
      opening = undefined
    })
    return opening
  }

  return {
    ready,
    draw,
    get pid() {
      return child?.pid
    },
    async close() {
      const last = child
      child = undefined
      opening = undefined
      if (last === undefined || last.exitCode !== null || last.signalCode !== null) return
      // It holds nothing that could be lost.
      last.kill('SIGKILL')
      await once(last, 'exit')
    },
  }
}

const received = ({ code, details }: SentFault): NeufError => new NeufError<FaultCode>(code, details as never)
