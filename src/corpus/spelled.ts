/** Concepts whose names say another concept, and how it looks. */
import type { Colour, Material } from './scene.ts'

export type Spelled = {
  readonly concept: string
  /** Null where the name says many of the other. */
  readonly colour: Colour | null
}

const spelled = new Map<string, Spelled>([
  ['black-cat', { concept: 'cat', colour: 'black' }],
  ['lime', { concept: 'lemon', colour: 'green' }],
  ...(['green', 'blue', 'orange'] as const).map((colour): [string, Spelled] => [
    `${colour}-book`,
    { concept: 'closed-book', colour },
  ]),
  ...(['pink', 'orange', 'yellow', 'green', 'blue', 'purple', 'brown', 'black', 'grey', 'white'] as const).map(
    (colour): [string, Spelled] => [`${colour}-heart`, { concept: 'red-heart', colour }],
  ),
  ['light-blue-heart', { concept: 'red-heart', colour: 'blue' }],
  ['books', { concept: 'closed-book', colour: null }],
  ['houses', { concept: 'house', colour: null }],
])

/**
 * What the concept's very name says: "black cat", "citron vert" of a lime, "group of houses". To show the one is to show the other,
 * so the splits count them as that. Undefined for most.
 */
export const spelledBy = (concept: string): Spelled | undefined => spelled.get(concept)

const named: Readonly<Record<string, readonly Material[]>> = {
  'chocolate-bar': ['chocolate'],
  fondue: ['cheese'],
  ice: ['ice'],
  'shaved-ice': ['ice'],
  'ice-cream': ['ice'],
  'ice-skate': ['ice'],
  'ice-hockey': ['ice'],
  brick: ['brick'],
  wood: ['wood'],
  rock: ['stone'],
  moai: ['stone'],
  'curling-stone': ['stone'],
  climber: ['stone'],
  coin: ['gold'],
  jar: ['glass'],
  'cocktail-glass': ['glass'],
  'tumbler-glass': ['glass'],
  fountain: ['water'],
  'water-buffalo': ['water'],
  'red-paper-lantern': ['paper'],
  'mans-shoe': ['leather'],
}

/** True for a material that the concept's own name says: "a glass jar" asks for nothing that training could hold back. */
export const isNamedFor = (concept: string, material: Material): boolean => named[concept]?.includes(material) ?? false
