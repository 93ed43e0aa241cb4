/** The verifier of one thing: what it says of a picture, in the form of any verifier. */
import { createParameters, input, type LoweredGraph, lower } from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import { verifier } from '../networks/verifier.ts'
import type { Engine, Value } from '../runtime/index.ts'
import { everywhere, type Finding } from './findings.ts'
import { asColour, asMaterial, broken } from './naming-classes.ts'
import type { NamingNetwork } from './verifier-network.ts'

export function namingGraph({ settings }: NamingNetwork, weights: Weights): LoweredGraph {
  const pixels = input('pixels', ['pictures', settings.side, settings.side, 3], 'uint8')
  return lower({ ...verifier(createParameters(), settings, pixels) }, weights)
}

const outputs = ['object', 'colour', 'material']

/** Pictures of side x side to what is found in them, as many as are given at once. */
export async function openNaming(engine: Engine, network: NamingNetwork, weights: Weights) {
  const session = await engine.load(namingGraph(network, weights), { keepWeights: true })
  const { side } = network.settings
  return {
    async look(pictures: readonly Uint8Array[]): Promise<Finding[]> {
      const data = new Uint8Array(pictures.length * side * side * 3)
      for (const [i, picture] of pictures.entries()) data.set(picture, i * side * side * 3)
      const pixels: Value = { type: 'uint8', shape: [pictures.length, side, side, 3], data }
      return readNames(network, await session.run({ pixels }, { fetch: outputs }))
    },
    dispose: () => session.dispose(),
  }
}

/** It sees one thing, somewhere in the picture, or none. */
function readNames(
  { classes }: NamingNetwork,
  { object, colour, material }: Readonly<Record<string, Value>>,
): Finding[] {
  return Array.from({ length: object!.shape[0]! }, (_, row) => {
    const concept = likeliest(object!.data as Float32Array, row, classes.objects)
    const thing = {
      concept,
      colour: asColour(likeliest(colour!.data as Float32Array, row, classes.colours)),
      material: asMaterial(likeliest(material!.data as Float32Array, row, classes.materials)),
      presentation: null,
      tone: null,
      box: everywhere,
      confidence: 1,
    }
    const isBroken = concept === broken
    return { things: isBroken ? [] : [thing], broken: isBroken, style: null, filter: null, background: null }
  })
}

function likeliest(logits: Float32Array, row: number, names: readonly string[]): string {
  const own = logits.subarray(row * names.length, (row + 1) * names.length)
  return names[own.reduce((best, value, at) => (value > own[best]! ? at : best), 0)]!
}
