/** A small objective whose ops no network that is trained has: those of the published image tokenizer. */
import { convolution, differentiate, gelu, groupNorm, input, meanOfAll, mul, sub, sum } from '../../graph/index.ts'
import { philoxUniform } from '../../random/philox.ts'
import type { Objective } from '../objective.ts'

/** Convolutions, with what each of their gradients is made of as a metric. There is nothing to validate on. */
export function smallConvolutions(): Objective {
  const rows = (examples: readonly number[]) => ({
    planes: {
      type: 'float32' as const,
      shape: [examples.length, 2, 6, 6],
      data: Float32Array.from(
        examples.flatMap((i) => Array.from({ length: 72 }, (_, k) => philoxUniform(5, i, k) - 0.5)),
      ),
    },
  })
  return {
    name: 'convolutions',
    count: 60,
    validationCount: 0,
    build(p, batchSize) {
      const window = (name: string, outputs: number, inputs: number) =>
        p.get(name, [outputs, inputs, 3, 3], { normal: 0.3 })
      const x = input('planes', [batchSize, 2, 6, 6])
      const first = convolution(x, window('first', 4, 2), { bias: p.get('bias', [4], 'zeros'), pads: [1, 1, 1, 1] })
      const vectors = { scale: p.get('scale', [4], 'ones'), bias: p.get('shift', [4], 'zeros') }
      const seen = gelu(groupNorm(first, { groups: 2, ...vectors, epsilon: 1e-6 }))
      const y = convolution(seen, window('second', 3, 4), { stride: 2, pads: [0, 1, 0, 1] }) // [batch, 3, 3, 3]
      const error = sub(y, 0.5)
      const loss = meanOfAll(mul(error, error))
      const [slope] = differentiate(loss, [p.get('scale', [4], 'ones')])
      return { loss, metrics: { slope: sum(mul(slope!, slope!)) } }
    },
    batch: (examples) => rows(examples),
    validationBatch: (examples) => rows(examples),
  }
}
