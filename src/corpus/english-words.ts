/** The English words for looks, numbers and relations. The first of each list is the plain one; a word given twice comes twice as often. */
import type { Colour, Material, Relation, Size, Tone } from './scene.ts'

export const englishColours: Record<Colour, readonly string[]> = {
  red: ['red'],
  orange: ['orange'],
  yellow: ['yellow'],
  green: ['green'],
  blue: ['blue'],
  purple: ['purple', 'purple', 'purple', 'violet'],
  pink: ['pink'],
  brown: ['brown'],
  black: ['black'],
  white: ['white'],
  grey: ['grey', 'gray'],
}

/** Before the noun ("a wooden cat"), and after "made of". */
export const englishMaterials: Record<
  Material,
  { readonly before: readonly string[]; readonly of: readonly string[] }
> = {
  cheese: { before: ['cheese'], of: ['cheese'] },
  chocolate: { before: ['chocolate'], of: ['chocolate'] },
  ice: { before: ['ice', 'icy'], of: ['ice'] },
  stone: { before: ['stone'], of: ['stone', 'stone', 'rock'] },
  brick: { before: ['brick'], of: ['bricks', 'brick'] },
  wood: { before: ['wooden', 'wood'], of: ['wood'] },
  gold: { before: ['golden', 'gold'], of: ['gold'] },
  grass: { before: ['grass', 'grassy'], of: ['grass'] },
  metal: { before: ['metal', 'metallic'], of: ['metal'] },
  glass: { before: ['glass'], of: ['glass'] },
  leather: { before: ['leather'], of: ['leather'] },
  fabric: { before: ['fabric', 'cloth'], of: ['fabric', 'cloth'] },
  fur: { before: ['furry', 'fluffy', 'fur'], of: ['fur'] },
  plastic: { before: ['plastic'], of: ['plastic'] },
  rubber: { before: ['rubber'], of: ['rubber'] },
  paper: { before: ['paper'], of: ['paper'] },
  water: { before: ['water', 'watery'], of: ['water'] },
}

export const englishSizes: Record<Size, readonly string[]> = {
  small: ['small', 'little', 'tiny'],
  normal: [],
  large: ['large', 'big', 'huge', 'giant'],
}

/** "with dark skin", "dark-skinned". */
export const englishTones: Record<Tone, string> = {
  light: 'light',
  'medium-light': 'medium-light',
  medium: 'medium',
  'medium-dark': 'medium-dark',
  dark: 'dark',
}

export const englishNumerals: Record<1 | 2 | 3 | 4 | 5 | 6, readonly string[]> = {
  1: ['one', 'a single', '1'],
  2: ['two', 'two', '2'],
  3: ['three', 'three', '3'],
  4: ['four', 'four', '4'],
  5: ['five', 'five', '5'],
  6: ['six', 'six', '6'],
}

/** More than anyone counts, of any kind; herds and flocks are in `group-words.ts`. */
export const englishMany = ['many', 'lots of', 'many', 'a lot of', 'lots of', 'loads of'] as const

type RelationWords = {
  /** Fit any two things. */
  readonly any: readonly string[]
  /** Said of the living, too. */
  readonly living?: readonly string[]
  /** Fit only where nothing else is said of either: "with", "in". */
  readonly loose?: readonly string[]
}

/** "And" and "with" for neighbours are the grammar's, as are lists; so are drinks, which are not eaten. */
export const englishRelations: Record<Relation, RelationWords> = {
  'next-to': {
    any: ['next to', 'next to', 'beside', 'near', 'by', 'alongside'],
    living: ['standing next to', 'sitting next to'],
  },
  'left-of': { any: ['to the left of', 'left of', 'on the left of'] },
  'right-of': { any: ['to the right of', 'right of', 'on the right of'] },
  above: { any: ['above', 'over'] },
  below: { any: ['below', 'underneath'] },
  on: { any: ['on', 'on', 'on top of'], living: ['standing on', 'sitting on'] },
  under: { any: ['under', 'beneath'], living: ['sitting under'] },
  'in-front-of': { any: ['in front of'], living: ['standing in front of'] },
  behind: { any: ['behind'], living: ['hiding behind', 'standing behind'] },
  inside: { any: ['inside', 'in', 'inside of'], living: ['sitting in'] },
  // Not "on" alone, which is a relation of its own.
  riding: { any: ['riding', 'riding', 'riding on'], loose: ['riding on top of'] },
  holding: { any: ['holding', 'holding', 'carrying'], loose: ['with', 'with'] },
  eating: { any: ['eating'] },
  wearing: { any: ['wearing'], loose: ['with', 'in'] },
}

/** In place of "eating", of what is drunk. */
export const englishDrinking = ['drinking'] as const

/** Names that are said with "the", or with no article at all; of the first of three, now and then. */
export const englishUnique = {
  sometimes: new Set(['sun', 'moon']),
  the: new Set(['milky way', 'statue of liberty']),
  name: new Set([
    'mount fuji',
    'fuji',
    'tokyo tower',
    'planet earth',
    'santa',
    'santa claus',
    'father christmas',
    'mrs. claus',
    'mother christmas',
  ]),
} as const
