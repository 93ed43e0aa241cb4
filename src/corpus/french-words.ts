/** The French words for looks, numbers and relations. The first of each list is the plain one; a word given twice comes twice as often. */
import type { Colour, Material, Relation, Size, Tone } from './scene.ts'

/** Masculine, feminine, masculine plural, feminine plural. */
export type Agreeing = readonly [ms: string, fs: string, mp: string, fp: string]

const unchanging = (word: string): Agreeing => [word, word, word, word]
const regular = (word: string): Agreeing => [word, `${word}e`, `${word}s`, `${word}es`]
const epicene = (word: string): Agreeing => [word, word, `${word}s`, `${word}s`]
const followedBy = ([ms, fs, mp, fp]: Agreeing, word: string): Agreeing => [
  `${ms} ${word}`,
  `${fs} ${word}`,
  `${mp} ${word}`,
  `${fp} ${word}`,
]

/** Which of the forms a noun asks for. */
export const agree = (forms: Agreeing, gender: 'm' | 'f', plural: boolean): string =>
  forms[(plural ? 2 : 0) + (gender === 'f' ? 1 : 0)]!

/** Orange and marron never change. */
export const frenchColours: Record<Colour, readonly Agreeing[]> = {
  red: [epicene('rouge')],
  orange: [unchanging('orange')],
  yellow: [epicene('jaune')],
  green: [regular('vert')],
  blue: [regular('bleu')],
  purple: [['violet', 'violette', 'violets', 'violettes']],
  pink: [epicene('rose')],
  brown: [unchanging('marron'), unchanging('marron'), regular('brun')],
  black: [regular('noir')],
  white: [['blanc', 'blanche', 'blancs', 'blanches']],
  grey: [['gris', 'grise', 'gris', 'grises']],
}

/** After "en" or "fait de", and as an adjective where there is one. */
export const frenchMaterials: Record<
  Material,
  { readonly en: readonly string[]; readonly of: readonly string[]; readonly adjectives?: readonly Agreeing[] }
> = {
  cheese: { en: ['fromage'], of: ['fromage'] },
  chocolate: { en: ['chocolat'], of: ['chocolat'] },
  ice: { en: ['glace'], of: ['glace'] },
  stone: { en: ['pierre'], of: ['pierre'] },
  brick: { en: ['briques', 'brique'], of: ['briques'] },
  wood: { en: ['bois'], of: ['bois'] },
  gold: { en: ['or'], of: ['or'] },
  grass: { en: ['herbe'], of: ['herbe'] },
  metal: { en: ['métal'], of: ['métal'], adjectives: [epicene('métallique')] },
  glass: { en: ['verre'], of: ['verre'] },
  leather: { en: ['cuir'], of: ['cuir'] },
  fabric: { en: ['tissu'], of: ['tissu'] },
  fur: { en: ['fourrure'], of: ['fourrure'], adjectives: [regular('poilu'), regular('poilu')] },
  plastic: { en: ['plastique'], of: ['plastique'] },
  rubber: { en: ['caoutchouc'], of: ['caoutchouc'] },
  paper: { en: ['papier'], of: ['papier'] },
  water: { en: ['eau'], of: ['eau'] },
}

export const frenchSizes: Record<Size, readonly Agreeing[]> = {
  small: [regular('petit'), regular('petit'), epicene('minuscule')],
  normal: [],
  large: [regular('grand'), ['gros', 'grosse', 'gros', 'grosses'], epicene('énorme')],
}

/** After "à la peau". */
export const frenchTones: Record<Tone, string> = {
  light: 'claire',
  'medium-light': 'assez claire',
  medium: 'mate',
  'medium-dark': 'assez foncée',
  dark: 'foncée',
}

export const frenchNumerals: Record<2 | 3 | 4 | 5 | 6, readonly string[]> = {
  2: ['deux', 'deux', '2'],
  3: ['trois', 'trois', '3'],
  4: ['quatre', 'quatre', '4'],
  5: ['cinq', 'cinq', '5'],
  6: ['six', 'six', '6'],
}

/** Before "de"; herds and flocks are in `group-words.ts`. */
export const frenchMany = ['beaucoup', 'plein', 'beaucoup', 'plein', 'un grand nombre'] as const

const verb = (singular: string, plural: string): Agreeing => [singular, singular, plural, plural]

type RelationWords = {
  /** Fit any two things. Those that end in "de" take up the article that follows. */
  readonly any: readonly (string | Agreeing)[]
  readonly living?: readonly (string | Agreeing)[]
  /** Fit only where nothing else is said of either: "avec". */
  readonly loose?: readonly (string | Agreeing)[]
  /** Without articles, as in a headline: "chat mange pomme". */
  readonly bare?: readonly Agreeing[]
  /** Where a "qui" stands already. */
  readonly participle?: string
}

/** "Et" and "avec" for neighbours are the grammar's, as are lists and what depends on the mount, the drink or the hat. */
export const frenchRelations: Record<Relation, RelationWords> = {
  'next-to': { any: ['à côté de', 'à côté de', 'près de'] },
  'left-of': { any: ['à gauche de'] },
  'right-of': { any: ['à droite de'] },
  above: { any: ['au-dessus de'] },
  below: { any: ['en dessous de', 'au-dessous de'] },
  on: { any: ['sur'], living: [['assis sur', 'assise sur', 'assis sur', 'assises sur'], 'debout sur'] },
  under: { any: ['sous'], living: [followedBy(regular('caché'), 'sous')] },
  'in-front-of': { any: ['devant'], living: ['debout devant'] },
  behind: { any: ['derrière'], living: [followedBy(regular('caché'), 'derrière')] },
  inside: { any: ['dans', 'dans', "à l'intérieur de"] },
  riding: {
    any: [verb('qui chevauche', 'qui chevauchent')],
    // Not "sur" alone, which is a relation of its own.
    loose: ['à cheval sur', followedBy(regular('monté'), 'sur')],
    bare: [verb('chevauche', 'chevauchent')],
    participle: 'chevauchant',
  },
  holding: {
    any: [verb('qui tient', 'qui tiennent')],
    loose: ['avec', 'tenant'],
    bare: [verb('tient', 'tiennent')],
    participle: 'tenant',
  },
  eating: {
    any: [verb('qui mange', 'qui mangent')],
    loose: ['mangeant', 'en train de manger'],
    bare: [verb('mange', 'mangent')],
    participle: 'mangeant',
  },
  wearing: {
    any: [verb('qui porte', 'qui portent')],
    loose: ['avec', 'avec', 'portant'],
    bare: [verb('porte', 'portent')],
    participle: 'portant',
  },
}

/** In place of eating, of what is drunk. */
export const frenchDrinking: RelationWords = {
  any: [verb('qui boit', 'qui boivent')],
  loose: ['buvant', 'en train de boire'],
  bare: [verb('boit', 'boivent')],
  participle: 'buvant',
}
/** More ways of riding: an animal ("à dos de chameau": the mount without an article), a vehicle that one sits in. */
export const frenchAstride = 'à dos de'
export const frenchAboard = ['à bord de', verb('qui conduit', 'qui conduisent')] as const
/** Of a hat: "coiffé d'une couronne". */
export const frenchCapped: Agreeing = ['coiffé de', 'coiffée de', 'coiffés de', 'coiffées de']

/** Names that are said with "le" or "la"; of the first, now and then. */
export const frenchUnique = {
  sometimes: new Set(['soleil', 'lune']),
  always: new Set([
    'Voie lactée',
    'voie lactée',
    'statue de la Liberté',
    'mont Fuji',
    'tour de Tokyo',
    'père Noël',
    'mère Noël',
    'papa Noël',
  ]),
} as const

/**
 * Where the name of a thing is followed by what it does or has: looks stand before that. "Un visage rouge qui pleure", but "une boîte
 * aux lettres rouge".
 */
export const frenchClause =
  / (?:qui|avec|aux(?! lettres| pommes)|dans|chez|vers|sur(?! (?:le plat|glace|gazon))|sous|derrière|devant|entre|paume|main (?:dans|au|paume)|faisant|tirant|regardant|envoyant|riant|levant|retenant|hurlant|fumant|montrant|pointant|au (?:crépuscule|lit|sauna|hammam|vent|grand|léger|rire|sourcil|sourire|long|pouce|garde)|à (?:la bouche|la main|l'envers|lunettes|long|deux|trois|quatre|dix|genoux|vélo|barbe)|en (?:coupe|colère|sueur|larmes|pleurs|fête|feu|surchauffe|position|turban|smoking|costume|hijab|fauteuil|l'air))(?: .*)?$/
