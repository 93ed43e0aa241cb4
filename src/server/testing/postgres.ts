/** A PostgreSQL of one's own: made in a temporary folder, heard on loopback alone, gone afterwards. */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

export type OwnPostgres = { readonly url: string; close(): Promise<void> }

/** Where Debian has the programs, which are not on its PATH. */
const packaged = '/usr/lib/postgresql'

/** The folder that `initdb` and `postgres` stand in; undefined where there is no PostgreSQL. */
export function findPostgres(): string | undefined {
  const versions = existsSync(packaged) ? readdirSync(packaged).map((name) => join(packaged, name, 'bin')) : []
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...versions]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

/** Makes one and starts it. @throws Error where there is no PostgreSQL, or it does not start */
export async function startPostgres(): Promise<OwnPostgres> {
  const programs = findPostgres()
  if (programs === undefined) throw new Error('There is no PostgreSQL here (initdb, postgres). Name one: DATABASE_URL')
  const folder = mkdtempSync(join(tmpdir(), 'neuf-postgres-'))
  const identity = unprivileged()
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid)
  const options = { ...identity, cwd: folder, env: { ...process.env, LC_ALL: 'C' } }
  const password = randomBytes(16).toString('hex')
  const secret = join(folder, 'password')
  writeFileSync(secret, password, { mode: 0o600 })
  if (identity !== undefined) chownSync(secret, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const making = ['-D', data, '-U', 'neuf', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--no-sync']
  execFileSync(join(programs, 'initdb'), making, { ...options, stdio: ['ignore', 'ignore', 'inherit'] })
  const port = await freePort()
  // No socket in the file system, and no waiting for the disk: what is killed here are its clients, never the database.
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off', `port=${port}`]
  const child = spawn(join(programs, 'postgres'), ['-D', data, ...settings.flatMap((one) => ['-c', one])], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  const end = () => child.kill('SIGQUIT')
  process.once('exit', end)
  let said = ''
  const ready = new Promise<void>((resolve) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 10_000) said += text
      if (said.includes('ready to accept connections')) resolve()
    })
  })
  await Promise.race([ready, exited.then(() => Promise.reject(new Error(`postgres ended: ${said}`)))])
  return {
    url: `postgres://neuf:${password}@127.0.0.1:${port}/postgres`,
    async close() {
      process.off('exit', end)
      // Whoever is still connected is cut off; nothing of it is wanted any more.
      end()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made, or as nobody. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const user = ['postgres', 'nobody']
    .map((name) => users.find((one) => one[0] === name))
    .find((one) => one !== undefined)
  if (user === undefined) throw new Error('PostgreSQL does not run as root, and there is no other user to run it as.')
  return { uid: Number(user[2]), gid: Number(user[3]) }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
