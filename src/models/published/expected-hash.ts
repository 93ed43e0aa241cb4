/** What a published file is held to: a SHA-256, or the id that git gives a small file's content. */
import { createHash } from 'node:crypto'

export type ExpectedHash =
  | { readonly kind: 'sha256'; readonly hex: string }
  /** SHA-1 of `blob SIZE`, a zero byte and the content: how git names what it stores. */
  | { readonly kind: 'git'; readonly hex: string }

/**
 * Who says so: neuf itself (`known`), the hub at the pinned commit (`listed`), or nobody (`unchecked`), as of a small
 * file that lies in a folder.
 */
export type Checked = 'known' | 'listed' | 'unchecked'

export type Expected = {
  readonly bytes: number
  readonly hash: ExpectedHash
  readonly by: Exclude<Checked, 'unchecked'>
}

/** Takes the content in pieces; `wrong` says in words what is not as expected. */
export function hashing({ bytes, hash }: Expected): { add(piece: Uint8Array): void; wrong(): string | undefined } {
  const sum = createHash(hash.kind === 'git' ? 'sha1' : 'sha256')
  if (hash.kind === 'git') sum.update(`blob ${bytes}\0`)
  return {
    add: (piece) => void sum.update(piece),
    wrong() {
      const hex = sum.digest('hex')
      const name = hash.kind === 'git' ? 'git id' : 'SHA-256'
      return hex === hash.hex ? undefined : `its ${name} is ${hex} instead of ${hash.hex}`
    },
  }
}
