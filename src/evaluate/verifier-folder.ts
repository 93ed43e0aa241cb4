/**
 * A verifier on disk: `verifier.json` (kind, settings, classes, what was measured) and `verifier.safetensors`. It is no
 * model: nothing can be drawn with it, and so it has a description of its own.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { type Style, styles } from '../corpus/scene.ts'
import { NeufError } from '../errors/errors.ts'
import { readSafetensors, writeSafetensors } from '../models/safetensors.ts'
import { packWeights, unpackWeights, type Weights } from '../models/weights.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import { checkWeights } from './verifier.ts'
import { readAccuracy, type VerifierAccuracy } from './verifier-accuracy.ts'
import type { VerifierNetwork } from './verifier-network.ts'
import { fields, readNetwork } from './verifier-settings.ts'

export type VerifierDescription = {
  readonly name: string
  readonly network: VerifierNetwork
  /** Drawing styles that it learned from. */
  readonly styles: readonly Style[]
  /** On true renders, when it was packed; null where that was not measured. */
  readonly accuracy: VerifierAccuracy | null
  /** How it was trained, for people to read. */
  readonly training: Readonly<Record<string, string | number>>
}

export type StoredVerifier = VerifierDescription & {
  readonly weights: Weights
  /** Of the weights' file. */
  readonly sha256: string
}

const format = 1
const [description, weightsFile] = ['verifier.json', 'verifier.safetensors']

/** Both far above any verifier: the description is some tens of kilobytes, the weights a few megabytes. */
const most = { description: 2 ** 20, weights: 2 ** 28 } as const
const todo = 'Make a verifier with neuf train-verifier, and name its folder with --verifier.'

/** Writes both files, 8-bit weights, the description last. Returns the sha256 of the weights. */
export async function writeVerifier(
  folder: string,
  verifier: VerifierDescription & { weights: Weights },
): Promise<string> {
  const { weights, network, ...rest } = verifier
  const packed = packWeights(weights, { precision: 'int8' })
  const bytes = writeSafetensors(packed, { network: 'verifier', precision: 'int8' })
  const sha256 = hash(bytes)
  const json = { format, ...network, ...rest, weights: { file: weightsFile, bytes: bytes.length, sha256 } }
  await makeFolder(folder)
  await atomicWriteAll([
    [join(folder, weightsFile), bytes],
    [join(folder, description), `${JSON.stringify(json, null, 2)}\n`],
  ])
  return sha256
}

/** @throws NeufError `file-missing`, `file-unreadable`, `model-broken`, `weights-broken` */
export async function openVerifier(folder: string): Promise<StoredVerifier> {
  const path = join(folder, description)
  const wrong = (why: string): NeufError => new NeufError('model-broken', { path, why })
  const text = await boundedRead(path, most.description, todo)
  if (text === undefined) throw wrong(`it is over ${most.description} bytes`)
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder().decode(text))
  } catch {
    throw wrong('it is not JSON')
  }
  const { sha256, ...rest } = check(json, wrong)
  const weightsPath = join(folder, weightsFile)
  const damaged = (why: string): NeufError => new NeufError('model-broken', { path: weightsPath, why })
  const bytes = await boundedRead(weightsPath, most.weights, todo)
  if (bytes === undefined) throw damaged(`it is over ${most.weights} bytes`)
  if (hash(bytes) !== sha256) throw damaged(`its content has another hash than ${description} says`)
  const weights = unpackWeights(readSafetensors(bytes, weightsPath), weightsPath)
  checkWeights(rest.network, weights, weightsPath)
  return { ...rest, weights, sha256 }
}

/** What the program relies on; what is only shown (training) is taken as it is. */
function check(json: unknown, wrong: (why: string) => NeufError) {
  const { object } = fields(wrong)
  const root = object(json, 'verifier')
  if (root.format !== format) throw wrong(`its format is ${JSON.stringify(root.format)}, not ${format}`)
  const { sha256 } = object(root.weights, 'weights')
  return {
    name: String(root.name ?? 'verifier').slice(0, 100),
    network: readNetwork(root, wrong),
    styles: readStyles(root.styles, wrong),
    accuracy: readAccuracy(root.accuracy),
    training: (root.training ?? {}) as Record<string, string | number>,
    sha256: String(sha256),
  }
}

function readStyles(value: unknown, wrong: (why: string) => NeufError): Style[] {
  const sound = Array.isArray(value) && value.length > 0 && value.every((style) => styles.includes(style))
  if (sound) return value as Style[]
  throw wrong(`the field styles must be a list of: ${styles.join(', ')}`)
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
