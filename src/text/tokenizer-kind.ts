import { specialTokens } from './tokenizer-json.ts'

/** In what byte-pair tokenizers differ: the frame of a text, what is done to it first, and where it is cut into pieces. */
export type TokenizerKind = {
  readonly name: string
  /** Tokens that stand before and behind a text, and fill it up. */
  readonly begin: string
  readonly end: string
  readonly pad: string
  /** Those that are no part of any text. */
  readonly specials: readonly string[]
  /** A text that does not begin with a space gets one. */
  readonly prefixSpace: boolean
  /** Added to the last byte of each piece; pieces then hold no spaces. */
  readonly suffix: string
  /** What it does to a text before anything else. */
  readonly clean: (text: string) => string
  /** How the library that encodes splits a text. */
  readonly preTokenizer: object
}

const byteLevel = { type: 'ByteLevel', trim_offsets: true }

/** The tokenizer of models that are trained here: BART's, but for a space before every text. */
export const ownKind: TokenizerKind = {
  name: 'byte-level',
  begin: '<s>',
  end: '</s>',
  pad: '<pad>',
  specials: specialTokens,
  prefixSpace: true,
  suffix: '',
  clean: (text) => text,
  preTokenizer: { ...byteLevel, add_prefix_space: true, use_regex: true },
}

/** BART's and RoBERTa's tokenizer (Lewis 2019), which DALL·E mini and mega have, each with a vocabulary of its own. */
export const bartKind: TokenizerKind = {
  ...ownKind,
  name: 'bart',
  specials: [...specialTokens, '<mask>'],
  prefixSpace: false,
  preTokenizer: { ...byteLevel, add_prefix_space: false, use_regex: true },
}

/** English endings, runs of letters, single digits, runs of other signs. White space only separates. */
const clipPieces = "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"

/**
 * CLIP's tokenizer (Radford 2021) as Hugging Face has it for openai/clip-vit-base-patch32: lower case, without a normaliser
 * of its own, filled up with the token that ends a text (which the mask tells apart).
 */
export const clipKind: TokenizerKind = {
  name: 'clip',
  begin: '<|startoftext|>',
  end: '<|endoftext|>',
  pad: '<|endoftext|>',
  specials: ['<|startoftext|>', '<|endoftext|>'],
  prefixSpace: false,
  suffix: '</w>',
  clean: cleanForClip,
  preTokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: clipPieces }, behavior: 'Removed', invert: true },
      { ...byteLevel, add_prefix_space: false, use_regex: false },
    ],
  },
}

/** NFC, single spaces, lower case; letter by letter, so that a sigma at the end of a word is no other sigma. */
function cleanForClip(text: string): string {
  const spaced = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/[^\S\ufeff]+|\x85/gu, ' ')
    .replace(/ {2,}/g, ' ')
  return Array.from(spaced, (character) => character.toLowerCase()).join('')
}
