/**
 * The form of an entry of the lexicon, and the rows that the lists beside this file are written in.
 *
 * Names follow the Unicode CLDR annotations of the art pack (Unicode License v3) and a hand-checked French lexicon of gender and
 * plural made from them; everyday names ("car", not "automobile") and the synonyms were chosen by hand.
 *
 * English: `car` (plural by rule), `mouse/mice`, `=scissors` (always plural), `~cheese` (no plural).
 * French: gender first, `f voiture`, `m cheval/chevaux`, `mp ciseaux` (always plural), `mm pain` (no plural, partitive); only the
 * last word takes the plural by rule, so `m chat noir/chats noirs`.
 * The first of each list is the plain name; the rest are synonyms. No word, in singular or plural, belongs to two entries.
 */
import type { Colour, Style } from '../scene.ts'

export const kinds = [
  'animal',
  'bird',
  'fish',
  'insect',
  'plant',
  'food',
  'drink',
  'vehicle',
  'building',
  'place',
  'sky',
  'object',
  'clothing',
  'instrument',
  'tool',
  'person',
  'fantasy',
  'face',
  'body',
  'symbol',
] as const
export type Kind = (typeof kinds)[number]

/**
 * What may be drawn with it:
 * - `rider`, `holder`, `eater`: whole people and animals that can sit on, hold or eat something;
 * - `mount`: what one can ride on top of; `holdable`, `edible`, `containable`: what is held, eaten, put into something;
 * - `head-on-top`: a hat placed at the top middle of the picture sits on its head; `hat`: what is worn so;
 * - `container`: open at the top, or to be entered;
 * - `scenery`: makes no sense as a small thing among others.
 */
export const traits = [
  'rider',
  'mount',
  'holder',
  'holdable',
  'eater',
  'edible',
  'head-on-top',
  'hat',
  'container',
  'containable',
  'scenery',
] as const
export type Trait = (typeof traits)[number]

export type Words = { readonly en: readonly string[]; readonly fr: readonly string[] }

export type Entry = Words & {
  readonly concept: string
  readonly kind: Kind
  /** The colours that it mostly has anyway. */
  readonly natural: readonly Colour[]
  /** Styles that do not draw it, or that draw something else. */
  readonly without: readonly Style[]
  /** As people type it, with its variation selectors; empty where there is none. */
  readonly emoji: string
  readonly traits: readonly Trait[]
  /** True where the art has it as a person, a woman and a man (or two of these). */
  readonly presentations: boolean
  /** True where the art has it in all skin tones. */
  readonly tones: boolean
  /** The words for a woman and for a man, where the art has both; `en` and `fr` then leave it open. */
  readonly gendered?: { readonly woman: Words; readonly man: Words }
}

/**
 * Emoji, concept, English, French, natural colours, traits, styles without it, and `tones` where it comes in them: words are
 * parted by commas, the others by spaces.
 */
export type Row = readonly [string, string, string, string, string?, string?, string?, string?]

/** Emoji, concept; English and French for anyone, for a woman, for a man; traits; `tones` or nothing; styles without it. */
export type PeopleRow = readonly [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string?,
  string?,
  string?,
]

const words = (text = ''): readonly string[] => text.split(', ').filter(Boolean)
const flags = <T>(text = ''): readonly T[] => text.split(' ').filter(Boolean) as T[]

/** The entries of one kind. */
export const group = (kind: Kind, rows: readonly Row[]): Entry[] =>
  rows.map(([emoji, concept, en, fr, natural, traits, without, tones]) => ({
    concept,
    kind,
    en: words(en),
    fr: words(fr),
    natural: flags<Colour>(natural),
    without: flags<Style>(without),
    emoji,
    traits: flags<Trait>(traits),
    presentations: false,
    tones: tones === 'tones',
  }))

/** The entries of people whom the art shows as women and as men. */
export const people = (kind: Kind, rows: readonly PeopleRow[]): Entry[] =>
  rows.map(([emoji, concept, en, fr, womanEn, womanFr, manEn, manFr, traits, tones, without]) => ({
    concept,
    kind,
    en: words(en),
    fr: words(fr),
    natural: [],
    without: flags<Style>(without),
    emoji,
    traits: flags<Trait>(traits),
    presentations: true,
    tones: tones === 'tones',
    gendered: {
      woman: { en: words(womanEn), fr: words(womanFr) },
      man: { en: words(manEn), fr: words(manFr) },
    },
  }))
