/** The classes of the verifier that names one thing. */
import { type Colour, colours, type Material, materials } from '../corpus/scene.ts'

/** The object class of pictures that show nothing whole. */
export const broken = 'broken'
/** The colour class of things in their own colours. */
export const natural = 'natural'
/** The material class of things drawn as they are. */
export const none = 'none'

/** Names of the classes, in the order of the logits. */
export type NamingClasses = {
  readonly objects: readonly string[]
  readonly colours: readonly string[]
  readonly materials: readonly string[]
}

/** It learned when there were this many materials. */
const materialsThen = 8

export const namingClasses = (concepts: readonly string[]): NamingClasses => ({
  objects: [...concepts, broken],
  colours: [...colours, natural],
  materials: [...materials.slice(0, materialsThen), none],
})

export const asColour = (name: string): Colour | null => (name === natural ? null : (name as Colour))
export const asMaterial = (name: string): Material | null => (name === none ? null : (name as Material))
