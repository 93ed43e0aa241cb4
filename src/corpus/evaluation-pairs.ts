/** Scenes of two things to ask a model for. */
import { entryOf } from './concepts.ts'
import { onPlainGround, stylesOf, thingOf } from './evaluation-things.ts'
import type { Random } from './random.ts'
import type { SampleSettings } from './sample.ts'
import { type Colour, colours, type Relation, type Scene } from './scene.ts'
import { poolsOf } from './sensible.ts'
import { spelledBy } from './spelled.ts'
import {
  isConceptHeldOut,
  isHeldOut,
  isPairHeldOut,
  isRelationHeldOut,
  isStyleHeldOut,
  reservedConcepts,
} from './splits.ts'

/**
 * GenEval's two objects, position and colour attribution; relations in which one thing does something with the other; and two of
 * the reserved concepts, which training never shows together in any way.
 */
export const pairKinds = [
  'two-seen',
  'two-held-out',
  'reserved-held-out',
  'position-seen',
  'position-held-out',
  'attribution-seen',
  'attribution-held-out',
  'relation-seen',
  'relation-held-out',
] as const
export type PairKind = (typeof pairKinds)[number]

const positions: readonly Relation[] = ['left-of', 'right-of', 'above', 'below']
const doings: readonly Relation[] = ['on', 'inside', 'riding', 'holding', 'eating', 'wearing']

/** Tries for one scene before pairs come a second time. */
const tries = 3000

/** Throws RangeError where a model of this sample was shown nothing of the kind. */
export function evaluationPairs(kind: PairKind, count: number, sample: SampleSettings, source: Random): Scene[] {
  const among = kind.startsWith('position') ? positions : kind.startsWith('relation') ? doings : (['next-to'] as const)
  const asked = among.filter((relation) => sample.relations.includes(relation))
  const scenes: Scene[] = []
  const known = new Set<string>()
  while (scenes.length < count) {
    const scene = sample.mix.relation > 0 && asked.length > 0 ? findPair(kind, asked, sample, source, known) : null
    if (scene) scenes.push(scene)
    else if (known.size > 0) known.clear()
    else throw new RangeError(`no scenes of the kind ${kind} in this sample`)
  }
  return scenes
}

/** A scene of the kind that is not `known` yet, and is from then on; null where none was found. */
function findPair(
  kind: PairKind,
  relations: readonly Relation[],
  sample: SampleSettings,
  source: Random,
  known: Set<string>,
): Scene | null {
  for (let k = 0; k < tries; k++) {
    const scene = propose(kind, source.pick(relations), sample, source)
    if (!scene || !isOfKind(kind, scene)) continue
    const label = [...scene.things.map(({ concept, colour }) => `${concept}/${colour}`), ...scene.relations].join()
    if (known.has(label)) continue
    known.add(label)
    return scene
  }
  return null
}

function propose(kind: PairKind, relation: Relation, sample: SampleSettings, source: Random): Scene | null {
  const pools = poolsOf(sample).forRelation.get(relation)!
  const reserved = reservedConcepts.filter((concept) => sample.concepts.includes(concept))
  const names = pools.map(({ all }) => source.pick(kind === 'reserved-held-out' ? reserved : all))
  if (names.some((name) => name === undefined || isConceptHeldOut(name)) || names[0] === names[1]) return null
  const chosen = names.map(() => (kind.startsWith('attribution') ? source.pick(colours) : null))
  if (chosen[0] !== null && chosen[0] === chosen[1]) return null
  if (names.some((name, k) => chosen[k] && !isTelling(name, chosen[k]))) return null
  const things = names.map((concept, k) => thingOf({ concept, colour: chosen[k]! }))
  const styles = sample.styles.filter((style) =>
    things.every(
      ({ concept, presentation }) =>
        stylesOf(concept, presentation, sample).includes(style) && !isStyleHeldOut(concept, style),
    ),
  )
  if (styles.length === 0) return null
  return onPlainGround({ things, relations: [relation], style: source.pick(styles), filter: null })
}

/** False for a colour that the thing has anyway, by nature or by name. */
const isTelling = (concept: string, colour: Colour): boolean =>
  !entryOf(concept).natural.includes(colour) && !spelledBy(concept)?.colour

/** Held out in what the kind says and in nothing else, or in nothing. */
function isOfKind(kind: PairKind, scene: Scene): boolean {
  if (kind.endsWith('-seen')) return !isHeldOut(scene)
  const [first, second] = scene.things.map(({ concept }) => concept) as [string, string]
  if (kind === 'reserved-held-out') return isPairHeldOut(first, second)
  const apart = isRelationHeldOut(first, scene.relations[0]!, second)
  if (kind === 'attribution-held-out') return !apart && isHeldOut(scene)
  return apart && !isPairHeldOut(first, second)
}
