/**
 * Whether candidates that look hopeless halfway are worth stopping: `npm run bench -- early-stopping [--prompts 16]`. All candidates
 * are drawn; then, for a place at which to look and a share to go on with, the nine are chosen as if the others had been
 * stopped there by their scores (missing tokens filled as in pictures of unfinished candidates). They are set against the nine
 * best of so many whole candidates as cost the same positions. A nine's gain is its mean score: 0 is any nine of all, 1 the best nine
 * of all. Scoring at that place costs nothing here, which favours stopping. Last line: JSON with the gains of each way.
 */
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fillUnfinished } from '../src/families/dalle-mini/fill-unfinished.ts'
import { readSettings } from '../src/families/dalle-mini/settings.ts'
import { openFamily } from '../src/families/open.ts'
import { openModel } from '../src/models/model-folder.ts'
import { gridOf } from '../src/networks/image-tokenizer.ts'
import { createNodeEngines } from '../src/runtime/node/engines.ts'
import { normalise } from '../src/text/normalise.ts'

const things = ['kangaroo', 'car', 'octopus', 'bear', 'tree', 'penguin', 'apple', 'guitar']
const ways = ['a green', 'a pink', 'a red', 'a blue', 'a yellow']
const endings = ['', ' made of cheese', ' on the moon', ' made of glass', ' next to a house', ' in the snow']

/** Prompts of one thing and of more, some of which the model draws badly. */
const promptOf = (i: number): string =>
  `${ways[i % ways.length]} ${things[(i * 3) % things.length]}${endings[(i * 5) % endings.length]}`

const candidates = 32
const count = 9
const places = [1 / 4, 1 / 2, 3 / 4]
const shares = [1 / 2, 3 / 4]

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length
const best = (values: readonly number[], many: number): number[] => values.toSorted((a, b) => b - a).slice(0, many)

export async function bench(): Promise<void> {
  const { values } = parseArgs({
    args: process.argv.slice(3),
    options: { prompts: { type: 'string', default: '16' } },
  })
  const model = await openModel(fileURLToPath(new URL('../models/pictogram-tiny', import.meta.url)))
  const grid = gridOf(readSettings(model).imageTokenizer)
  const engines = createNodeEngines()
  const { sampler, scorer, prompts, defaults } = await openFamily(model, ...engines)
  const gains = new Map<string, { stopped: number[]; fewer: number[]; agreement: number[] }>()
  for (let i = 0; i < Math.max(1, Number.parseInt(values.prompts, 10) || 1); i++) {
    const prompt = promptOf(i)
    const text = { prompt, normalisedPrompt: normalise(prompt, prompts.normaliser) }
    const indices = Array.from({ length: candidates }, (_, index) => index)
    const drawn: Uint16Array[] = []
    for await (const event of sampler.sample({
      prompt: text.normalisedPrompt,
      seed: 1 + i,
      sampling: defaults,
      indices,
    })) {
      if (event.kind === 'candidate') drawn[event.candidate.index] = event.candidate.tokens
    }
    const scoresOf = async (tokens: readonly Uint16Array[]) => {
      const scored = await scorer.score(
        text,
        tokens.map((own) => ({ tokens: own, picture: undefined })),
      )
      return scored.map(({ score }) => score)
    }
    const scores = await scoresOf(drawn)
    const [least, most] = [mean(scores), mean(best(scores, count))]
    const gain = (nine: readonly number[]): number => (mean(nine) - least) / (most - least)
    for (const place of places) {
      const first = Math.round(place * drawn[0]!.length)
      const early = await scoresOf(drawn.map((tokens) => fillUnfinished(tokens.subarray(0, first), grid)))
      for (const share of shares) {
        const kept = Math.round(share * candidates)
        const order = [...indices].sort((a, b) => early[b]! - early[a]!).slice(0, kept)
        const whole = Math.round(candidates * place + kept * (1 - place))
        const key = `${share * 100} % go on from ${place * 100} %, the price of ${whole}`
        const found = gains.get(key) ?? { stopped: [], fewer: [], agreement: [] }
        gains.set(key, found)
        found.stopped.push(
          gain(
            best(
              order.map((index) => scores[index]!),
              count,
            ),
          ),
        )
        // Whichever candidates are the first: the mean over all windows of so many.
        const windows = indices.map((start) =>
          gain(
            best(
              Array.from({ length: whole }, (_, k) => scores[(start + k) % candidates]!),
              count,
            ),
          ),
        )
        found.fewer.push(mean(windows))
        found.agreement.push(correlation(early, scores))
      }
    }
    console.log(`${prompt}: any nine ${least.toFixed(2)}, the best nine ${most.toFixed(2)}`)
  }
  const result: Record<string, object> = {}
  for (const [key, { stopped, fewer, agreement }] of gains) {
    const differences = stopped.map((value, i) => value - fewer[i]!)
    const deviation = Math.sqrt(
      mean(differences.map((d) => (d - mean(differences)) ** 2)) / Math.max(1, differences.length - 1),
    )
    const round = (value: number) => Math.round(value * 1000) / 1000
    result[key] = {
      stopped: round(mean(stopped)),
      fewer: round(mean(fewer)),
      difference: round(mean(differences)),
      standardError: round(deviation),
      correlation: round(mean(agreement)),
    }
    console.log(`${key}: ${JSON.stringify(result[key])}`)
  }
  console.log(JSON.stringify(result))
  await Promise.all(engines.map((engine) => engine.dispose()))
}

/** Pearson's. */
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  const product = mean(a.map((value, i) => (value - meanA) * (b[i]! - meanB)))
  const deviation = (values: readonly number[], middle: number) => Math.sqrt(mean(values.map((v) => (v - middle) ** 2)))
  return product / (deviation(a, meanA) * deviation(b, meanB))
}
