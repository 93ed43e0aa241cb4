/**
 * A verifier made ready to look at pictures. There are two kinds: one that finds every thing, and an older one that names
 * a single thing and the colour and material it has. Both say what they see in the same form.
 */
import { NeufError } from '../errors/errors.ts'
import { GraphError, type LoweredGraph } from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import type { Engine, Value } from '../runtime/index.ts'
import { detectingGraph, detectingOutputs, readDetections } from './detecting.ts'
import type { Finding } from './findings.ts'
import { namingGraph, namingOutputs, readNames } from './naming.ts'
import type { VerifierNetwork } from './verifier-network.ts'

export type Verifier = {
  readonly network: VerifierNetwork
  /** Width and height of the pictures it looks at. */
  readonly side: number
  /** What each picture shows. RGB, side * side * 3 bytes each. */
  find(pictures: readonly Uint8Array[]): Promise<Finding[]>
  dispose(): Promise<void>
}

/** Pictures looked at in one run: enough to keep a processor busy, little enough to bound memory. */
const atOnce = 32

/**
 * The engine stays the caller's. `path` names the weights where they are at fault.
 * @throws NeufError `model-broken` where the weights do not fit the settings
 */
export async function createVerifier(
  engine: Engine,
  network: VerifierNetwork,
  weights: Weights,
  path = 'the verifier',
): Promise<Verifier> {
  const { side } = network.settings
  const session = await engine.load(verifierGraph(network, weights, path), { keepWeights: true })
  const [read, fetch] =
    network.kind === 'detecting' ? [readDetections(network), detectingOutputs] : [readNames(network), namingOutputs]

  async function look(pictures: readonly Uint8Array[]): Promise<Finding[]> {
    const size = side * side * 3
    const data = new Uint8Array(pictures.length * size)
    for (const [i, picture] of pictures.entries()) {
      if (picture.length !== size) throw new RangeError(`the verifier looks at RGB pictures of ${side} x ${side}`)
      data.set(picture, i * size)
    }
    const pixels: Value = { type: 'uint8', shape: [pictures.length, side, side, 3], data }
    return read(await session.run({ pixels }, { fetch }))
  }

  return {
    network,
    side,
    async find(pictures) {
      const findings: Finding[] = []
      for (let at = 0; at < pictures.length; at += atOnce) {
        findings.push(...(await look(pictures.slice(at, at + atOnce))))
      }
      return findings
    },
    dispose: () => session.dispose(),
  }
}

/**
 * `pixels` uint8 [pictures, side, side, 3] to what `detecting.ts` or `naming.ts` reads.
 * @throws NeufError `model-broken` where a weight is missing or of another shape
 */
export function verifierGraph(network: VerifierNetwork, weights: Weights, path: string): LoweredGraph {
  try {
    return network.kind === 'detecting' ? detectingGraph(network, weights) : namingGraph(network, weights)
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause
    throw new NeufError('model-broken', { path, why: `it does not fit its settings (${cause.message})` }, { cause })
  }
}
