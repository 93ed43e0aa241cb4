/** The verifier made ready to look at pictures. */
import { createParameters, input, lower } from '../graph/index.ts'
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

/** The engine stays the caller's. Throws GraphError where the weights do not fit the settings. */
export async function createVerifier(
  engine: Engine,
  settings: VerifierSettings,
  classes: VerifierClasses,
  weights: Weights,
): Promise<Verifier> {
  const { side } = settings
  const pixels = input('pixels', ['pictures', side, side, 3], 'uint8')
  const session = await engine.load(lower({ ...verifier(createParameters(), settings, pixels) }, weights), {
    keepWeights: true,
  })

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

function likeliest(logits: Float32Array, row: number, names: readonly string[]): string {
  const own = logits.subarray(row * names.length, (row + 1) * names.length)
  return names[own.reduce((best, value, at) => (value > own[best]! ? at : best), 0)]!
}
