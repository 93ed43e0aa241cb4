/**
 * Packs a stage for a lent machine: everything it needs, as pieces that can be carried. The training is exported there.
 *
 *     node runners/stage/pack.ts PLAN OUT --art FOLDER --run FOLDER
 *
 * OUT then holds `stage-NN.piece`, parts of one gzipped tar file, and `stage.sha256` with their hashes.
 */

import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { createGzip } from 'node:zlib'
import { atomicWrite, makeFolder } from '../../src/storage/atomic-write.ts'
import { recipes } from '../../src/train/recipes.ts'
import { copyArt, copyProgram, copyRun } from './carried.ts'
import { type Plan, readPlan } from './plan.ts'

export type Packing = {
  readonly plan: Plan
  readonly out: string
  readonly art: string
  readonly run: string
}

/** Writes the pieces and returns their names and sizes. */
export async function pack({ plan, out, art, run }: Packing): Promise<{ file: string; bytes: number }[]> {
  const recipe = Object.hasOwn(recipes, plan.recipe) ? recipes[plan.recipe] : undefined
  if (recipe === undefined) throw new Error(`there is no recipe "${plan.recipe}"`)
  const home = await mkdtemp(join(tmpdir(), 'neuf-stage-'))
  try {
    await copyProgram(home)
    await copyArt(art, join(home, 'art'), recipe)
    await copyRun(run, join(home, 'run'), plan.stage, plan.without)
    await writeFile(join(home, 'plan.json'), JSON.stringify(plan))
    await chmod(join(home, 'node'), 0o755)
    return await writePieces(home, out, plan.sentPieceBytes)
  } finally {
    await rm(home, { recursive: true })
  }
}

async function writePieces(home: string, out: string, pieceBytes: number): Promise<{ file: string; bytes: number }[]> {
  await makeFolder(out)
  const tar = spawn('tar', ['-C', home, '--owner=0', '--group=0', '-cf', '-', '.'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve) => tar.on('close', resolve))
  const pieces: { file: string; bytes: number; sha256: string }[] = []
  let waiting: Buffer[] = []
  const write = async (piece: Buffer): Promise<void> => {
    const file = `stage-${String(pieces.length).padStart(2, '0')}.piece`
    await atomicWrite(join(out, file), piece)
    pieces.push({ file, bytes: piece.length, sha256: createHash('sha256').update(piece).digest('hex') })
  }
  for await (const chunk of tar.stdout.pipe(createGzip({ level: 6 }))) {
    waiting.push(chunk)
    if (waiting.reduce((sum, { length }) => sum + length, 0) < pieceBytes) continue
    const all = Buffer.concat(waiting)
    await write(all.subarray(0, pieceBytes))
    waiting = [all.subarray(pieceBytes)]
  }
  await write(Buffer.concat(waiting))
  const status = await ended
  if (status !== 0) throw new Error(`tar ended with ${status}`)
  await atomicWrite(join(out, 'stage.sha256'), pieces.map(({ sha256, file }) => `${sha256}  ${file}\n`).join(''))
  return pieces.map(({ file, bytes }) => ({ file, bytes }))
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { art: { type: 'string' }, run: { type: 'string' } },
  })
  const [plan, out] = positionals
  if (plan === undefined || out === undefined || values.art === undefined || values.run === undefined) {
    console.error(`usage: ${basename(import.meta.filename)} PLAN OUT --art FOLDER --run FOLDER`)
    process.exit(2)
  }
  const packing = { plan: await readPlan(plan), out, art: values.art, run: values.run }
  for (const { file, bytes } of await pack(packing)) console.log(`${file} ${bytes}`)
}
