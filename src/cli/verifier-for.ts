/** The verifier that a command judges with. */
import { fileURLToPath } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import { openVerifier, type StoredVerifier } from '../evaluate/verifier-folder.ts'

const own = fileURLToPath(new URL('../../models/verifier-tiny', import.meta.url))

/** The one in `folder`, or that which came with neuf, for pictures of `side` x `side`. */
export async function verifierFor(folder: string | undefined, side: number): Promise<StoredVerifier> {
  const stored = await openVerifier(folder ?? own)
  if (stored.settings.side === side) return stored
  const expected = `one for pictures of ${side} x ${side}`
  throw new NeufError('option-value', { option: '--verifier', value: stored.name, expected })
}

/** The one that came with neuf, where it is there and fits. */
export async function ownVerifierFor(side: number): Promise<StoredVerifier | undefined> {
  const stored = await openVerifier(own).catch((error: unknown) => {
    if (error instanceof NeufError && error.code === 'file-missing') return undefined
    throw error
  })
  return stored?.settings.side === side ? stored : undefined
}
