/**
 * A training's state in pieces small enough to be carried: `snapshot-STEP.json` says whose it is and lists files with
 * their SHA-256, which joined are one safetensors file. The newest snapshot that is whole counts; others are left alone.
 */
import { createHash } from 'node:crypto'
import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { readSafetensors, type StoredTensor, writeSafetensors } from '../models/safetensors.ts'
import { type Precision, packWeights, unpackWeights } from '../models/weights.ts'
import { atomicWrite } from '../storage/atomic-write.ts'
import type { Weights } from './initial-weights.ts'
import type { TrainingData } from './training-data.ts'

/**
 * How much of the state is kept, best first. What comes back from `exact` goes on as if nothing had happened; without
 * moments the loss rises for some dozens of steps.
 */
const encodings = {
  exact: { weight: 'fp32', average: 'fp32', moments: 'fp32' },
  // Half precision holds weights better than bfloat16; moments need its range.
  half: { weight: 'fp16', average: 'fp16', moments: 'bf16' },
  narrow: { weight: 'fp16', average: 'int8', moments: null },
  narrowest: { weight: 'int8', average: 'int8', moments: null },
} as const satisfies Record<string, { weight: Precision; average: Precision; moments: 'fp32' | 'bf16' | null }>

export type SnapshotEncoding = keyof typeof encodings

export type SnapshotAbout = Pick<TrainingData, 'name' | 'identity' | 'steps' | 'state'> & {
  readonly step: number
  /** The training's log so far, lines of JSON. */
  readonly log: readonly string[]
}

export type SnapshotManifest = SnapshotAbout & {
  readonly format: 'neuf-snapshot'
  readonly version: 1
  readonly encoding: SnapshotEncoding
  readonly pieces: readonly { readonly file: string; readonly bytes: number; readonly sha256: string }[]
}

export type PieceLimits = {
  readonly pieceBytes: number
  /** Of all pieces of a snapshot: the best encoding that fits is taken. */
  readonly totalBytes: number
}

const manifestName = /^snapshot-(\d{8})\.json$/
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/**
 * Writes a snapshot in pieces, the manifest last. Returns its manifest.
 * @throws RangeError where not even the narrowest encoding fits
 */
export async function writeSnapshotPieces(
  folder: string,
  about: SnapshotAbout,
  state: Weights,
  { pieceBytes, totalBytes }: PieceLimits,
): Promise<SnapshotManifest> {
  const { encoding, bytes } = encodeWithin(state, totalBytes)
  const stem = `snapshot-${String(about.step).padStart(8, '0')}`
  const pieces: { file: string; bytes: number; sha256: string }[] = []
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) {
    const piece = bytes.subarray(at, at + pieceBytes)
    const file = `${stem}-${String(pieces.length).padStart(2, '0')}.piece`
    await atomicWrite(join(folder, file), piece)
    pieces.push({ file, bytes: piece.byteLength, sha256: sha256(piece) })
  }
  const { name, identity, steps, step, log } = about
  const names = about.state.map(({ name, shape }) => ({ name, shape }))
  const what = { name, identity, steps, step, state: names, log }
  const manifest: SnapshotManifest = { format: 'neuf-snapshot', version: 1, ...what, encoding, pieces }
  await atomicWrite(join(folder, `${stem}.json`), JSON.stringify(manifest))
  return manifest
}

function encodeWithin(state: Weights, totalBytes: number): { encoding: SnapshotEncoding; bytes: Uint8Array } {
  for (const encoding of Object.keys(encodings) as SnapshotEncoding[]) {
    const bytes = writeSafetensors(encode(state, encoding))
    if (bytes.byteLength <= totalBytes) return { encoding, bytes }
  }
  throw new RangeError(`the state does not fit ${totalBytes} bytes in any encoding`)
}

function encode(state: Weights, encoding: SnapshotEncoding): Map<string, StoredTensor> {
  const { weight, average, moments } = encodings[encoding]
  const encoded = new Map<string, StoredTensor>()
  for (const [name, tensor] of state) {
    const kind = name.slice(0, name.indexOf(':'))
    if (kind === 'weight' || kind === 'average') {
      const precision = kind === 'weight' ? weight : average
      const fits = precision === 'fp32' || tensor.data.every((x) => Math.abs(x) < 65504)
      const packed = packWeights(new Map([[name, tensor]]), { precision: fits ? precision : 'fp32' })
      for (const [stored, data] of packed) encoded.set(stored, data)
    } else if (moments !== null) {
      const data = moments === 'bf16' ? toBfloat16(tensor.data) : tensor.data
      const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      encoded.set(name, { dtype: moments === 'bf16' ? 'BF16' : 'F32', shape: tensor.shape, data: view })
    }
  }
  return encoded
}

/** The upper halves of 32-bit floats, rounded to the nearest, ties to even. */
function toBfloat16(data: Float32Array<ArrayBuffer>): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(data.buffer, data.byteOffset, data.length)
  return Uint16Array.from(bits, (x) => (x + 0x7fff + ((x >>> 16) & 1)) >>> 16)
}

/** Steps of the snapshots whose manifest is in the folder, newest first. */
export async function snapshotSteps(folder: string): Promise<number[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .flatMap((name) => manifestName.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a)
}

/** Removes a snapshot, the manifest first. */
export async function removeSnapshot(folder: string, step: number): Promise<void> {
  const stem = `snapshot-${String(step).padStart(8, '0')}`
  const names = (await readdir(folder)).filter((name) => name.startsWith(stem))
  for (const name of names.sort((a) => (a.endsWith('.json') ? -1 : 1))) await rm(join(folder, name), { force: true })
}

/**
 * The newest whole snapshot in a folder, with moments that were left out at zero; undefined where there is no manifest.
 * @throws NeufError `file-unreadable` where none is whole, `weights-broken`
 */
export async function readSnapshotPieces(
  folder: string,
): Promise<{ manifest: SnapshotManifest; state: Weights } | undefined> {
  const faults: string[] = []
  for (const step of await snapshotSteps(folder)) {
    const name = `snapshot-${String(step).padStart(8, '0')}.json`
    const found = await readWhole(folder, name)
    if (typeof found !== 'string') return found
    faults.push(found)
  }
  if (faults.length === 0) return undefined
  const todo = 'Fetch the pieces again.'
  throw new NeufError('file-unreadable', { path: folder, why: `no snapshot is whole: ${faults[0]}`, todo })
}

/** A snapshot, or what is wrong with it. */
async function readWhole(
  folder: string,
  name: string,
): Promise<{ manifest: SnapshotManifest; state: Weights } | string> {
  const manifest = parse(await readFile(join(folder, name), 'utf8'))
  if (manifest === undefined) return `${name} is no manifest of this version`
  const parts: Uint8Array[] = []
  for (const { file, sha256: expected } of manifest.pieces) {
    // A manifest comes from elsewhere: it names files of its own folder and no others.
    const bytes = /^[\w.-]+$/.test(file) ? await readFile(join(folder, file)).catch(() => undefined) : undefined
    if (bytes === undefined) return `${file} is missing`
    if (sha256(bytes) !== expected) return `${file} is not what the manifest says`
    parts.push(bytes)
  }
  const path = join(folder, name)
  const stored = unpackWeights(readSafetensors(Buffer.concat(parts), path), path)
  const state: Weights = new Map()
  for (const { name: tensor, shape } of manifest.state) {
    const found = stored.get(tensor)
    const missing = found === undefined && /Moment:/.test(tensor)
    const size = shape.reduce((product, n) => product * n, 1)
    if (!missing && found?.shape.join() !== shape.join()) return `"${tensor}" in it is not [${shape.join(', ')}]`
    state.set(tensor, { shape, data: found ? new Float32Array(found.data) : new Float32Array(size) })
  }
  return { manifest, state }
}

function parse(text: string): SnapshotManifest | undefined {
  try {
    const manifest = JSON.parse(text) as Partial<SnapshotManifest> | null
    const known = manifest?.format === 'neuf-snapshot' && manifest.version === 1
    const whole = Array.isArray(manifest?.pieces) && Array.isArray(manifest.state) && Number.isInteger(manifest.step)
    return known && whole ? (manifest as SnapshotManifest) : undefined
  } catch {
    return undefined
  }
}
