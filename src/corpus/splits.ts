/**
 * What training never sees, decided by hash before any training: the measure of whether the model composes or only remembers.
 * A pair is held out in every form: any style, any background, alone or beside something, in either language.
 */
import { concepts as allConcepts, entryOf } from './concepts.ts'
import { hash32 } from './random.ts'
import {
  type Colour,
  colours,
  type Material,
  materials,
  type Relation,
  relations,
  type Scene,
  type Style,
  styles,
  type Thing,
} from './scene.ts'

/** Part of the corpus format: other values make another corpus. Shares are in tenths. */
export const splitSettings = {
  version: 1,
  colourTenths: 2,
  materialTenths: 2,
  relationTenths: 2,
  countTenths: 1,
  styleTenths: 1,
} as const

/** Shown as demonstrations, and so never trained on. */
const demonstrationMaterials: readonly [string, Material][] = [['kangaroo', 'cheese']]
/** Two things that never share a picture, in any relation. */
const demonstrationPairs: readonly [string, string][] = [
  ['giraffe', 'ship'],
  ['red-apple', 'automobile'],
]

const tenth = (label: string): number => hash32(`neuf-split-1/${label}`) % 10

/**
 * True for a colour that the concept never wears in training.
 * Never for a colour that it has by nature: a yellow banana tells nothing, and people ask for it.
 */
export const isColourHeldOut = (concept: string, colour: Colour): boolean =>
  !entryOf(concept).natural.includes(colour) && tenth(`colour/${colour}/${concept}`) < splitSettings.colourTenths

/** True for a material that the concept is never made of in training. */
export const isMaterialHeldOut = (concept: string, material: Material): boolean =>
  demonstrationMaterials.some(([c, m]) => c === concept && m === material) ||
  tenth(`material/${material}/${concept}`) < splitSettings.materialTenths

/** True for a count of which training shows none. One is never held out. */
export const isCountHeldOut = (concept: string, count: 1 | 2 | 3): boolean =>
  count > 1 && tenth(`count/${count}/${concept}`) < splitSettings.countTenths

/** True for a style in which training never shows the concept. */
export const isStyleHeldOut = (concept: string, style: Style): boolean =>
  tenth(`style/${style}/${concept}`) < splitSettings.styleTenths

/** "Cat left of dog" and "dog right of cat" are one fact: the same words, one form. */
function canonical(first: string, relation: Relation, second: string): string {
  const swapped: Partial<Record<Relation, Relation>> = {
    'right-of': 'left-of',
    below: 'above',
    under: 'on',
    behind: 'in-front-of',
  }
  const other = swapped[relation]
  if (other) return `${second}/${other}/${first}`
  if (relation === 'next-to' && second < first) return `${second}/${relation}/${first}`
  return `${first}/${relation}/${second}`
}

/** True for two things that training never shows in this relation, whichever is named first. */
export const isRelationHeldOut = (first: string, relation: Relation, second: string): boolean =>
  demonstrationPairs.some(([a, b]) => (a === first && b === second) || (a === second && b === first)) ||
  tenth(`relation/${canonical(first, relation, second)}`) < splitSettings.relationTenths

const isThingHeldOut = (thing: Thing): boolean =>
  (thing.colour !== null && isColourHeldOut(thing.concept, thing.colour)) ||
  (thing.material !== null && isMaterialHeldOut(thing.concept, thing.material)) ||
  isCountHeldOut(thing.concept, thing.count)

/** True where any part of the scene is held out: then it may not be trained on. */
export function isHeldOut(scene: Scene): boolean {
  const [first, second] = scene.things
  return (
    scene.things.some((thing) => isThingHeldOut(thing) || isStyleHeldOut(thing.concept, scene.style)) ||
    (first !== undefined &&
      second !== undefined &&
      isRelationHeldOut(first.concept, scene.relation ?? 'next-to', second.concept))
  )
}

export type HeldOutPairs = {
  readonly colour: readonly (readonly [concept: string, colour: Colour])[]
  readonly material: readonly (readonly [concept: string, material: Material])[]
  readonly count: readonly (readonly [concept: string, count: 2 | 3])[]
  readonly style: readonly (readonly [concept: string, style: Style])[]
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
    count: list([2, 3] as const, isCountHeldOut),
    style: list(styles, isStyleHeldOut),
  }
}

/** A short fingerprint of every held-out pair and a sample of triples: it changes whenever the splits do. */
export function splitsHash(): string {
  const pairs = heldOutPairs()
  const triples = allConcepts.flatMap((concept, k) =>
    relations.map((relation) => isRelationHeldOut(concept, relation, allConcepts[(k * 7 + 3) % allConcepts.length]!)),
  )
  const text = JSON.stringify([splitSettings, pairs, triples])
  return [0x811c9dc5, 0x9e3779b9].map((start) => hash32(text, start).toString(16).padStart(8, '0')).join('')
}
