/**
 * Calls to a stage's daemon on a lent machine, each short but `attend`; `host` passes them on.
 *
 *     start HOME                 starts the daemon, which goes on when the call has ended
 *     status HOME                what it is doing, one line of JSON
 *     stop HOME                  has it write a last snapshot and end
 *     fetch HOME OUT [SET]       copies the newest snapshot's pieces to OUT: set 0, and further ones where it has several
 *     attend HOME OUT SECONDS    says how it goes, starts a daemon that was killed again, keeps OUT at the newest
 *                                snapshot, ends with the training or the time
 */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { atomicWrite } from '../../src/storage/atomic-write.ts'
import { removeSnapshot, type SnapshotManifest, snapshotSteps } from '../../src/train/snapshot-pieces.ts'
import { endOwnProcesses, isAlive, kill, mark, ownProcesses } from './own-processes.ts'
import { placesIn, planOf, type Status } from './places.ts'

async function start(home: string): Promise<void> {
  const places = placesIn(home)
  await endOwnProcesses(home)
  const log = openSync(places.log, 'a')
  const environment = { ...process.env, ...(await planOf(places)).environment, [mark]: home }
  const child = spawn(places.node, [join(places.program, 'runners/stage/supervise.ts'), home], {
    // A session of its own: it outlives the call.
    detached: true,
    stdio: ['ignore', log, log],
    env: { PYTHONUNBUFFERED: '1', JAX_COMPILATION_CACHE_DIR: places.compiled, ...environment },
  })
  child.unref()
  closeSync(log)
  await atomicWrite(places.status, JSON.stringify({ state: 'preparing', why: 'starting', pid: child.pid }))
  console.log(JSON.stringify({ started: child.pid }))
}

/** What the daemon last said, and whether anything of it is running. */
async function statusOf(home: string): Promise<Status & { readonly processes: number }> {
  const text = await readFile(placesIn(home).status, 'utf8')
  return { ...(JSON.parse(text) as Status), processes: (await ownProcesses(home)).length }
}

async function stop(home: string): Promise<void> {
  const { pid } = await statusOf(home)
  if ((await ownProcesses(home)).includes(pid)) kill(pid, 'SIGTERM')
  while ((await ownProcesses(home)).length > 0) await wait(100)
  console.log(JSON.stringify(await statusOf(home)))
}

const manifestOf = async (folder: string, step: number): Promise<SnapshotManifest> =>
  JSON.parse(await readFile(join(folder, `snapshot-${String(step).padStart(8, '0')}.json`), 'utf8'))

/** Copies one set of the newest snapshot, or of the one that set 0 was copied from. */
async function fetch(home: string, out: string, set: number): Promise<void> {
  const places = placesIn(home)
  const plan = await planOf(places)
  await mkdir(out, { recursive: true })
  const [newest] = await snapshotSteps(places.snapshots)
  const step = set === 0 ? newest : Number(await readFile(places.pinned, 'utf8'))
  if (step === undefined) return console.log(JSON.stringify({ snapshot: null }))
  if (set === 0) await writeFile(places.pinned, String(step))
  const manifest = await manifestOf(places.snapshots, step)
  const each = Math.max(1, Math.floor(plan.fetchBytes / plan.pieceBytes))
  const sets = Math.ceil(manifest.pieces.length / each)
  const pieces = manifest.pieces.slice(set * each, (set + 1) * each)
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0)
  const before = (await snapshotSteps(out)).filter((other) => other !== step)
  // Both at once where they fit, so that OUT holds a whole snapshot whenever the call is cut off.
  const together = 2 * bytes <= plan.fetchBytes
  if (!together) for (const old of before) await removeSnapshot(out, old)
  for (const { file } of pieces) await copyFile(join(places.snapshots, file), join(out, file))
  await atomicWrite(join(out, `snapshot-${String(step).padStart(8, '0')}.json`), JSON.stringify(manifest))
  if (together) for (const old of before) await removeSnapshot(out, old)
  console.log(JSON.stringify({ snapshot: step, encoding: manifest.encoding, set, sets }))
}

async function attend(home: string, out: string, seconds: number): Promise<void> {
  const places = placesIn(home)
  const plan = await planOf(places)
  const until = Date.now() + seconds * 1000
  let fetched = -1
  let said = 0
  for (;;) {
    const status = await statusOf(home)
    const over = status.state === 'ended' || status.state === 'failed' || Date.now() > until
    const [newest = -1] = await snapshotSteps(places.snapshots)
    const small = 2 * (status.snapshot?.bytes ?? 0) <= plan.fetchBytes
    // A large one is copied once, at the end: there is no room for two.
    if (newest > fetched && (small || over || fetched < 0)) {
      await fetch(home, out, 0)
      fetched = newest
    }
    if (over || Date.now() > said + 30_000) {
      console.log(JSON.stringify(status))
      said = Date.now()
    }
    if (over) break
    if (!isAlive(status.pid)) await start(home)
    await wait(500)
  }
  const log = await readFile(places.log, 'utf8').catch(() => '')
  await writeFile(join(out, 'daemon.log'), log.slice(-200_000))
}

const [what, home = '', out = '', more = '0'] = process.argv.slice(2)
if (what === 'start') await start(resolve(home))
else if (what === 'status') console.log(JSON.stringify(await statusOf(resolve(home))))
else if (what === 'stop') await stop(resolve(home))
else if (what === 'fetch' && out !== '') await fetch(resolve(home), resolve(out), Number(more))
else if (what === 'attend' && out !== '') await attend(resolve(home), resolve(out), Number(more))
else {
  console.error('usage: start HOME | status HOME | stop HOME | fetch HOME OUT [SET] | attend HOME OUT SECONDS')
  process.exitCode = 2
}
