/**
 * How near a training step of the shipped generator comes to the rate of plain matrix products, measured side by side:
 * the products in the step's graph are counted, and divided by the time of a step. Last line: JSON with `ratio`.
 */
import { createParameters, inOrder, input, lower, matmul, type Node, sum } from '../src/graph/index.ts'
import type { Engine, Value } from '../src/runtime/index.ts'
import { createNodeEngine } from '../src/runtime/node/engine.ts'
import { generatorObjective } from '../src/train/generator-objective.ts'
import { gradientsOf, optimise } from '../src/train/optimiser.ts'
import { pictogramTiny } from '../src/train/recipes.ts'
import { createTrainer } from '../src/train/trainer.ts'

/** Rounds in which steps and products take turns, so that a noisy moment hits both. */
const rounds = 6
const stepsPerRound = 2

/** Multiplications and additions in a node that is a product of matrices or a convolution; 0 for others. */
export function operations(node: Node): number {
  const [a, b] = node.inputs
  const size = (shape: readonly (number | string)[]): number => shape.reduce<number>((n, part) => n * Number(part), 1)
  const out = size(node.outputs[0]!.shape)
  if (node.op.name === 'linear') return 2 * out * Number(a!.shape.at(-1))
  if (node.op.name === 'attentionProbabilities') return 2 * out * Number(b!.shape.at(-1))
  if (node.op.name === 'convolution') return 2 * out * size(b!.shape.slice(1))
  if (node.op.name !== 'matmul') return 0
  return 2 * out * Number(a!.shape.at(node.attributes.transposeA ? -2 : -1))
}

const values = (shape: readonly number[]): Value => ({
  type: 'float32',
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5),
})

/** Forms of products, large and like the network's own; the best of them is the rate to compare with. */
const forms = [
  [4096, 192, 512],
  [4096, 512, 192],
  [1024, 1024, 1024],
  [4096, 1024, 1024],
] as const

/** Loads products of these forms. What it returns measures their best rate, GFLOP/s. */
export async function products(engine: Engine) {
  const sessions = await Promise.all(
    forms.map(async ([rows, inner, columns]) => {
      const name = `${rows} x ${inner} x ${columns}`
      await engine.put(`${name} a`, values([rows, inner]))
      await engine.put(`${name} b`, values([inner, columns]))
      const graph = { total: sum(matmul(input('a', [rows, inner]), input('b', [inner, columns]))) }
      return { name, work: 2 * rows * inner * columns, session: await engine.load(lower(graph)) }
    }),
  )
  return async (): Promise<number> => {
    let best = 0
    for (const { name, work, session } of sessions) {
      for (let i = 0; i < 4; i++) {
        const start = performance.now()
        await session.run({}, { held: { a: `${name} a`, b: `${name} b` }, fetch: ['total'] })
        best = Math.max(best, work / (performance.now() - start) / 1e6)
      }
    }
    return best
  }
}

export async function bench(): Promise<void> {
  const { settings, training, dropCaption } = pictogramTiny.generator
  const { batchSize } = training
  const length = settings.textLength
  const objective = generatorObjective(
    settings,
    {
      codes: new Uint16Array(settings.imageLength * batchSize * 4).map((_, i) => (i * 31) % settings.imageVocabulary),
      captions: {
        count: () => 1,
        batch: (rows) => ({
          text: { type: 'int32', shape: [rows.length, length], data: new Int32Array(rows.length * length).fill(5) },
          visible: {
            type: 'float32',
            shape: [rows.length, length],
            data: new Float32Array(rows.length * length).fill(1),
          },
        }),
      },
    },
    { validationCount: batchSize, dropCaption, seed: 1 },
  )
  const parameters = createParameters()
  const { loss } = objective.build(parameters, batchSize)
  const { state } = optimise(parameters, gradientsOf(loss, parameters), training.optimiser)
  const work = inOrder([loss, ...Object.values(state)]).reduce((total, node) => total + operations(node), 0)
  const weights = [...parameters.all().values()].reduce(
    (n, t) => n + t.shape.reduce<number>((a, b) => a * Number(b), 1),
    0,
  )

  const engine = createNodeEngine()
  const trainer = await createTrainer(engine, objective, training)
  const rateOfProducts = await products(engine)
  await trainer.advance()
  const ratios: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = await rateOfProducts()
    const start = performance.now()
    for (let i = 0; i < stepsPerRound; i++) await trainer.advance()
    const milliseconds = (performance.now() - start) / stepsPerRound
    const rate = work / milliseconds / 1e6
    const product = Math.max(before, await rateOfProducts())
    ratios.push(rate / product)
    console.log(
      `step ${milliseconds.toFixed(0)} ms, ${rate.toFixed(0)} GFLOP/s; products ${product.toFixed(0)} GFLOP/s; ` +
        `ratio ${(rate / product).toFixed(3)}`,
    )
  }
  await engine.dispose()
  const ratio = ratios.toSorted((a, b) => a - b)[Math.floor(rounds / 2)]!
  console.log(JSON.stringify({ ratio, weights, batchSize, gigaflopAStep: work / 1e9 }))
}
