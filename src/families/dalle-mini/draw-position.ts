/** Drawing the codes of one position of many pictures: the decoder's step writes the first, a small head each the others. */
import { codesAtPosition, type DalleMiniSettings, startToken, tokenOf } from '../../networks/dalle-mini.ts'
import type { Engine, RunOptions, Session, Value } from '../../runtime/index.ts'
import { furtherGraphs, promptGraph, stepGraph, type Weights } from './graphs.ts'

/** Sessions of a generator's graphs on one engine. */
export type GeneratorSessions = {
  readonly prompt: Session
  readonly step: Session
  /** For codes 1, 2 ... of a position. */
  readonly further: readonly Session[]
}

/** In the order of `generatorGraphs`. */
export const generatorSessions = ([prompt, step, ...further]: readonly Session[]): GeneratorSessions => ({
  prompt: prompt!,
  step: step!,
  further,
})

export const generatorGraphs = (settings: DalleMiniSettings, weights: Weights) => [
  promptGraph(settings, weights),
  stepGraph(settings, weights),
  ...furtherGraphs(settings, weights),
]

/** Loads a generator's graphs, for trainings and measures; weights stay the caller's. */
export async function loadGenerator(engine: Engine, settings: DalleMiniSettings, weights: Weights) {
  const loaded: Session[] = []
  for (const graph of generatorGraphs(settings, weights)) loaded.push(await engine.load(graph, { keepWeights: true }))
  return generatorSessions(loaded)
}

/** What the decoder reads at position 0 for `pictures` pictures, in all. */
export const startTokens = (settings: DalleMiniSettings, pictures: number): Int32Array<ArrayBuffer> =>
  new Int32Array(pictures * codesAtPosition(settings)).fill(startToken(settings))

/**
 * One position. `last` are the tokens of the one before, [groups, rows, places]; `inputs` and `options` are the step's own
 * (position, visible, mask; the cache). `choose` is asked for each place in turn and gets the logits of all pictures,
 * [groups, rows, imageVocabulary]; it returns a code for each. Returns the tokens of this position, as `last`.
 */
export async function drawPosition(
  { step, further }: Pick<GeneratorSessions, 'step' | 'further'>,
  settings: DalleMiniSettings,
  at: {
    readonly groups: number
    readonly rows: number
    readonly last: Int32Array<ArrayBuffer>
    readonly inputs: Readonly<Record<string, Value>>
    readonly options: RunOptions
  },
  choose: (logits: Float32Array, place: number) => Int32Array,
): Promise<Int32Array<ArrayBuffer>> {
  const { groups, rows, last, inputs, options } = at
  const places = codesAtPosition(settings)
  const int32 = (shape: readonly number[], data: Int32Array<ArrayBuffer>): Value => ({ type: 'int32', shape, data })
  const first = places === 1 ? ['logits'] : ['logits', 'hidden']
  const tokens = int32(places === 1 ? [groups, rows] : [groups, rows, places], last)
  const { logits, hidden } = await step.run({ tokens, ...inputs }, { ...options, fetch: first })
  const next = new Int32Array(groups * rows * places)
  let codes = choose(logits!.data as Float32Array, 0)
  for (let k = 0; k < places; k++) {
    if (k > 0) {
      const before = new Int32Array(groups * rows * k)
      for (let i = 0; i < groups * rows; i++) before.set(next.subarray(i * places, i * places + k), i * k)
      const read = { hidden: { ...hidden!, data: hidden!.data.slice() }, before: int32([groups, rows, k], before) }
      const found = await further[k - 1]!.run(read, {
        fetch: ['logits'],
        ...(options.signal && { signal: options.signal }),
      })
      codes = choose(found.logits!.data as Float32Array, k)
    }
    for (let i = 0; i < groups * rows; i++) next[i * places + k] = tokenOf(settings, codes[i]!, k)
  }
  return next
}
