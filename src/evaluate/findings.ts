/** What a verifier says of a picture, whichever kind of verifier it is. */
import type { Background, Colour, Filter, Material, Presentation, Style, Tone } from '../corpus/scene.ts'

/** In parts of the picture's side, (0, 0) at the top left. */
export type Box = { readonly left: number; readonly top: number; readonly width: number; readonly height: number }

/** The box of a thing that is known to be there, but not where. */
export const everywhere: Box = { left: 0, top: 0, width: 1, height: 1 }

export type FoundThing = {
  readonly concept: string
  /** null: the colours that it has by nature. */
  readonly colour: Colour | null
  /** null: drawn as it is. */
  readonly material: Material | null
  readonly presentation: Presentation | null
  readonly tone: Tone | null
  readonly box: Box
  /** 0 to 1: how sure it is that there is such a thing. */
  readonly confidence: number
}

export type Finding = {
  /** The surest first; none in a broken picture. */
  readonly things: readonly FoundThing[]
  /** It shows nothing whole. */
  readonly broken: boolean
  /** null: this verifier does not tell. */
  readonly style: Style | null
  readonly filter: Filter | 'none' | null
  readonly background: Background | null
}
