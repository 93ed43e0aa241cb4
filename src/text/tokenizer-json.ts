import { NeufError } from '../errors/errors.ts'
import { asObject, readIds, readMerges, requireTokens } from './vocabulary.ts'

/** The part of the Hugging Face tokenizers format (`tokenizer.json`) that is written and read here: byte-level BPE. */
export type TokenizerJson = {
  readonly version: '1.0'
  readonly truncation: null
  readonly padding: null
  readonly added_tokens: readonly AddedToken[]
  readonly normalizer: null
  readonly pre_tokenizer: {
    readonly type: 'ByteLevel'
    readonly add_prefix_space: boolean
    readonly trim_offsets: boolean
    readonly use_regex: boolean
  }
  readonly post_processor: object | null
  readonly decoder: {
    readonly type: 'ByteLevel'
    readonly add_prefix_space: boolean
    readonly trim_offsets: boolean
    readonly use_regex: boolean
  }
  readonly model: {
    readonly type: 'BPE'
    readonly dropout: null
    readonly unk_token: string | null
    readonly continuing_subword_prefix: null
    readonly end_of_word_suffix: null
    readonly fuse_unk: boolean
    readonly byte_fallback: boolean
    readonly ignore_merges: boolean
    /** Token to id; ids are 0 .. size - 1, each once. */
    readonly vocab: Readonly<Record<string, number>>
    /** `"left right"`, best first. */
    readonly merges: readonly string[]
  }
}

type AddedToken = {
  readonly id: number
  readonly content: string
  readonly single_word: boolean
  readonly lstrip: boolean
  readonly rstrip: boolean
  readonly normalized: boolean
  readonly special: boolean
}

/** The special tokens of BART and DALL·E mini, whose ids are their places in this list. */
export const specialTokens = ['<s>', '<pad>', '</s>', '<unk>'] as const

/** Writes a byte-level BPE tokenizer. `vocabulary` is in id order and starts with `specials`. */
export function writeTokenizerJson(
  vocabulary: readonly string[],
  merges: readonly (readonly [string, string])[],
  specials: readonly string[],
): TokenizerJson {
  const byteLevel = { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true } as const
  const id = new Map(vocabulary.map((token, at) => [token, at]))
  const [begin, end] = ['<s>', '</s>']
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } })
  const sequence = (name: 'A' | 'B') => ({ Sequence: { id: name, type_id: 0 } })
  const template = (token: string) => ({ id: token, ids: [id.get(token)], tokens: [token] })
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, at) => ({
      id: at,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: {
      type: 'TemplateProcessing',
      single: [special(begin), sequence('A'), special(end)],
      pair: [special(begin), sequence('A'), special(end), sequence('B'), special(end)],
      special_tokens: { [begin]: template(begin), [end]: template(end) },
    },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(id),
      merges: merges.map(([left, right]) => `${left} ${right}`),
    },
  }
}

/**
 * Takes a parsed `tokenizer.json` from anywhere and returns it as what it has to be, or throws `file-unreadable` that
 * names the fault. Merges may be strings or pairs, as older and newer tokenizers write them; strings come back.
 */
export function readTokenizerJson(value: unknown, path = 'tokenizer.json'): TokenizerJson {
  const refuse = (why: string): never => {
    throw new NeufError('file-unreadable', {
      path,
      why,
      todo: 'Get the model again, or check it with: neuf models verify',
    })
  }
  const json = asObject(value) ?? refuse('it is not a JSON object')
  const model = asObject(json.model) ?? refuse('it has no "model"')
  if (model.type !== 'BPE') refuse('its model is not of type "BPE"')
  for (const name of ['pre_tokenizer', 'decoder'] as const) {
    if (asObject(json[name])?.type !== 'ByteLevel') refuse(`its ${name} is not of type "ByteLevel"`)
  }
  const preTokenizer = asObject(json.pre_tokenizer)!
  if (preTokenizer.add_prefix_space !== true || preTokenizer.use_regex === false) {
    refuse('its pre_tokenizer does not add a prefix space and split into words')
  }
  if (json.normalizer != null) refuse('it has a normalizer of its own; the settings in model.json are the normaliser')
  for (const name of ['continuing_subword_prefix', 'end_of_word_suffix', 'dropout'] as const) {
    if (model[name] != null && model[name] !== '') refuse(`it sets "${name}", which byte-level BPE does not have`)
  }
  if (model.byte_fallback === true || model.ignore_merges === true) {
    refuse('it sets "byte_fallback" or "ignore_merges", which byte-level BPE does not have')
  }

  const vocab = readIds(model.vocab, refuse)
  requireTokens(vocab, specialTokens, '', refuse)
  const tokens = Object.keys(vocab).sort((a, b) => vocab[a]! - vocab[b]!)
  const merges = readMerges(model.merges, vocab, refuse)

  return {
    ...writeTokenizerJson(tokens, merges, []),
    added_tokens: specialTokens.map((content) => ({
      id: vocab[content]!,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
  }
}
