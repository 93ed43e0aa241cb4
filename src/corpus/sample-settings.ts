/** What a corpus is drawn from, and how often each kind of scene comes. Data, so that it can be read and changed. */
import { concepts, everydayConcepts, twentyConcepts } from './concepts.ts'
import { lexicon } from './lexicon/index.ts'
import {
  type Background,
  backgrounds,
  type Count,
  type Filter,
  filters,
  type Material,
  materials,
  type Presentation,
  type Relation,
  relations,
  type Style,
  styles,
  type Tone,
} from './scene.ts'

/** Which scenes: those that are trained on, those that `isValidationScene` keeps, or all. */
export type Part = 'training' | 'validation' | 'any'

/** How often each kind of scene comes, as weights. */
export type Mix = {
  /** One thing as it is. */
  readonly plain: number
  /** One thing in a colour. */
  readonly colour: number
  /** One thing made of a material. */
  readonly material: number
  /** One thing in a colour and a material. */
  readonly both: number
  /** One thing, small or large, some in a colour. */
  readonly size: number
  /** Some of a thing (`counts`), some in a colour. */
  readonly count: number
  /** Two things in a relation, some with colours or materials. */
  readonly relation: number
  /** A herd, a flock or a pile, some in a colour. */
  readonly many: number
  /** Two things in a relation, one of them two or three times or many. */
  readonly countedRelation: number
  /** Three things, each in a relation to the next, some with colours. */
  readonly three: number
  /** One person. */
  readonly people: number
}

export type SampleSettings = {
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  readonly materials: readonly Material[]
  readonly relations: readonly Relation[]
  /** For `mix.count`, each as often as the others. */
  readonly counts: readonly Exclude<Count, 1 | 'many'>[]
  /** The first is drawn `whiteShare` of the time, the others as often as each other; see `transparentShare`. */
  readonly backgrounds: readonly Background[]
  readonly whiteShare: number
  /** How often there is no background at all; the other shares are of the rest. */
  readonly transparentShare: number
  readonly filters: readonly Filter[]
  /** How often a picture has one of the filters. */
  readonly filterShare: number
  /**
   * How often a person is shown in each way, as weights: a choice, the same for every role, and by presentation rather than by how
   * many pictures the art has of it. `unmarked` is the yellow of pictograms.
   */
  readonly people: {
    readonly presentations: Readonly<Record<Presentation, number>>
    readonly tones: Readonly<Record<Tone | 'unmarked', number>>
  }
  /** Whether things stand elsewhere each time; see `DrawingSettings`. */
  readonly wander: boolean
  readonly mix: Mix
  /** How often a thing is one of the everyday concepts before any other; 0 where absent. */
  readonly everydayShare?: number
  /** Mountains and volcanoes are counted and stand beside things, too. */
  readonly sceneryAnywhere?: true
  /** Held-out pairs are drawn too: only for a verifier, which must know what it is shown. */
  readonly allowHeldOut?: true
  /** `any` where absent. */
  readonly part?: Part
}

/** All as often as each other. */
export const evenPeople: SampleSettings['people'] = {
  presentations: { person: 1, woman: 1, man: 1 },
  tones: { unmarked: 1, light: 1, 'medium-light': 1, medium: 1, 'medium-dark': 1, dark: 1 },
}

/** The corpus of the tiny model. */
export const tinySample: SampleSettings = {
  concepts: everydayConcepts,
  // The four other styles are left out: what a network this small gains by fewer drawings to know is worth more.
  styles: ['flat', 'sticker'],
  materials: materials.slice(0, 8),
  relations: relations.slice(0, 9),
  counts: [2, 3],
  backgrounds: backgrounds.slice(0, 19),
  whiteShare: 0.6,
  transparentShare: 0,
  filters: [],
  filterShare: 0,
  people: evenPeople,
  // A network this small has enough to do with what things look like.
  wander: false,
  mix: {
    plain: 32,
    colour: 26,
    material: 22,
    both: 1,
    size: 5,
    count: 6,
    relation: 8,
    many: 0,
    countedRelation: 0,
    three: 0,
    people: 0,
  },
  sceneryAnywhere: true,
}

/** Settings as an earlier version wrote them: what it did not know of, its corpus had none of. */
export function completeSample(given: Partial<SampleSettings>): SampleSettings {
  const { sceneryAnywhere, ...usual } = tinySample
  // Of that version were materials unnamed and scenery anywhere; who names them leaves scenery out on purpose.
  const earlier = given.materials === undefined && sceneryAnywhere ? { sceneryAnywhere } : {}
  return { ...usual, ...earlier, ...given, mix: { ...tinySample.mix, ...given.mix } }
}

/** All there is. */
export const fullSample: SampleSettings = {
  concepts,
  styles,
  materials,
  relations,
  counts: [2, 3, 4, 5, 6],
  backgrounds,
  whiteShare: 0.4,
  transparentShare: 0.06,
  filters,
  filterShare: 0.15,
  people: evenPeople,
  wander: true,
  mix: {
    plain: 20,
    colour: 14,
    material: 14,
    both: 5,
    size: 4,
    count: 10,
    relation: 15,
    many: 3,
    countedRelation: 3,
    three: 5,
    people: 7,
  },
  everydayShare: 0.3,
}

/**
 * The corpus of the larger model: what people are likely to ask for, that is all but hands, symbols and the many smileys; two
 * styles of one set of drawings, which so help each other. Where things stand does not vary: what is saved by that goes into what they look like.
 */
export const pictogramSample: SampleSettings = {
  ...fullSample,
  concepts: lexicon
    .filter(({ concept, kind }) => !['body', 'face', 'symbol'].includes(kind) || everydayConcepts.includes(concept))
    .map(({ concept }) => concept),
  styles: ['3d', 'flat'],
  counts: [2, 3, 4],
  whiteShare: 0.5,
  transparentShare: 0.05,
  filters: [],
  filterShare: 0,
  wander: false,
  mix: {
    plain: 26,
    colour: 20,
    material: 20,
    both: 2,
    size: 3,
    count: 6,
    relation: 12,
    many: 1,
    countedRelation: 1,
    three: 1,
    people: 8,
  },
  everydayShare: 0.35,
}

/** Twenty things on white: enough to see every part work. */
export const skeletonSample: SampleSettings = {
  ...tinySample,
  concepts: twentyConcepts,
  styles: ['flat', 'cartoon'],
  backgrounds: ['white'],
  whiteShare: 1,
  mix: { ...tinySample.mix, plain: 60, colour: 30, material: 10, both: 0, size: 0, count: 0, relation: 0 },
}
