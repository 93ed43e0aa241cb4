import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers'
import { byteAlphabet } from './byte-level.ts'
import { readTokenizerJson, specialTokens } from './tokenizer-json.ts'

export type Encoded = {
  /** `<s>`, the text, `</s>`, then `<pad>`: always `length` ids. */
  readonly ids: number[]
  /** 1 for a token, 0 for `<pad>`: always `length` numbers. */
  readonly mask: number[]
  /** The end of the text that did not fit, or null. A character of which a byte was cut counts as cut. */
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
  const { length } = settings
  if (!Number.isInteger(length) || length < 2)
    throw new RangeError(`a text needs a length of at least 2 ids, not ${length}`)
  const read = readTokenizerJson(json, settings.path)
  // Without added tokens the library does not look for them in the text; ours are added below.
  const library = new HuggingFaceTokenizer({ ...read, added_tokens: [] }, {})
  const { vocab } = read.model
  const characters: string[] = []
  for (const [token, id] of Object.entries(vocab)) characters[id] = token
  const special = new Set(specialTokens.map((token) => vocab[token]!))
  const [begin, pad, end] = [vocab['<s>']!, vocab['<pad>']!, vocab['</s>']!]

  const decode = (ids: readonly number[]): string => {
    const text = bytesToText(ids.filter((id) => !special.has(id)).map((id) => characters[id] ?? ''))
    return text.startsWith(' ') ? text.slice(1) : text
  }

  const encode = (text: string): Encoded => {
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
              text,
              kept.reduce((sum, id) => sum + characters[id]!.length, 0),
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
    token: (id) => (special.has(id) ? characters[id]! : bytesToText([characters[id] ?? ''])),
  }
}

const byteOf = new Map(byteAlphabet.map((character, byte) => [character, byte]))

function bytesToText(tokens: readonly string[]): string {
  const bytes = Array.from(tokens.join(''), (character) => byteOf.get(character) ?? 0x3f)
  // A byte order mark in the middle of a text is a character like any other.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes))
}

/** The end of a text, from the character of which byte `keptBytes` is a part. Counts the space put before a text. */
function textAfter(text: string, keptBytes: number): string {
  const utf8 = new TextEncoder()
  let bytes = text.startsWith(' ') ? 0 : 1
  let at = 0
  for (const character of text) {
    bytes += utf8.encode(character).length
    if (bytes > keptBytes) break
    at += character.length
  }
  return text.slice(at).trimStart()
}
