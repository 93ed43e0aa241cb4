/** Commands of neuf as processes of their own, as people start them: to be killed, and to be looked at from outside. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const launcher = fileURLToPath(new URL('../../../bin/neuf.cjs', import.meta.url))

export type NeufProcess = {
  readonly pid: number
  /** Where it listens. */
  readonly url: string
  readonly ended: boolean
  /** What it has written to standard error. */
  errors(): string
  /** Sends a signal, SIGKILL unless told, and waits for the end; null when a signal was the end of it. */
  end(signal?: NodeJS.Signals): Promise<number | null>
}

export type Start = {
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Told the process id at once: whoever wants to kill it before it is ready can. */
  readonly onSpawn?: (pid: number) => void
}

/** Starts `neuf ...argv` and waits for its first line. @throws Error with what it wrote when it ends before */
export async function startNeuf(argv: readonly string[], { environment, onSpawn }: Start = {}): Promise<NeufProcess> {
  const child = spawn(process.execPath, [launcher, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const exited = once(child, 'exit')
  if (child.pid !== undefined) onSpawn?.(child.pid)
  const [line] = await Promise.race([once(child.stdout, 'data'), exited.then(() => [undefined])])
  if (line === undefined) throw new Error(`neuf ${argv[0]} ended: ${errors || child.signalCode}`)
  return {
    pid: child.pid!,
    url: /http:\/\/127\.0\.0\.1:\d+/.exec(String(line))?.[0] ?? '',
    get ended() {
      return child.exitCode !== null || child.signalCode !== null
    },
    errors: () => errors,
    async end(signal = 'SIGKILL') {
      child.kill(signal)
      await exited
      return child.exitCode
    },
  }
}

/** The processes that a process started: of a server or worker, the one that draws. None where the system does not tell. */
export function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}

/** The most memory that a process had at once (resident), in MB; NaN where the system does not tell. */
export function peakMemory(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return Number.NaN
  }
}
