/** A child process that is asked in lines of JSON, and answers each with one. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export type LineChild = {
  /** What it said when it was ready. */
  readonly ready: Readonly<Record<string, unknown>>
  ask(question: object): Promise<Readonly<Record<string, number>>>
  end(): Promise<void>
}

/** Starts it and waits until it is ready. What it says besides goes to our standard error. */
export async function startChild(command: string, args: readonly string[]): Promise<LineChild> {
  const child: ChildProcess = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  // That it ended shows where an answer is waited for.
  child.stdin!.on('error', () => undefined)
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const next = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error(`${command} ${args.join(' ')} ended`)
    return JSON.parse(value)
  }
  return {
    ready: await next(),
    async ask(question) {
      child.stdin!.write(`${JSON.stringify(question)}\n`)
      return next()
    },
    async end() {
      child.stdin!.end()
      await exited
    },
  }
}

/** The child's side: says that it is ready, then answers until it is asked no more. */
export async function answerLines(ready: object, answer: (question: unknown) => Promise<object>): Promise<void> {
  console.log(JSON.stringify(ready))
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(JSON.stringify(await answer(JSON.parse(line))))
  }
}
