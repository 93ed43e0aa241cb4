/** What a verifier was found to be worth, as it is stored beside its weights. */
import type { Share } from './statistics.ts'

export type VerifierAccuracy = {
  /** True renders that it finds right, over all kinds and by kind. */
  readonly all: Share
  readonly kinds: Readonly<Record<string, Share>>
  /** Renders that pass for another scene of their kind: what it believes wrongly. */
  readonly falseAccepts: Share
  /** Renders that pass for the same scene with one thing, colour, material, number or place changed. */
  readonly nearMissAccepts: Share
  /** Broken pictures that are found to be broken, and whole renders that are taken for them. */
  readonly brokenFound: Share
  readonly falselyBroken: Share
  /** Single things in the drawing style that it never learned from; null where there is none. */
  readonly heldOutStyle: Share | null
}

const shares = ['all', 'falseAccepts', 'nearMissAccepts', 'brokenFound', 'falselyBroken'] as const

/** The stored form; null where a part of it is missing: a verifier without it still judges. */
export function readAccuracy(value: unknown): VerifierAccuracy | null {
  if (!isObject(value) || !shares.every((name) => isShare(value[name]))) return null
  const { kinds, heldOutStyle } = value
  if (!isObject(kinds) || !Object.values(kinds).every(isShare)) return null
  return { ...(value as VerifierAccuracy), heldOutStyle: isShare(heldOutStyle) ? heldOutStyle : null }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isShare = (value: unknown): value is Share =>
  isObject(value) && ['value', 'low', 'high', 'count'].every((name) => Number.isFinite(value[name]))
