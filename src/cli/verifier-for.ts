/** The verifier that a command judges with. */
import { fileURLToPath } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import { openVerifier, type StoredVerifier } from '../evaluate/verifier-folder.ts'

/** Those that come with neuf, one for each size of pictures. */
const own = ['verifier', 'verifier-tiny'].map((name) => fileURLToPath(new URL(`../../models/${name}`, import.meta.url)))

/** The one in `folder`, or one that came with neuf, for pictures of `side` x `side`. */
export async function verifierFor(folder: string | undefined, side: number): Promise<StoredVerifier> {
  if (folder === undefined) {
    const fitting = await ownVerifierFor(side)
    if (fitting !== undefined) return fitting
    throw new NeufError('no-verifier', { side })
  }
  const stored = await openVerifier(folder)
  if (stored.network.settings.side === side) return stored
  const expected = `one for pictures of ${side} x ${side}`
  throw new NeufError('option-value', { option: '--verifier', value: stored.name, expected })
}

/** One that came with neuf, where it is there and fits. */
export async function ownVerifierFor(side: number): Promise<StoredVerifier | undefined> {
  for (const folder of own) {
    const stored = await openVerifier(folder).catch((error: unknown) => {
      if (error instanceof NeufError && error.code === 'file-missing') return undefined
      throw error
    })
    if (stored?.network.settings.side === side) return stored
  }
  return undefined
}
