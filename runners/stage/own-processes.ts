/**
 * The daemon and its children on a lent machine. They are known by a word in their environment, not by a number that was
 * written down: after a kill that number may be another's.
 */
import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

export const mark = 'NEUF_STAGE_HOME'

/** Processes that belong to a folder's daemon, but for this one. */
export async function ownProcesses(home: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const environment = await readFile(`/proc/${name}/environ`, 'utf8').catch(() => '')
    if (environment.split('\0').includes(`${mark}=${home}`)) found.push(Number(name))
  }
  return found
}

/** Ends them all, and waits until they are gone. */
export async function endOwnProcesses(home: string): Promise<void> {
  for (let left = await ownProcesses(home); left.length > 0; left = await ownProcesses(home)) {
    for (const pid of left) kill(pid, 'SIGKILL')
    await wait(50)
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Sends a signal to a process that may be gone already. */
export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {}
}
