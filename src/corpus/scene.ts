/** What a picture shows, as data: the contract between sampling, drawing, captions and the splits. */

export const colours = [
  'red',
  'orange',
  'yellow',
  'green',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'white',
  'grey',
] as const
export type Colour = (typeof colours)[number]

export const materials = ['cheese', 'chocolate', 'ice', 'stone', 'brick', 'wood', 'gold', 'grass'] as const
export type Material = (typeof materials)[number]

export const sizes = ['small', 'normal', 'large'] as const
export type Size = (typeof sizes)[number]

/** The first thing stands in this relation to the second. */
export const relations = [
  'next-to',
  'left-of',
  'right-of',
  'above',
  'below',
  'on',
  'under',
  'in-front-of',
  'behind',
] as const
export type Relation = (typeof relations)[number]

/** Drawing styles under neutral names; `art.ts` says which set of the art pack each one is. */
export const styles = ['3d', 'flat', 'cartoon', 'sticker', 'blob', 'icon'] as const
export type Style = (typeof styles)[number]

/** White, seven plain pale colours, then places. */
export const backgrounds = [
  'white',
  'plain-pink',
  'plain-blue',
  'plain-green',
  'plain-yellow',
  'plain-grey',
  'plain-purple',
  'plain-orange',
  'sky',
  'field',
  'sea',
  'beach',
  'snow',
  'night',
  'space',
  'desert',
  'forest',
  'room',
  'sunset',
] as const
export type Background = (typeof backgrounds)[number]

export type Thing = {
  readonly concept: string
  readonly colour: Colour | null
  readonly material: Material | null
  readonly size: Size
  readonly count: 1 | 2 | 3
}

export type Scene = {
  /** One thing, or two when there is a relation. */
  readonly things: readonly Thing[]
  readonly relation?: Relation
  readonly background: Background
  readonly style: Style
}

export type Language = 'en' | 'fr'
export type Caption = { readonly language: Language; readonly text: string }
