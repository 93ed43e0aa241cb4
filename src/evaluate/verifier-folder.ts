/**
 * A verifier on disk: `verifier.json` (settings, classes, what was measured) and `verifier.safetensors`. It is no model:
 * nothing can be drawn with it, and so it has a description of its own.
 */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { concepts } from '../corpus/concepts.ts'
import { type Style, styles } from '../corpus/scene.ts'
import { NeufError } from '../errors/errors.ts'
import { readSafetensors, writeSafetensors } from '../models/safetensors.ts'
import { packWeights, unpackWeights, type Weights } from '../models/weights.ts'
import type { VerifierSettings } from '../networks/verifier.ts'
import { atomicWriteAll, makeFolder } from '../storage/atomic-write.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import type { VerifierAccuracy } from './accuracy.ts'
import { evaluationKinds } from './suite.ts'
import { verifierGraph } from './verifier.ts'
import { broken, natural, none, type VerifierClasses, verifierClasses } from './verifier-classes.ts'

export type VerifierDescription = {
  readonly name: string
  readonly settings: VerifierSettings
  readonly classes: VerifierClasses
  /** Drawing styles that it knows. */
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

/** Both far above any verifier: the description is some ten kilobytes, the weights a few megabytes. */
const most = { description: 2 ** 20, weights: 2 ** 28 } as const
const todo = 'Make a verifier with neuf train-verifier, and name its folder with --verifier.'

/** Writes both files, 8-bit weights, the description last. Returns the sha256 of the weights. */
export async function writeVerifier(
  folder: string,
  verifier: VerifierDescription & { weights: Weights },
): Promise<string> {
  const { weights, ...rest } = verifier
  const bytes = writeSafetensors(packWeights(weights, { precision: 'int8' }), {
    network: 'verifier',
    precision: 'int8',
  })
  const sha256 = hash(bytes)
  const json = { format, ...rest, weights: { file: weightsFile, bytes: bytes.length, sha256 } }
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
  const bytes = await boundedRead(weightsPath, most.weights, todo)
  if (bytes === undefined)
    throw new NeufError('model-broken', { path: weightsPath, why: `it is over ${most.weights} bytes` })
  if (hash(bytes) !== sha256) {
    throw new NeufError('model-broken', {
      path: weightsPath,
      why: `its content has another hash than ${description} says`,
    })
  }
  const weights = unpackWeights(readSafetensors(bytes, weightsPath), weightsPath)
  // Built to find out here, with the file's name, whether they fit.
  verifierGraph(rest.settings, weights, weightsPath)
  return { ...rest, weights, sha256 }
}

/** What the program relies on; what is only shown (training) is taken as it is. */
function check(json: unknown, wrong: (why: string) => NeufError) {
  type Loose = Record<string, unknown>
  const object = (value: unknown, field: string): Loose => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Loose
    throw wrong(`the field ${field} must be an object`)
  }
  const whole = (value: unknown, field: string, largest: number): number => {
    if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= largest) return value as number
    throw wrong(`the field ${field} must be a whole number from 1 to ${largest}`)
  }
  const names = (value: unknown, field: string, last: string): string[] => {
    const sound = Array.isArray(value) && value.length <= 10_000 && value.every((one) => typeof one === 'string')
    if (sound && value.at(-1) === last && new Set(value).size === value.length) return value as string[]
    throw wrong(`the field ${field} must be a list of different names that ends with "${last}"`)
  }
  const root = object(json, 'verifier')
  if (root.format !== format) throw wrong(`its format is ${JSON.stringify(root.format)}, not ${format}`)
  const list = object(root.classes, 'classes')
  const classes: VerifierClasses = {
    objects: names(list.objects, 'classes.objects', broken),
    colours: names(list.colours, 'classes.colours', natural),
    materials: names(list.materials, 'classes.materials', none),
  }
  checkClasses(classes, wrong)
  const given = object(root.settings, 'settings')
  const stages = given.stages
  if (!Array.isArray(stages) || stages.length < 1 || stages.length > 8)
    throw wrong('the field settings.stages must be a list')
  const settings: VerifierSettings = {
    side: whole(given.side, 'settings.side', 1024),
    cell: whole(given.cell, 'settings.cell', 64),
    stem: whole(given.stem, 'settings.stem', 4096),
    stages: stages.map((stage, i) => {
      const { width, blocks } = object(stage, `settings.stages.${i}`)
      const at = (field: string) => `settings.stages.${i}.${field}`
      return { width: whole(width, at('width'), 4096), blocks: whole(blocks, at('blocks'), 64) }
    }),
    hidden: whole(given.hidden, 'settings.hidden', 4096),
    objects: classes.objects.length,
    colours: classes.colours.length,
    materials: classes.materials.length,
  }
  if (settings.side % (settings.cell * 2 ** settings.stages.length) !== 0)
    throw wrong('its stages do not divide its side')
  const { sha256 } = object(root.weights, 'weights')
  return {
    name: String(root.name ?? 'verifier').slice(0, 100),
    settings,
    classes,
    styles: readStyles(root.styles, wrong),
    accuracy: isAccuracy(root.accuracy) ? root.accuracy : null,
    training: (root.training ?? {}) as Record<string, string | number>,
    sha256: String(sha256),
  }
}

const shares = [
  'object',
  'colour',
  'material',
  'all',
  'falseAccepts',
  'nearMissAccepts',
  'brokenFound',
  'falselyBroken',
]

/** Whether every share is there; a verifier without them still judges, and so a part of them is as none. */
function isAccuracy(value: unknown): value is VerifierAccuracy {
  const holds = (whole: unknown, names: readonly string[], sound: (part: unknown) => boolean): boolean =>
    typeof whole === 'object' &&
    whole !== null &&
    names.every((name) => sound((whole as Record<string, unknown>)[name]))
  const isShare = (share: unknown): boolean => holds(share, ['value', 'low', 'high', 'count'], Number.isFinite)
  const { kinds } = (value ?? {}) as { kinds?: unknown }
  return holds(value, shares, isShare) && holds(kinds, evaluationKinds, isShare)
}

/** What the program looks for must be what the verifier was taught, class for class. */
function checkClasses({ objects, colours, materials }: VerifierClasses, wrong: (why: string) => NeufError): void {
  const expected = verifierClasses(objects.slice(0, -1))
  const unknown = expected.objects.slice(0, -1).find((concept) => !concepts.includes(concept))
  if (unknown !== undefined) throw wrong(`there is no concept "${unknown.slice(0, 60)}"`)
  if (colours.join() !== expected.colours.join()) throw wrong('its colours are others than those of this neuf')
  if (materials.join() !== expected.materials.join()) throw wrong('its materials are others than those of this neuf')
}

function readStyles(value: unknown, wrong: (why: string) => NeufError): Style[] {
  const sound = Array.isArray(value) && value.length > 0 && value.every((style) => styles.includes(style))
  if (sound) return value as Style[]
  throw wrong(`the field styles must be a list of: ${styles.join(', ')}`)
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
