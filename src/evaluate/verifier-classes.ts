/** What the verifier can say of a picture, and what is right to say of a scene. */
import { entryOf } from '../corpus/concepts.ts'
import { type Colour, colours, type Material, materials, type Thing } from '../corpus/scene.ts'

/** The object class of pictures that show nothing whole. */
export const broken = 'broken'
/** The colour class of things in their own colours. */
export const natural = 'natural'
/** The material class of things drawn as they are. */
export const none = 'none'

/** Names of the classes, in the order of the logits. */
export type VerifierClasses = {
  readonly objects: readonly string[]
  readonly colours: readonly string[]
  readonly materials: readonly string[]
}

export const verifierClasses = (concepts: readonly string[]): VerifierClasses => ({
  objects: [...concepts, broken],
  colours: [...colours, natural],
  materials: [...materials, none],
})

/** What a scene of one thing shows. */
export type Look = { readonly concept: string; readonly colour: Colour | null; readonly material: Material | null }

/** The classes of a thing. A colour that the thing has by nature is no other class: nobody could tell the two apart. */
export function labelsOf(thing: Pick<Thing, 'concept' | 'colour' | 'material'>) {
  const { concept, colour, material } = thing
  const ownColour = colour === null || (material === null && entryOf(concept).natural.includes(colour))
  return { object: concept, colour: ownColour ? natural : colour, material: material ?? none }
}

/** What the verifier says of one picture: a class name of each kind. */
export type Finding = { readonly object: string; readonly colour: string; readonly material: string }

/** A finding against what was asked for. */
export type Verdict = {
  readonly object: boolean
  readonly colour: boolean
  readonly material: boolean
  /** All three. */
  readonly all: boolean
  readonly broken: boolean
}

export function verdictOf(finding: Finding, asked: Look): Verdict {
  const right = labelsOf(asked)
  const object = finding.object === right.object
  const colour = finding.colour === right.colour || namesOwnColour(finding.colour, asked)
  const material = finding.material === right.material
  return { object, colour, material, all: object && colour && material, broken: finding.object === broken }
}

/** A banana that is found to be yellow is as right as one in its own colours, unless a colour was asked for. */
const namesOwnColour = (found: string, { concept, colour, material }: Look): boolean =>
  material === null &&
  labelsOf({ concept, colour, material }).colour === natural &&
  (entryOf(concept).natural as readonly string[]).includes(found)
