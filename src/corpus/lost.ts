/** Things that would hardly be seen: on a ground of their own colour, or seen through on a busy one. */
import { entryOf } from './concepts.ts'
import type { Background, Filter, Material, Scene } from './scene.ts'

/** Colours and materials that are lost on a ground. */
const lostOn: Partial<Record<Background, readonly string[]>> = {
  white: ['white', 'paper'],
  'plain-pink': ['pink'],
  'plain-blue': ['blue', 'ice', 'water'],
  'plain-green': ['green', 'grass'],
  'plain-yellow': ['yellow', 'cheese', 'gold'],
  'plain-grey': ['grey', 'stone', 'white', 'metal'],
  'plain-purple': ['purple'],
  'plain-orange': ['orange', 'wood'],
  sky: ['blue', 'ice', 'white', 'water'],
  field: ['green', 'grass'],
  sea: ['blue', 'ice', 'water'],
  beach: ['yellow', 'cheese'],
  snow: ['white', 'ice', 'paper'],
  night: ['black', 'chocolate', 'rubber'],
  space: ['black', 'chocolate', 'rubber'],
  desert: ['orange', 'wood', 'yellow'],
  forest: ['green', 'grass'],
  room: ['brown', 'wood'],
  sunset: ['orange', 'purple', 'chocolate'],
  city: ['grey', 'stone', 'metal'],
  road: ['grey', 'stone', 'rubber'],
  mountains: ['grey', 'stone'],
  underwater: ['blue', 'ice', 'water'],
  moon: ['grey', 'stone', 'black'],
  garden: ['green', 'grass'],
  rain: ['grey', 'stone', 'metal', 'water'],
  kitchen: ['brown', 'wood'],
  volcano: ['black', 'brown', 'red', 'chocolate', 'leather', 'rubber', 'stone'],
  cave: ['brown', 'black', 'grey', 'chocolate', 'leather', 'rubber', 'stone'],
  stage: ['red', 'brown', 'wood'],
  autumn: ['orange', 'brown', 'red', 'wood'],
}

/** What is behind a thing made of these is seen through it. */
const clear: ReadonlySet<Material> = new Set(['glass'])
/** Grounds on which that leaves the thing to be seen. */
const calm: ReadonlySet<Background> = new Set<Background>([
  'white',
  'plain-pink',
  'plain-blue',
  'plain-green',
  'plain-yellow',
  'plain-grey',
  'plain-purple',
  'plain-orange',
  'transparent',
])

/** Grounds on which the natural colours of things are looked at, too: the older ones, which the tiny model was trained on, are not. */
const strict: ReadonlySet<Background> = new Set<Background>([
  'city',
  'road',
  'mountains',
  'underwater',
  'moon',
  'garden',
  'rain',
  'kitchen',
  'volcano',
  'cave',
  'stage',
  'autumn',
])

/** True where a thing of the scene is lost on its ground. */
export const isLost = ({ things, background }: Scene): boolean =>
  things.some(({ concept, colour, material }) => {
    const lost = lostOn[background] ?? []
    if (material !== null && (lost.includes(material) || (clear.has(material) && !calm.has(background)))) return true
    if (colour !== null) return lost.includes(colour)
    const { natural } = entryOf(concept)
    return (
      material === null && strict.has(background) && natural.length > 0 && natural.every((one) => lost.includes(one))
    )
  })

/** Filters that leave nothing of a colour or a material. */
const colourless: ReadonlySet<Filter> = new Set<Filter>([
  'pencil',
  'blueprint',
  'neon',
  'black-and-white',
  'silhouette',
])

/** True for a filter under which the colours and materials of things are still what they are called. */
export const keepsLooks = (filter: Filter): boolean => !colourless.has(filter)

/** The ground to be told of under a filter: a plain colour that the filter takes away is as good as white. */
export const groundUnder = (filter: Filter | null, background: Background): Background =>
  filter !== null && !keepsLooks(filter) && filter !== 'silhouette' && background.startsWith('plain-')
    ? 'white'
    : background
