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

export const materials = [
  'cheese',
  'chocolate',
  'ice',
  'stone',
  'brick',
  'wood',
  'gold',
  'grass',
  'metal',
  'glass',
  'leather',
  'fabric',
  'fur',
  'plastic',
  'rubber',
  'paper',
  'water',
] as const
export type Material = (typeof materials)[number]

export const sizes = ['small', 'normal', 'large'] as const
export type Size = (typeof sizes)[number]

/** `many`: a herd, a flock, a pile; more than anyone counts. */
export const counts = [1, 2, 3, 4, 5, 6, 'many'] as const
export type Count = (typeof counts)[number]

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
  'inside',
  'riding',
  'holding',
  'eating',
  'wearing',
] as const
export type Relation = (typeof relations)[number]

/** Drawing styles under neutral names; `art.ts` says which set of the art pack each one is. */
export const styles = ['3d', 'flat', 'cartoon', 'sticker', 'blob', 'icon'] as const
export type Style = (typeof styles)[number]

/** What is done to the finished picture, whatever its drawing style. */
export const filters = [
  'watercolour',
  'oil',
  'pencil',
  'pixel-art',
  'mosaic',
  'blueprint',
  'neon',
  'black-and-white',
  'silhouette',
] as const
export type Filter = (typeof filters)[number]

/** White, seven plain pale colours, places, and none at all. */
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
  'transparent',
] as const
export type Background = (typeof backgrounds)[number]

/** How a person is drawn, where the art has them so. */
export const presentations = ['person', 'woman', 'man'] as const
export type Presentation = (typeof presentations)[number]

/** Skin tones of the art (Fitzpatrick scale in five steps). */
export const tones = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const
export type Tone = (typeof tones)[number]

export type Thing = {
  readonly concept: string
  /** Null where the concept has one presentation only. */
  readonly presentation: Presentation | null
  /** Null for the art's unmarked tone (yellow) and for whatever has none. */
  readonly tone: Tone | null
  readonly colour: Colour | null
  readonly material: Material | null
  readonly size: Size
  readonly count: Count
}

export type Scene = {
  /** One to three things. */
  readonly things: readonly Thing[]
  /** One fewer than things: `relations[k]` is how thing k stands to thing k + 1. */
  readonly relations: readonly Relation[]
  readonly background: Background
  readonly style: Style
  readonly filter: Filter | null
}

export type Language = 'en' | 'fr'
export type Caption = { readonly language: Language; readonly text: string }
