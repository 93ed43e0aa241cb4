/**
 * What training never sees, decided by hash before any training: the measure of whether the model composes or only remembers.
 * A pair is held out in every form: any style, any background, alone or beside something, in either language.
 */
import { concepts as allConcepts, entryOf } from './concepts.ts'
import { hash32 } from './random.ts'
import {
  type Colour,
  type Count,
  colours,
  counts,
  type Filter,
  filters,
  type Material,
  materials,
  type Relation,
  relations,
  type Scene,
  type Style,
  styles,
  type Thing,
} from './scene.ts'
import { converse } from './scene-hash.ts'
import { isNamedFor, spelledBy } from './spelled.ts'

export { isValidationScene, sceneHash, validationEvery } from './scene-hash.ts'

/**
 * Part of the corpus format: other values make another corpus.
 *
 * Version 2 holds out all that version 1 did, by the same labels, and more: materials, relations and counts that are new, filters,
 * pairs of reserved concepts, concepts whose name spells a held-out pair, and relations between any two of three things.
 */
export const splitSettings = {
  version: 2,
  colourTenths: 2,
  materialTenths: 2,
  relationTenths: 2,
  /** Of two and three; of four and more it is `highCountTenths`. */
  countTenths: 1,
  highCountTenths: 2,
  styleTenths: 1,
  filterHundredths: 5,
} as const

/** Shown as demonstrations, and so never trained on. */
const demonstrationMaterials: readonly [string, Material][] = [['kangaroo', 'cheese']]
/** Two things that never share a picture, in any relation; what people call by the same name too. */
const demonstrationPairs: readonly [string, string][] = [
  ['giraffe', 'ship'],
  ['giraffe', 'passenger-ship'],
  ['red-apple', 'automobile'],
  ['red-apple', 'oncoming-automobile'],
]

/**
 * No two of these ever share a picture: what a model draws of two of them it cannot have from any pair it saw among them.
 * Things that stand well beside others; none is of the everyday concepts, whose splits are those of version 1.
 */
// biome-ignore format: a plain list
export const reservedConcepts: readonly string[] = [
  'raccoon', 'goat', 'donkey', 'rhinoceros', 'llama', 'sloth', 'otter', 'polar-bear', 'bat', 'lizard',
  'swan', 'eagle', 'goose', 'seal', 'lobster', 'jellyfish', 'ant', 'scorpion', 'mango', 'peach',
  'potato', 'onion', 'pretzel', 'waffle', 'taco', 'sandwich', 'ambulance', 'canoe', 'racing-car', 'motor-scooter',
  'trumpet', 'drum', 'accordion', 'telescope', 'bucket', 'broom', 'ladder', 'magnet', 'kite', 'compass',
]
const reserved: ReadonlySet<string> = new Set(reservedConcepts)

/** "A black cat" may be either concept, so what is held out of the one is held out of the other. */
const base = (concept: string): string => spelledBy(concept)?.concept ?? concept

/** Labels are those of version 1, so that what was held out stays so. */
const labelled = (label: string, of: number): number => hash32(`neuf-split-1/${label}`) % of
const tenth = (label: string): number => labelled(label, 10)

/**
 * True for a colour that the concept never wears in training.
 * Never for a colour that it has by nature: a yellow banana tells nothing, and people ask for it.
 */
export const isColourHeldOut = (concept: string, colour: Colour): boolean =>
  !entryOf(concept).natural.includes(colour) && tenth(`colour/${colour}/${base(concept)}`) < splitSettings.colourTenths

/** True for a material that the concept is never made of in training. Never for one that its name says. */
export const isMaterialHeldOut = (concept: string, material: Material): boolean =>
  demonstrationMaterials.some(([c, m]) => c === concept && m === material) ||
  (!isNamedFor(concept, material) && tenth(`material/${material}/${base(concept)}`) < splitSettings.materialTenths)

/** True for a count of which training shows none. One is never held out. */
export const isCountHeldOut = (concept: string, count: Count): boolean =>
  count !== 1 &&
  tenth(`count/${count}/${base(concept)}`) <
    (count === 2 || count === 3 ? splitSettings.countTenths : splitSettings.highCountTenths)

/** True for a style in which training never shows the concept. Never where few styles draw it: it would be lost. */
export const isStyleHeldOut = (concept: string, style: Style): boolean =>
  tenth(`style/${style}/${base(concept)}`) < splitSettings.styleTenths &&
  styles.length - entryOf(concept).without.length > 2

/** True for a filter under which training never shows the concept. */
export const isFilterHeldOut = (concept: string, filter: Filter): boolean =>
  labelled(`filter/${filter}/${base(concept)}`, 100) < splitSettings.filterHundredths

const secondForms: ReadonlySet<Relation> = new Set(['right-of', 'below', 'under', 'behind'])

/** "Cat left of dog" and "dog right of cat" are one fact: the same words, one form. */
function canonical(first: string, relation: Relation, second: string): string {
  if (secondForms.has(relation)) return `${second}/${converse[relation]}/${first}`
  if (relation === 'next-to' && second < first) return `${second}/${relation}/${first}`
  return `${first}/${relation}/${second}`
}

/** True for two things that never share a picture in training, whatever stands between them. */
export const isPairHeldOut = (first: string, second: string): boolean =>
  (reserved.has(first) && reserved.has(second)) ||
  demonstrationPairs.some(([a, b]) => (a === first && b === second) || (a === second && b === first))

/** True for two things that training never shows in this relation, whichever is named first. */
export const isRelationHeldOut = (first: string, relation: Relation, second: string): boolean =>
  isPairHeldOut(first, second) ||
  tenth(`relation/${canonical(base(first), relation, base(second))}`) < splitSettings.relationTenths

/** True for a concept that training never shows: its very name says a held-out pair, as "blue book" does. */
export function isConceptHeldOut(concept: string): boolean {
  const spelled = spelledBy(concept)
  if (spelled === undefined) return false
  return spelled.colour === null
    ? isCountHeldOut(spelled.concept, 'many')
    : isColourHeldOut(spelled.concept, spelled.colour)
}

const isThingHeldOut = (thing: Thing): boolean =>
  (thing.colour !== null && isColourHeldOut(thing.concept, thing.colour)) ||
  (thing.material !== null && isMaterialHeldOut(thing.concept, thing.material)) ||
  isCountHeldOut(thing.concept, thing.count) ||
  isConceptHeldOut(thing.concept)

/** True where any part of the scene is held out: then it may not be trained on. */
export function isHeldOut({ things, relations, style, filter }: Scene): boolean {
  for (const [k, thing] of things.entries()) {
    const { concept } = thing
    if (isThingHeldOut(thing) || isStyleHeldOut(concept, style)) return true
    if (filter !== null && isFilterHeldOut(concept, filter)) return true
    for (let other = k + 1; other < things.length; other++) {
      // Of three things the outer two stand in no stated relation, but share the picture.
      const relation = other === k + 1 ? relations[k] : undefined
      if (isRelationHeldOut(concept, relation ?? 'next-to', things[other]!.concept)) return true
    }
  }
  return false
}

export type HeldOutPairs = {
  readonly colour: readonly (readonly [concept: string, colour: Colour])[]
  readonly material: readonly (readonly [concept: string, material: Material])[]
  readonly count: readonly (readonly [concept: string, count: Count])[]
  readonly style: readonly (readonly [concept: string, style: Style])[]
  readonly filter: readonly (readonly [concept: string, filter: Filter])[]
}

/** All held-out pairs of the given concepts (relations are too many to list: ask `isRelationHeldOut`). */
export function heldOutPairs(concepts: readonly string[] = allConcepts): HeldOutPairs {
  const list = <V>(values: readonly V[], held: (concept: string, value: V) => boolean): [string, V][] =>
    concepts.flatMap((concept) =>
      values.filter((value) => held(concept, value)).map((value): [string, V] => [concept, value]),
    )
  return {
    colour: list(colours, isColourHeldOut),
    material: list(materials, isMaterialHeldOut),
    count: list(counts, isCountHeldOut),
    style: list(styles, isStyleHeldOut),
    filter: list(filters, isFilterHeldOut),
  }
}

/** A short fingerprint of every held-out pair and a sample of triples: it changes whenever the splits do. */
export function splitsHash(): string {
  const pairs = heldOutPairs()
  const triples = allConcepts.flatMap((concept, k) =>
    relations.map((relation) => isRelationHeldOut(concept, relation, allConcepts[(k * 7 + 3) % allConcepts.length]!)),
  )
  const whole = [reservedConcepts, demonstrationPairs, allConcepts.filter(isConceptHeldOut)]
  const text = JSON.stringify([splitSettings, pairs, triples, whole])
  return [0x811c9dc5, 0x9e3779b9].map((start) => hash32(text, start).toString(16).padStart(8, '0')).join('')
}
