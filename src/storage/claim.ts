/**
 * An exclusive claim among programs: a small file that names its holder. One left by a program that is gone (a kill, a
 * power cut) is taken over; nobody has to tidy up.
 */
import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { NeufError } from '../errors/errors.ts'
import { cannotWrite, systemCode } from './file-fault.ts'

type Holder = {
  readonly pid: number
  readonly host: string
  /** When its program began, in milliseconds: another one may have its number later. */
  readonly began: number
  readonly mark: string
}

/** Two readings of when one program began differ by no more, unless its clock was set meanwhile. */
const sameStart = 10_000

/**
 * Claims what the file `path` stands for; its folder must exist.
 * @param what is claimed, for the message
 * @returns what gives the claim back
 * @throws NeufError `claimed` while another program on this machine holds it, or one on another machine left it there
 */
export async function claim(path: string, what: string): Promise<() => Promise<void>> {
  const holder: Holder = { pid: process.pid, host: hostname(), began: ownStart(), mark: randomUUID() }
  const own = `${path}.${holder.mark}`
  try {
    // Written in full before it gets the name that counts: nobody reads half a claim.
    await writeFile(own, JSON.stringify(holder), { flag: 'wx' })
    while (!((await takes(own, path)) || (await replaces(own, path, what))));
  } catch (error) {
    throw cannotWrite(path, error)
  } finally {
    await rm(own, { force: true })
  }
  return async () => {
    if ((await read(path))?.mark === holder.mark) await rm(path, { force: true })
  }
}

async function takes(own: string, path: string): Promise<boolean> {
  try {
    // Unlike a rename, a second name is refused where there is one.
    await link(own, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/**
 * Puts the claim in the place of one whose holder is gone. Who may do so is claimed in turn, by the dead claim's mark: of many that
 * read the same dead claim only one replaces it, and none a living one.
 * @throws NeufError `claimed`
 */
async function replaces(own: string, path: string, what: string): Promise<boolean> {
  const found = await read(path)
  if (found === undefined) return false
  if (isHeld(found)) throw new NeufError('claimed', { what, pid: found.pid, host: found.host, path })
  const name = createHash('sha256').update(found.mark).digest('hex').slice(0, 16)
  const release = await claim(`${path}.${name}.after`, what)
  try {
    if ((await read(path))?.mark !== found.mark) return false
    await rename(own, path)
    return true
  } finally {
    await release()
  }
}

/** What a claim says; one that says nothing readable has no holder. */
async function read(path: string): Promise<Holder | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  try {
    const { pid, host, began, mark } = JSON.parse(text) as Partial<Holder>
    if (Number.isInteger(pid) && typeof host === 'string' && typeof mark === 'string') {
      return { pid: pid!, host, began: Number(began), mark }
    }
  } catch {
    // Below.
  }
  return { pid: 0, host: hostname(), began: 0, mark: '' }
}

const ownStart = (): number => Math.round(Date.now() - process.uptime() * 1000)

/** On another machine nobody can be asked. */
function isHeld({ pid, host, began }: Holder): boolean {
  if (host !== hostname()) return true
  if (pid <= 0) return false
  // In a container that is started again, this program often has the number of the one that was killed.
  if (pid === process.pid) return Math.abs(began - ownStart()) < sameStart
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}
