/** Scenes to ask a model for: their plain captions are the prompts, and what they hold is what a verifier looks for. */
import { entryOf } from './concepts.ts'
import { evaluationPairs, type PairKind, pairKinds } from './evaluation-pairs.ts'
import { anyone, onPlainGround, stylesOf, thingOf } from './evaluation-things.ts'
import { presentationsOf } from './people.ts'
import { type Random, random } from './random.ts'
import { type Mix, type SampleSettings, tinySample } from './sample.ts'
import { colours, type Filter, type Scene, type Style, type Thing } from './scene.ts'
import { poolsOf } from './sensible.ts'
import { isNamedFor, spelledBy } from './spelled.ts'
import {
  isColourHeldOut,
  isConceptHeldOut,
  isCountHeldOut,
  isFilterHeldOut,
  isMaterialHeldOut,
  isStyleHeldOut,
} from './splits.ts'

const singleKinds = [
  'single',
  'count-seen',
  'count-held-out',
  'colour-seen',
  'colour-held-out',
  'material-seen',
  'material-held-out',
  'style-seen',
  'style-held-out',
  'filter-seen',
  'filter-held-out',
  'people',
] as const
type SingleKind = (typeof singleKinds)[number]

/** Of one thing, of two (see `evaluation-pairs.ts`), and of people. Those of `single` and `people` training has shown. */
export const evaluationKinds = [...singleKinds, ...pairKinds] as const
export type EvaluationKind = (typeof evaluationKinds)[number]

export type EvaluationSettings = {
  readonly kind: EvaluationKind
  readonly count: number
  readonly seed: number
  /** Of the model's corpus; that of the tiny model unless told otherwise. */
  readonly sample?: SampleSettings
}

const isPairKind = (kind: EvaluationKind): kind is PairKind => (pairKinds as readonly string[]).includes(kind)

/**
 * Scenes on a plain ground, in random order; no two of the same things and looks before all came once. Held-out scenes differ from
 * training in what their kind says and in nothing else. Throws RangeError where a model of this sample was shown nothing of the kind.
 */
export function evaluationScenes({ kind, count, seed, sample = tinySample }: EvaluationSettings): Scene[] {
  const source = random(seed, `evaluate/${kind}`)
  if (isPairKind(kind)) return evaluationPairs(kind, count, sample, source)
  const looks = sample.mix[mixOf(kind)] > 0 ? looksOf(kind, sample).filter((look) => isInSample(look, sample)) : []
  if (looks.length === 0) throw new RangeError(`no scenes of the kind ${kind} in this sample`)
  const scenes: Scene[] = []
  while (scenes.length < count) {
    const round = [...looks]
    for (let k = round.length - 1; k > 0; k--) {
      const other = source.below(k + 1)
      ;[round[k], round[other]] = [round[other]!, round[k]!]
    }
    for (const look of round.slice(0, count - scenes.length)) scenes.push(sceneOf(look, sample, source))
  }
  return scenes
}

/** One thing and how it is asked for; a style only where it is what is measured. */
type Look = Partial<Thing> & Pick<Thing, 'concept'> & { readonly style?: Style; readonly filter?: Filter }

/** What of a corpus shows scenes of the kind. */
function mixOf(kind: SingleKind): keyof Mix {
  if (kind === 'people') return 'people'
  if (kind.startsWith('count')) return 'count'
  return kind.startsWith('colour') ? 'colour' : kind.startsWith('material') ? 'material' : 'plain'
}

function looksOf(kind: SingleKind, sample: SampleSettings): Look[] {
  const heldOut = kind.endsWith('held-out')
  const shown = sample.concepts.filter((concept) => !isConceptHeldOut(concept))
  const pairs = <V>(values: readonly V[], held: (concept: string, value: V) => boolean, look: (value: V) => object) =>
    shown.flatMap((concept) =>
      values.filter((value) => held(concept, value) === heldOut).map((value): Look => ({ concept, ...look(value) })),
    )
  switch (kind) {
    case 'single':
      return shown.map((concept) => ({ concept }))
    case 'people':
      return poolsOf(sample).people.all.flatMap((concept): Look[] => {
        const ways = presentationsOf(concept)
        return ways.length > 0 ? ways.map((presentation) => ({ concept, presentation })) : [{ concept }]
      })
    case 'count-seen':
    case 'count-held-out': {
      const things = new Set(poolsOf(sample).things.all)
      return pairs(sample.counts, isCountHeldOut, (count) => ({ count })).filter(({ concept }) => things.has(concept))
    }
    case 'colour-seen':
    case 'colour-held-out':
      // Without colours that a thing has by nature or by name, so that seen and held-out pairs are alike.
      return pairs(colours, isColourHeldOut, (colour) => ({ colour })).filter(
        ({ concept, colour }) => !entryOf(concept).natural.includes(colour!) && !spelledBy(concept)?.colour,
      )
    case 'material-seen':
    case 'material-held-out':
      return pairs(sample.materials, isMaterialHeldOut, (material) => ({ material })).filter(
        // Cheese made of cheese is no question, nor is a glass jar.
        ({ concept, material }) =>
          !(concept === 'cheese-wedge' && material === 'cheese') && !isNamedFor(concept, material!),
      )
    case 'style-seen':
    case 'style-held-out':
      return pairs(sample.styles, isStyleHeldOut, (style) => ({ style }))
    case 'filter-seen':
    case 'filter-held-out':
      return pairs(sample.filters, isFilterHeldOut, (filter) => ({ filter }))
  }
}

const isInSample = ({ concept, presentation = anyone(concept), style }: Look, sample: SampleSettings): boolean => {
  const drawn = stylesOf(concept, presentation, sample)
  return style === undefined ? drawn.length > 0 : drawn.includes(style)
}

function sceneOf({ style, filter, ...look }: Look, sample: SampleSettings, source: Random): Scene {
  const thing = thingOf(look)
  const drawn = style ? [style] : stylesOf(thing.concept, thing.presentation, sample)
  const seen = drawn.filter((one) => !isStyleHeldOut(thing.concept, one))
  return onPlainGround({
    things: [thing],
    relations: [],
    style: source.pick(seen.length > 0 ? seen : drawn),
    filter: filter ?? null,
  })
}
