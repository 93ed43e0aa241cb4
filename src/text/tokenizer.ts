import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { byteAlphabet } from './byte-level.ts'
import { readTokenizerJson } from './tokenizer-json.ts'
import { ownKind, type TokenizerKind } from './tokenizer-kind.ts'
import type { Vocabulary } from './vocabulary.ts'

export type Encoded = {
  /** `<s>`, the text, `</s>`, then `<pad>`, or what the kind has in their place: always `length` ids. */
  readonly ids: number[]
  /** 1 for a token, 0 for `<pad>`: always `length` numbers. */
  readonly mask: number[]
  /**
   * The end of the text that did not fit, or null. A character of which a byte was cut counts as cut. Where the tokenizer
   * cleans a text first (CLIP's), it is the end of what it made of it.
   */
  readonly cut: string | null
}

export type Tokenizer = {
  /** Ids a text encodes to. */
  readonly length: number
  readonly vocabularySize: number
  readonly begin: number
  readonly end: number
  readonly pad: number
  /** Text to ids. The empty text gives `<s> </s>`, the row without a prompt that guidance needs. */
  encode(text: string): Encoded
  /** The characters of a token id, for a person to look at; a token that is part of a character shows as U+FFFD. */
  token(id: number): string
  /** Ids to text, special tokens left out. Gives back any text that fitted, up to a leading space and lone surrogates. */
  decode(ids: readonly number[]): string
}

/**
 * A tokenizer from a parsed `tokenizer.json`, which may come from anywhere: throws `file-unreadable` for a broken one.
 * What a person types is text and nothing else: `</s>` in a prompt is five characters, not the end of it.
 * (The encoding is that of @huggingface/tokenizers, which loads in some 6 ms.)
 */
export function createTokenizer(
  json: unknown,
  settings: { readonly length: number; readonly path?: string },
): Tokenizer {
  const { vocab, merges } = readTokenizerJson(json, settings.path).model
  const pairs = merges.map((merge) => merge.split(' ') as [string, string])
  return buildTokenizer(ownKind, { ids: vocab, merges: pairs }, settings.length)
}

/** A tokenizer of a kind with a vocabulary that was found sound. */
export function buildTokenizer(kind: TokenizerKind, { ids: vocab, merges }: Vocabulary, length: number): Tokenizer {
  if (!Number.isInteger(length) || length < 2)
    throw new RangeError(`a text needs a length of at least 2 ids, not ${length}`)
  const library = new HuggingFaceTokenizer(libraryJson(kind, { ids: vocab, merges }), {})
  const characters: string[] = []
  for (const [token, id] of Object.entries(vocab)) characters[id] = token
  const special = new Set(kind.specials.map((token) => vocab[token]))
  const [begin, pad, end] = [vocab[kind.begin]!, vocab[kind.pad]!, vocab[kind.end]!]

  const decode = (ids: readonly number[]): string => {
    const tokens = ids.filter((id) => !special.has(id)).map((id) => characters[id] ?? '')
    if (kind.suffix !== '') {
      const words = tokens.map((token) =>
        token.endsWith(kind.suffix) ? `${token.slice(0, -kind.suffix.length)}Ġ` : token,
      )
      return bytesToText(words).trim()
    }
    const text = bytesToText(tokens)
    return kind.prefixSpace && text.startsWith(' ') ? text.slice(1) : text
  }

  const bytesIn = (token: string): number => token.length - (token.endsWith(kind.suffix) ? kind.suffix.length : 0)

  const encode = (given: string): Encoded => {
    const text = kind.clean(given)
    const all: number[] = text === '' ? [] : library.encode(text, { add_special_tokens: false }).ids
    const kept = all.slice(0, length - 2)
    const ids = [begin, ...kept, end]
    const padding = length - ids.length
    return {
      ids: [...ids, ...new Array<number>(padding).fill(pad)],
      mask: [...new Array<number>(ids.length).fill(1), ...new Array<number>(padding).fill(0)],
      cut:
        kept.length === all.length
          ? null
          : textAfter(
              kind,
              text,
              kept.reduce((sum, id) => sum + bytesIn(characters[id]!), 0),
            ),
    }
  }

  return {
    length,
    vocabularySize: characters.length,
    begin,
    end,
    pad,
    encode,
    decode,
    token: (id) => (special.has(id) ? characters[id]! : decodeOne(characters[id] ?? '')),
  }

  function decodeOne(token: string): string {
    const ends = kind.suffix !== '' && token.endsWith(kind.suffix)
    return bytesToText([ends ? `${token.slice(0, -kind.suffix.length)}Ġ` : token])
  }
}

/** The format of the library. Without added tokens it does not look for them in the text; ours are added here. */
function libraryJson(kind: TokenizerKind, { ids, merges }: Vocabulary) {
  return {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: kind.preTokenizer,
    post_processor: null,
    decoder: null,
    model: {
      type: 'BPE',
      unk_token: kind.end,
      end_of_word_suffix: kind.suffix === '' ? null : kind.suffix,
      vocab: ids,
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  } as ConstructorParameters<typeof HuggingFaceTokenizer>[0]
}

/** The place of the token that ends a text: where CLIP reads the meaning of the whole. */
export const endPosition = ({ mask }: Pick<Encoded, 'mask'>): number => mask.lastIndexOf(1)

const byteOf = new Map(byteAlphabet.map((character, byte) => [character, byte]))

function bytesToText(tokens: readonly string[]): string {
  const bytes = Array.from(tokens.join(''), (character) => byteOf.get(character) ?? 0x3f)
  // A byte order mark in the middle of a text is a character like any other.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

/**
 * The end of a text, from the character of which byte `keptBytes` is a part. Counts the space put before a text; spaces
 * between pieces are no bytes of theirs where pieces hold none.
 */
function textAfter({ prefixSpace, suffix }: TokenizerKind, text: string, keptBytes: number): string {
  const utf8 = new TextEncoder()
  let bytes = prefixSpace && !text.startsWith(' ') ? 1 : 0
  let at = 0
  for (const character of text) {
    if (suffix === '' || !/\s/u.test(character)) bytes += utf8.encode(character).length
    if (bytes > keptBytes) break
    at += character.length
  }
  return text.slice(at).trimStart()
}
