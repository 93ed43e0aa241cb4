/** The vocabulary of a byte-pair encoding, from any of the files that it is published in; nothing in them is trusted. */
import { byteAlphabet } from './byte-level.ts'

export type Vocabulary = {
  /** Token to id. */
  readonly ids: Readonly<Record<string, number>>
  /** The best first. */
  readonly merges: readonly (readonly [left: string, right: string])[]
}

/** Throws the error of whoever reads the file, with this reason in it. */
export type Refuse = (why: string) => never

/** More than any published vocabulary (the largest hold some 260,000), and little enough to be read in a second. */
const maxVocabulary = 1_000_000

/** Tokens and their ids, none of them twice; every byte is among them. With `gaps`, some ids may be left out. */
export function readIds(value: unknown, refuse: Refuse, { gaps = false } = {}): Record<string, number> {
  const ids = asObject(value) ?? refuse('it has no vocabulary')
  const entries = Object.entries(ids)
  if (entries.length > maxVocabulary) refuse(`its vocabulary holds more than ${maxVocabulary} tokens`)
  const limit = gaps ? maxVocabulary : entries.length
  const taken = new Set<number>()
  for (const [token, id] of entries) {
    if (!Number.isInteger(id) || (id as number) < 0 || (id as number) >= limit) {
      refuse(`token ${JSON.stringify(token.slice(0, 40))} has an id outside 0 .. ${limit - 1}`)
    }
    if (taken.has(id as number)) refuse(`two tokens have the id ${id}`)
    taken.add(id as number)
  }
  return ids as Record<string, number>
}

/** Refuses a vocabulary without some token: each special one, and each byte, as a whole word's end, too, where there is a suffix. */
export function requireTokens(
  ids: Readonly<Record<string, number>>,
  specials: readonly string[],
  suffix: string,
  refuse: Refuse,
): void {
  for (const token of specials) if (!Object.hasOwn(ids, token)) refuse(`its vocabulary lacks ${token}`)
  for (const byte of byteAlphabet) {
    for (const token of new Set([byte, byte + suffix])) {
      if (!Object.hasOwn(ids, token)) refuse(`its vocabulary lacks the byte ${token}`)
    }
  }
}

/** Merges as pairs, from pairs or from strings of two tokens, as newer and older files write them. */
export function readMerges(value: unknown, ids: Readonly<Record<string, number>>, refuse: Refuse): [string, string][] {
  if (!Array.isArray(value)) return refuse('its merges are not a list')
  if (value.length > maxVocabulary) return refuse(`it holds more than ${maxVocabulary} merges`)
  const known = (token: string) => Object.hasOwn(ids, token)
  return value.map((merge: unknown, at): [string, string] => {
    const parts: unknown[] = typeof merge === 'string' ? merge.split(' ') : Array.isArray(merge) ? merge : []
    const [left, right] = parts
    if (parts.length !== 2 || typeof left !== 'string' || typeof right !== 'string') {
      return refuse(`merge ${at} is not two tokens`)
    }
    if (!known(left) || !known(right) || !known(left + right)) {
      return refuse(`merge ${at} names a token that is not in the vocabulary`)
    }
    return [left, right]
  })
}

/** The lines of a `merges.txt` but for its `#version` and empty ones; each is a merge. */
export const mergeLines = (text: string): string[] =>
  text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#version'))

export function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
