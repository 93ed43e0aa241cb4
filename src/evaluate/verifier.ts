/** The verifier made ready to look at pictures. */
import { NeufError } from '../errors/errors.ts'
import { createParameters, GraphError, input, type LoweredGraph, lower } from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import { type VerifierSettings, verifier } from '../networks/verifier.ts'
import type { Engine } from '../runtime/index.ts'
import type { Finding, VerifierClasses } from './verifier-classes.ts'

export type Verifier = {
  readonly classes: VerifierClasses
  /** Width and height of the pictures it looks at. */
  readonly side: number
  /** What each picture shows. RGB, side * side * 3 bytes each. */
  find(pictures: readonly Uint8Array[]): Promise<Finding[]>
  dispose(): Promise<void>
}

/** Pictures looked at in one run: enough to keep a processor busy, little enough to bound memory. */
const atOnce = 64

/**
 * The engine stays the caller's. `path` names the weights where they are at fault.
 * @throws NeufError `model-broken` where the weights do not fit the settings
 */
export async function createVerifier(
  engine: Engine,
  settings: VerifierSettings,
  classes: VerifierClasses,
  weights: Weights,
  path = 'the verifier',
): Promise<Verifier> {
  const { side } = settings
  const session = await engine.load(verifierGraph(settings, weights, path), { keepWeights: true })

  async function look(pictures: readonly Uint8Array[]): Promise<Finding[]> {
    const size = side * side * 3
    const data = new Uint8Array(pictures.length * size)
    for (const [i, picture] of pictures.entries()) {
      if (picture.length !== size) throw new RangeError(`the verifier looks at RGB pictures of ${side} x ${side}`)
      data.set(picture, i * size)
    }
    const inputs = { pixels: { type: 'uint8', shape: [pictures.length, side, side, 3], data } } as const
    const { object, colour, material } = await session.run(inputs, { fetch: ['object', 'colour', 'material'] })
    return pictures.map((_, row) => ({
      object: likeliest(object!.data as Float32Array, row, classes.objects),
      colour: likeliest(colour!.data as Float32Array, row, classes.colours),
      material: likeliest(material!.data as Float32Array, row, classes.materials),
    }))
  }

  return {
    classes,
    side,
    async find(pictures) {
      const findings: Finding[] = []
      for (let at = 0; at < pictures.length; at += atOnce)
        findings.push(...(await look(pictures.slice(at, at + atOnce))))
      return findings
    },
    dispose: () => session.dispose(),
  }
}

/**
 * `pixels` uint8 [pictures, side, side, 3] to `object`, `colour` and `material`, logits [pictures, classes].
 * @throws NeufError `model-broken` where a weight is missing or of another shape
 */
export function verifierGraph(settings: VerifierSettings, weights: Weights, path: string): LoweredGraph {
  const { side } = settings
  const pixels = input('pixels', ['pictures', side, side, 3], 'uint8')
  try {
    return lower({ ...verifier(createParameters(), settings, pixels) }, weights)
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause
    throw new NeufError('model-broken', { path, why: `it does not fit its settings (${cause.message})` }, { cause })
  }
}

function likeliest(logits: Float32Array, row: number, names: readonly string[]): string {
  const own = logits.subarray(row * names.length, (row + 1) * names.length)
  return names[own.reduce((best, value, at) => (value > own[best]! ? at : best), 0)]!
}
