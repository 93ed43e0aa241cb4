import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeSnapshotPieces } from '../../src/train/snapshot-pieces.ts'
import { endOwnProcesses, mark, ownProcesses } from './own-processes.ts'
import { readPlan } from './plan.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-stage-test-'))
  return () => rmSync(folder, { recursive: true })
})

const host = fileURLToPath(new URL('./host', import.meta.url))
/** As on a machine that has nothing of ours. */
const call = (...argv: string[]) =>
  spawnSync(host, argv, { env: { PATH: '/usr/bin:/bin' }, cwd: '/', encoding: 'utf8' })

/** Pieces of a stage whose `node` is a script that says what it was called with. */
function smallPieces(pieceBytes: number): string[] {
  const stage = join(folder, 'what')
  mkdirSync(join(stage, 'app'), { recursive: true })
  writeFileSync(join(stage, 'node'), '#!/bin/sh\necho "$@"\n')
  chmodSync(join(stage, 'node'), 0o755)
  writeFileSync(join(stage, 'app/noise'), Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * i * 31) % 251)))
  const all = execFileSync('sh', ['-c', `tar -C ${stage} -cf - . | gzip`])
  mkdirSync(join(folder, 'pieces'))
  const names = Array.from({ length: Math.ceil(all.length / pieceBytes) }, (_, i) => `stage-0${i}.piece`)
  const lines = names.map((name, i) => {
    const piece = all.subarray(i * pieceBytes, (i + 1) * pieceBytes)
    writeFileSync(join(folder, 'pieces', name), piece)
    return `${createHash('sha256').update(piece).digest('hex')}  ${name}\n`
  })
  writeFileSync(join(folder, 'pieces/stage.sha256'), lines.join(''))
  return names
}

/** One load of pieces, as a call would bring it. */
function load(...names: string[]): string {
  const at = join(folder, 'load')
  rmSync(at, { recursive: true, force: true })
  mkdirSync(at)
  for (const name of names) cpSync(join(folder, 'pieces', name), join(at, name))
  return at
}

describe('host take', () => {
  it('unpacks once all pieces have come, in any order, and passes calls on from then', () => {
    const names = smallPieces(200)
    expect(names.length).toBeGreaterThan(2)
    const home = join(folder, 'home')
    expect(call('status', home)).toMatchObject({ status: 1, stderr: `host: nothing is unpacked in ${home}\n` })
    const [first, ...others] = names
    expect(call('take', load(...others), home)).toMatchObject({ status: 0, stdout: 'still to come: stage.sha256\n' })
    expect(call('take', load('stage.sha256'), home).stdout).toBe(`still to come: ${first}\n`)
    expect(call('take', load(first!), home)).toMatchObject({ status: 0, stdout: `unpacked in ${home}\n` })
    expect(readFileSync(join(home, 'stage/app/noise'))).toEqual(readFileSync(join(folder, 'what/app/noise')))
    expect(call('status', home, 'x').stdout).toBe(`${home}/stage/app/runners/stage/visit.ts status ${home} x\n`)
    expect(call('take', load(), home).stdout).toBe(`already unpacked in ${home}\n`)
  })

  it('names a damaged piece, and takes it again', () => {
    const names = smallPieces(200)
    const home = join(folder, 'home')
    const from = load(...names, 'stage.sha256')
    const damaged = readFileSync(join(from, names[1]!))
    damaged[3]! ^= 1
    writeFileSync(join(from, names[1]!), damaged)
    const refused = call('take', from, home)
    expect([refused.status, `${refused.stdout}${refused.stderr}`]).toEqual([1, expect.stringContaining(names[1]!)])
    expect(readdirSync(home)).not.toContain('stage')
    expect(call('take', load(names[1]!), home).stdout).toBe(`unpacked in ${home}\n`)
  })

  it('lays pieces of a snapshot apart', () => {
    smallPieces(4000)
    const from = load('stage.sha256')
    for (const name of ['snapshot-00000004.json', 'snapshot-00000004-00.piece', 'other']) {
      writeFileSync(join(from, name), name)
    }
    call('take', from, join(folder, 'home'))
    expect(readdirSync(join(folder, 'home/returned')).sort()).toEqual([
      'snapshot-00000004-00.piece',
      'snapshot-00000004.json',
    ])
  })
})

describe('a call to fetch', () => {
  const visit = fileURLToPath(new URL('./visit.ts', import.meta.url))
  const fetch = (...more: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, [visit, 'fetch', join(folder, 'home'), join(folder, 'out'), ...more], {
        encoding: 'utf8',
      }),
    )
  const out = () => readdirSync(join(folder, 'out')).sort()

  it('brings the newest snapshot in sets of what one call may carry, the later ones of the same snapshot', async () => {
    mkdirSync(join(folder, 'home/stage'), { recursive: true })
    mkdirSync(join(folder, 'home/snapshots'))
    writeFileSync(join(folder, 'home/stage/plan.json'), JSON.stringify({ pieceBytes: 1000, fetchBytes: 2000 }))
    const data = Float32Array.from({ length: 600 }, (_, i) => i)
    const state = new Map([['weight:x', { shape: [600], data }]])
    const write = (step: number) => {
      const about = { name: 'x', identity: '', steps: 9, step, log: [], state: [{ name: 'weight:x', shape: [600] }] }
      return writeSnapshotPieces(join(folder, 'home/snapshots'), about, state, { pieceBytes: 1000, totalBytes: 1e6 })
    }
    expect(fetch()).toEqual({ snapshot: null })
    await write(3)
    expect(fetch()).toEqual({ snapshot: 3, encoding: 'exact', set: 0, sets: 2 })
    expect(out()).toEqual(['snapshot-00000003-00.piece', 'snapshot-00000003-01.piece', 'snapshot-00000003.json'])
    await write(5)
    rmSync(join(folder, 'out'), { recursive: true })
    expect(fetch('1')).toEqual({ snapshot: 3, encoding: 'exact', set: 1, sets: 2 })
    expect(out()).toEqual(['snapshot-00000003-02.piece', 'snapshot-00000003.json'])
    expect(fetch('0')).toMatchObject({ snapshot: 5 })
    expect(out()).toEqual(['snapshot-00000005-00.piece', 'snapshot-00000005-01.piece', 'snapshot-00000005.json'])
  })
})

describe('processes of a daemon', () => {
  it('are known by their mark alone, and ended with nothing else', async () => {
    const sleeper = (home: string) =>
      spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { env: { [mark]: home }, stdio: 'ignore' })
    const [mine, another] = [sleeper(join(folder, 'a')), sleeper(join(folder, 'ab'))]
    try {
      await expect.poll(() => ownProcesses(join(folder, 'a')), { timeout: 20_000 }).toEqual([mine.pid])
      await endOwnProcesses(join(folder, 'a'))
      expect(await ownProcesses(join(folder, 'a'))).toEqual([])
      expect(await ownProcesses(join(folder, 'ab'))).toEqual([another.pid])
    } finally {
      mine.kill('SIGKILL')
      another.kill('SIGKILL')
    }
  })
})

describe('a plan', () => {
  const plan = (given: object) => {
    writeFileSync(join(folder, 'plan.json'), JSON.stringify(given))
    return readPlan(join(folder, 'plan.json'))
  }

  it('has defaults for what it leaves out; those that come with neuf are sound', async () => {
    expect(await plan({ recipe: 'x', stage: 'scorer', minutes: 3 })).toMatchObject({
      ...{ recipe: 'x', stage: 'scorer', minutes: 3, snapshotSeconds: 120, pieceBytes: 16e6, fetchBytes: 64e6 },
    })
    const plans = fileURLToPath(new URL('./plans/', import.meta.url))
    for (const name of readdirSync(plans)) await readPlan(join(plans, name))
  })

  it.each([
    [{ stage: 'scorer' }, '"recipe"'],
    [{ recipe: 'x', stage: 'painter' }, '"stage" is one of'],
    [{ recipe: 'x', stage: 'scorer', minute: 3 }, 'no plan has "minute"'],
    [{ recipe: 'x', stage: 'scorer', minutes: 0 }, '"minutes" is 0'],
  ])('%j is refused', async (given, said) => {
    await expect(plan(given)).rejects.toThrow(said)
  })
})
