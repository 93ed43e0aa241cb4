/** Drawing the codes of one position of many pictures: the decoder's step writes the first, a small head each the others. */
import { codesAtPosition, type DalleMiniSettings, startToken, tokenOf } from '../../networks/dalle-mini.ts'
import type { Engine, RunOptions, Session, Value } from '../../runtime/index.ts'
import type { codeNames } from './decoder-cache.ts'
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
 * [groups, rows, imageVocabulary], to be read at once; it returns a code for each. Returns the tokens of this position, as `last`.
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
    /** The call's own names in the engine for what codes are chosen from: other calls may draw there at the same time. */
    readonly names: ReturnType<typeof codeNames>
  },
  choose: (logits: Float32Array, place: number) => Int32Array,
): Promise<Int32Array<ArrayBuffer>> {
  const { groups, rows, last, inputs, options, names } = at
  const { hidden } = names
  const lend = { logits: names.logits }
  const places = codesAtPosition(settings)
  const pictures = groups * rows
  const int32 = (shape: readonly number[], data: Int32Array<ArrayBuffer>): Value => ({ type: 'int32', shape, data })
  const tokens = int32(places === 1 ? [groups, rows] : [groups, rows, places], last)
  const next = new Int32Array(pictures * places)
  for (let k = 0; k < places; k++) {
    const found =
      k === 0
        ? await step.run({ tokens, ...inputs }, { ...options, lend, ...(places > 1 && { hold: { hidden } }) })
        : await further[k - 1]!.run(
            { before: int32([groups, rows, k], firstOf(next, places, k)) },
            { held: { hidden }, lend, ...(options.signal && { signal: options.signal }) },
          )
    const codes = choose(found.logits!.data as Float32Array, k)
    for (let i = 0; i < pictures; i++) next[i * places + k] = tokenOf(settings, codes[i]!, k)
  }
  return next
}

/** The first k of each `places` tokens. */
const firstOf = (tokens: Int32Array, places: number, k: number): Int32Array<ArrayBuffer> =>
  Int32Array.from({ length: (tokens.length / places) * k }, (_, i) => tokens[Math.floor(i / k) * places + (i % k)]!)
