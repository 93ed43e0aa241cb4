/**
 * How text looks that was written in one encoding and read in another ("mojibake"): neighbours that no language has, such as
 * a small letter with an accent before a sign of currency. The classes and the rules are those of ftfy 6.3
 * (Robyn Speer, ftfy.readthedocs.io), so that what it takes for mojibake is taken for it here.
 */
import { letterEncodings } from './single-byte-encodings.ts'

/** Characters that mojibake is made of, as the inside of a character class. */
const kinds = {
  common: '\xa0\xad·´–—―…’',
  c1: '\x80-\x9f',
  bad: '¦¤¨¬¯¸ƒˆˇ˘˛˜†‡‰⌐◊\ufffdªº',
  law: '¶§',
  currency: '¢£¥₧€',
  opening: '¡«¿©΄΅‘‚“„•‹\uf8ff',
  closing: '®»˝”›™',
  numeric: '²³¹±¼½¾×µ÷⁄∂∆∏∑√∞∩∫≈≠≡≤≥№',
  /** Letters that faces are made of, and so stand in the strangest places. */
  faces: 'Ò-ÖÙ-Üò-öø-üŐŌŪŲ°',
  upperAccented: 'À-ÑØÜÝĂĀĄĆČĎĐĘĚĒĖĞĢİĪĶĹĽŁĻŃŇŅŒŘŚŞŠŢŤŮŰŸŹŻŽҐ',
  lowerAccented: 'ßà-ñăąāćčďđęěēėğģįīķĺľłļœŕśşšťüźżžґﬁﬂ',
  upper: 'ÞΑ-ΩΆΈΉΊΌΎΏΪΫЁ-Я',
  lower: 'α-ωάέήίΰа-џ',
  box: '│┌┐┘├┤┬┼═-╬▀▄█▌▐░▒▓',
} as const

type Kind = keyof typeof kinds

const any = (...of: Kind[]): string => `[${of.map((kind) => kinds[kind]).join('')}]`

/** One of some characters, or of some kinds. */
const one = (characters: string, ...of: Kind[]): string => `[${characters}${of.map((kind) => kinds[kind]).join('')}]`

const signs = ['box', 'opening', 'closing', 'currency', 'numeric', 'law'] as const
const space = '[\\s\\x1c-\\x1f\\x85]'
const arabicPair = `[ØÙ]${one('ŸŠ®°µ»', 'common', 'currency', 'bad', 'numeric', 'opening')}`

/** Each a sequence that is hardly ever meant. */
const unlikely: readonly string[] = [
  any('c1'),
  any('bad', 'lowerAccented', 'upperAccented', ...signs) + any('bad'),
  `[a-zA-Z]${any('lower', 'upper')}${any('bad')}`,
  any('bad') + any('lowerAccented', 'upperAccented', ...signs),
  any('lowerAccented', 'lower', 'box', 'closing', 'currency', 'numeric') + any('upperAccented'),
  any('box', 'closing', 'currency', 'numeric') + any('lowerAccented'),
  any('lowerAccented', 'box', 'closing') + any('currency'),
  space + any('upperAccented') + any('currency'),
  any('upperAccented', 'box') + any('numeric', 'law'),
  any('lowerAccented', 'upperAccented', 'box', 'currency', 'closing') + any('opening') + any('numeric'),
  any('lowerAccented', 'upperAccented', 'currency', 'numeric', 'box', 'law') + any('closing') + any('opening'),
  any('currency', 'numeric', 'box') + any('opening'),
  `[a-z]${any('upperAccented')}${any('opening', 'currency')}`,
  any('box') + any('faces'),
  any('lowerAccented', 'upperAccented', 'currency', 'numeric', 'opening', 'closing', 'law') + any('box'),
  any('box') + any('closing'),
  `${any('lowerAccented', 'upperAccented')}${any('opening', 'closing')}[\\p{L}\\p{N}_]`,
  '[Œœ][^A-Za-z]',
  `${any('upperAccented')}°`,
  // What UTF-8 becomes in windows-1252: two letters, Arabic, the scripts of South Asia.
  `[ÂÃÎÐ]${one('€œŠš¢£Ÿž\\xa0\\xad®©°·»–—´', 'opening', 'closing')}`,
  '×[²³]',
  arabicPair + arabicPair,
  'à[²µ¹¼½¾]',
  // In MacRoman.
  '√[±∂†≠®™´≤≥¥µø]',
  '≈[°¢]',
  '‚Ä[ìîïòôúùû†°¢π]',
  '‚[âó][àä°ê]',
  // In windows-1251: dashes and quotes, Cyrillic letters, and what was read wrongly twice.
  'вЂ',
  `[ВГРС]${one('°µ', 'c1', 'bad', 'opening', 'closing', 'currency')}[ВГРС]`,
  'ГўВЂВ[^\\n][A-Za-z ]',
  // The letters à and á, and a space that stood for a no-break space.
  'Ã[\\xa0¡]',
  `[a-z]${space}?[ÃÂ][ ]`,
  '^[ÃÂ][ ]',
  `${one('a-z.,?!', 'closing')}Â${one(' ', 'opening', 'closing')}`,
  // In windows-1253 and windows-1257.
  'β€[™\\xa0Ά\\xad®°]',
  `[ΒΓΞΟ]${one('°', 'c1', 'bad', 'opening', 'closing', 'currency')}[ΒΓΞΟ]`,
  'ā€',
]

const unlikelySequence = new RegExp(unlikely.join('|'), 'u')

/** Whether there is a sequence in it that points to a wrong encoding. */
export const looksLikeMojibake = (text: string): boolean => unlikelySequence.test(text)

/** The characters that the bytes `from` to `to` become in one encoding or another. */
const charactersOf = (from: number, to = from): string =>
  letterEncodings.map((upper) => upper.slice(from - 0x80, to - 0x80 + 1)).join('')

const continuation = charactersOf(0x80, 0xbf)
/** Without the dashes, quotes and dots that also stand for themselves. */
const clearContinuation = continuation.replace(/[–—―‘’‚“”„•…]/g, '')

/**
 * Runs of whole UTF-8 sequences among other text. A space may stand for the no-break space that it was. None begins behind
 * a character that could itself be a part of one: in a long muddle, mending a few characters would make it worse.
 */
export const embeddedUtf8 = new RegExp(
  [
    `(?<![${clearContinuation}])(?:`,
    `[${charactersOf(0xc2, 0xdf)}][ ${continuation}]`,
    `|[${charactersOf(0xe0, 0xef)}][ ${continuation}]{2}`,
    `|[${charactersOf(0xf0)}${charactersOf(0xf3)}][ ${continuation}]{3}`,
    ')+',
  ].join(''),
  'gu',
)
