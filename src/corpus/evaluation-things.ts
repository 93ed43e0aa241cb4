/** Things and grounds of the scenes that a model is asked for. */
import { isDrawn } from './concepts.ts'
import { isLost } from './lost.ts'
import { presentationsIn, presentationsOf } from './people.ts'
import type { SampleSettings } from './sample.ts'
import type { Presentation, Scene, Style, Thing } from './scene.ts'

/** The styles of the sample that draw a concept in this presentation. */
export const stylesOf = (concept: string, presentation: Presentation | null, { styles }: SampleSettings): Style[] =>
  styles.filter(
    (style) =>
      isDrawn(concept, style) && (presentation === null || presentationsIn(concept, style).includes(presentation)),
  )

/** As a person is asked for who may be anybody: nobody in particular, where the art has that. */
export const anyone = (concept: string): Presentation | null => presentationsOf(concept)[0] ?? null

/** A thing as it comes, but for the look. */
export const thingOf = ({ concept, ...look }: Partial<Thing> & Pick<Thing, 'concept'>): Thing => ({
  concept,
  presentation: anyone(concept),
  tone: null,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...look,
})

/** On white, or on another plain ground where something would be lost on it. */
export function onPlainGround(scene: Omit<Scene, 'background'>): Scene {
  const grounds = (['white', 'plain-blue', 'plain-yellow', 'plain-pink'] as const).map((background) => ({
    ...scene,
    background,
  }))
  return grounds.find((one) => !isLost(one)) ?? grounds[0]!
}
