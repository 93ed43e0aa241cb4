/** Tokenizers that came with published models: from `tokenizer.json`, or from `vocab.json` and `merges.txt`. */
import { NeufError } from '../errors/errors.ts'
import { buildTokenizer, type Tokenizer } from './tokenizer.ts'
import type { TokenizerKind } from './tokenizer-kind.ts'
import { asObject, mergeLines, type Refuse, readIds, readMerges, requireTokens, type Vocabulary } from './vocabulary.ts'

/** What its files hold, parsed: one `tokenizer.json`, or the vocabulary and the text of the merges. */
export type TokenizerFiles =
  | { readonly json: unknown; readonly path: string }
  | { readonly vocabulary: unknown; readonly merges: string; readonly path: string }

/** @throws NeufError `file-unreadable` for files that are broken, or those of another kind of tokenizer */
export function createPublishedTokenizer(kind: TokenizerKind, files: TokenizerFiles, length: number): Tokenizer {
  const refuse: Refuse = (why) => {
    const todo = 'Get the model again, or check it with: neuf models verify'
    throw new NeufError('file-unreadable', { path: files.path, why, todo })
  }
  const vocabulary =
    'json' in files ? fromTokenizerJson(kind, files.json, refuse) : fromTwoFiles(files.vocabulary, files.merges, refuse)
  requireTokens(vocabulary.ids, [kind.begin, kind.end, kind.pad], kind.suffix, refuse)
  return buildTokenizer(kind, vocabulary, length)
}

function fromTwoFiles(vocab: unknown, merges: string, refuse: Refuse): Vocabulary {
  const ids = readIds(vocab, refuse, { gaps: true })
  return { ids, merges: readMerges(mergeLines(merges), ids, refuse) }
}

function fromTokenizerJson(kind: TokenizerKind, value: unknown, refuse: Refuse): Vocabulary {
  const json = asObject(value) ?? refuse('it is not a JSON object')
  const model = asObject(json.model) ?? refuse('it has no "model"')
  // Files of before 2021 do not name the model's type.
  if (model.type !== undefined && model.type !== 'BPE') refuse('its model is not of type "BPE"')
  if ((model.end_of_word_suffix || '') !== kind.suffix) {
    refuse(`its words do not end in ${JSON.stringify(kind.suffix)}, as those of ${kind.name} do`)
  }
  if (model.continuing_subword_prefix || model.dropout || model.byte_fallback || model.ignore_merges) {
    refuse('it sets "continuing_subword_prefix", "dropout", "byte_fallback" or "ignore_merges"')
  }
  checkSteps(kind, json, refuse)
  const added = Array.isArray(json.added_tokens) ? json.added_tokens : []
  const specials = added.map((token) => [asObject(token)?.content, asObject(token)?.id] as const)
  const vocab = asObject(model.vocab) ?? refuse('it has no vocabulary')
  for (const [content, id] of specials) {
    if (typeof content !== 'string') refuse('one of its added tokens has no content')
    if (Object.hasOwn(vocab, content as string) && vocab[content as string] !== id) {
      refuse(`its added token ${JSON.stringify((content as string).slice(0, 40))} has two ids`)
    }
  }
  const ids = readIds({ ...vocab, ...Object.fromEntries(specials as [string, unknown][]) }, refuse, { gaps: true })
  return { ids, merges: readMerges(model.merges, ids, refuse) }
}

/** The steps before the model, by their types: those of another tokenizer would give other ids. */
function checkSteps(kind: TokenizerKind, json: Record<string, unknown>, refuse: Refuse): void {
  const steps = (value: unknown, list: string): string[] => {
    const step = asObject(value)
    if (step === undefined) return []
    const inner = step[list]
    return Array.isArray(inner) ? inner.flatMap((each) => steps(each, list)) : [String(step.type)]
  }
  const normalizers = steps(json.normalizer, 'normalizers').join(', ')
  const splits = steps(json.pre_tokenizer, 'pretokenizers').join(', ')
  const expected = kind.suffix === '' ? ['', 'ByteLevel'] : ['NFC, Replace, Lowercase', 'Split, ByteLevel']
  if (normalizers !== expected[0] || splits !== expected[1]) {
    refuse(`its steps (${normalizers || 'none'}; ${splits || 'none'}) are not those of ${kind.name}`)
  }
  if (asObject(json.pre_tokenizer)?.add_prefix_space === true)
    refuse(`it adds a prefix space, which ${kind.name} does not`)
}
