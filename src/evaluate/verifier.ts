/**
 * A verifier made ready to look at pictures. There are two kinds: one that finds every thing, and an older one that names
 * a single thing and the colour and material it has. Both say what they see in the same form.
 */
import { NeufError } from '../errors/errors.ts'
import { GraphError } from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import type { Engine } from '../runtime/index.ts'
import { findingGraph, openDetector, thingGraph } from './detecting.ts'
import type { Finding } from './findings.ts'
import { namingGraph, openNaming } from './naming.ts'
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
  checkWeights(network, weights, path)
  const { side } = network.settings
  const looking =
    network.kind === 'detecting'
      ? await openDetector(engine, network, weights)
      : await openNaming(engine, network, weights)
  return {
    network,
    side,
    async find(pictures) {
      if (pictures.some(({ length }) => length !== side * side * 3)) {
        throw new RangeError(`the verifier looks at RGB pictures of ${side} x ${side}`)
      }
      const findings: Finding[] = []
      for (let at = 0; at < pictures.length; at += atOnce) {
        findings.push(...(await looking.look(pictures.slice(at, at + atOnce))))
      }
      return findings
    },
    dispose: looking.dispose,
  }
}

/** @throws NeufError `model-broken` where a weight is missing or of another shape, naming `path` */
export function checkWeights(network: VerifierNetwork, weights: Weights, path: string): void {
  try {
    if (network.kind === 'naming') namingGraph(network, weights)
    else for (const graph of [findingGraph, thingGraph]) graph(network, weights)
  } catch (cause) {
    if (!(cause instanceof GraphError)) throw cause
    throw new NeufError('model-broken', { path, why: `it does not fit its settings (${cause.message})` }, { cause })
  }
}
