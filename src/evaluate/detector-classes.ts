/** The names of a detector's classes, in the order of its logits. */
import { entryOf } from '../corpus/concepts.ts'
import {
  backgrounds,
  colours,
  type Filter,
  filters,
  materials,
  presentations,
  type Scene,
  styles,
  type Thing,
  tones,
} from '../corpus/scene.ts'
import { type ThingAspect, thingAspects, type WholeAspect, wholeAspects } from '../networks/detector.ts'

/** The class of what is not so: no colour but its own, no material, no presentation, no tone, no filter. */
export const plain = 'none'

export type DetectorClasses = {
  readonly things: Readonly<Record<ThingAspect, readonly string[]>>
  readonly picture: Readonly<Record<WholeAspect, readonly string[]>>
}

export const detectorClasses = (concepts: readonly string[]): DetectorClasses => ({
  things: {
    concept: concepts,
    colour: [...colours, plain],
    material: [...materials, plain],
    presentation: [...presentations, plain],
    tone: [...tones, plain],
  },
  picture: {
    sound: ['sound', 'broken'],
    style: styles,
    filter: [...filters, plain],
    background: backgrounds,
  },
})

/** How many classes there are of each aspect: what the network is told. */
export const classCounts = ({ things, picture }: DetectorClasses) => ({
  things: Object.fromEntries(thingAspects.map((aspect) => [aspect, things[aspect].length])) as Record<
    ThingAspect,
    number
  >,
  picture: Object.fromEntries(wholeAspects.map((aspect) => [aspect, picture[aspect].length])) as Record<
    WholeAspect,
    number
  >,
})

/** A thing's classes. A colour that it has by nature is no other class: nobody could tell the two apart. */
export function thingLabels(thing: Thing): Record<ThingAspect, string> {
  const { concept, colour, material, presentation, tone } = thing
  const own = colour === null || (material === null && entryOf(concept).natural.includes(colour))
  return {
    concept,
    colour: own ? plain : colour,
    material: material ?? plain,
    presentation: presentation ?? plain,
    tone: tone ?? plain,
  }
}

export const pictureLabels = ({ style, filter, background }: Scene): Record<WholeAspect, string> => ({
  sound: 'sound',
  style,
  filter: filter ?? plain,
  background,
})

/** Filters that leave nothing of colours and textures to be seen. */
const colourless: readonly Filter[] = ['pencil', 'blueprint', 'neon', 'black-and-white', 'silhouette']

/** Whether colours, materials and tones can be told at all. */
export const showsColours = ({ filter }: Pick<Scene, 'filter'>): boolean =>
  filter === null || !colourless.includes(filter)
