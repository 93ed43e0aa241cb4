/** The weights a run starts from: a function of the seed and each parameter's place among the parameters. */
import { describeParameter, type Parameters } from '../graph/index.ts'
import { philoxNormals } from '../random/philox.ts'

export type Weights = Map<string, { readonly shape: readonly number[]; readonly data: Float32Array<ArrayBuffer> }>

export function initialWeights(parameters: Parameters, seed: number): Weights {
  const weights: Weights = new Map()
  for (const [place, [name, tensor]] of [...parameters.all()].entries()) {
    const { shape, initial } = describeParameter(tensor)
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1))
    if (initial === 'ones') data.fill(1)
    else if (initial !== 'zeros') {
      for (let i = 0; i < data.length; i += 2) {
        const [a, b] = philoxNormals(seed, place, i / 2)
        data[i] = a * initial.normal
        if (i + 1 < data.length) data[i + 1] = b * initial.normal
      }
    }
    weights.set(name, { shape, data })
  }
  return weights
}
