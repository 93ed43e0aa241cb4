/** A folder that one process at a time may use: two that write the same embedded database would destroy it. */
import { readFileSync } from 'node:fs'
import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../../errors/errors.ts'
import { cannotWrite, systemCode } from '../../storage/file-fault.ts'

/**
 * Takes the folder; the result gives it back. What a process left that was killed does not count.
 * @throws NeufError `data-in-use`, `file-unwritable`
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'in-use')
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(identify(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw cannotWrite(path, error)
      const owner = await readFile(path, 'utf8').catch(() => '')
      const pid = Number.parseInt(owner, 10)
      // Twice at most: one that appears again is another process's that starts at the same moment.
      if (attempt === 2 || (pid !== process.pid && isAlive(pid) && identify(pid) === owner)) {
        throw new NeufError('data-in-use', { folder, process: pid })
      }
      if (pid === process.pid) throw new NeufError('data-in-use', { folder, process: pid })
      await rm(path, { force: true })
    }
  }
}

/** A process id and, where the system tells it, when that process began: ids are used again, the pair is not. */
function identify(pid: number): string {
  try {
    // The name, in brackets, may hold spaces; the start time is the 20th field after it (proc(5)).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
    return `${pid} ${fields[19]}`
  } catch {
    return `${pid}`
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0)
  } catch (error) {
    // Somebody else's process is one all the same.
    return systemCode(error) === 'EPERM'
  }
}
