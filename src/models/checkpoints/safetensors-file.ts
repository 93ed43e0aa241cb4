/** A safetensors file of any size by position: the header alone is read. */
import { NeufError } from '../../errors/errors.ts'
import type { RandomAccess } from '../../storage/random-access.ts'
import { defaultLimits, headerLength, prefixBytes, readHeader } from '../safetensors.ts'
import type { LocatedTensor } from './located-tensor.ts'

/** @throws NeufError `weights-broken`, `file-unreadable` */
export async function locateSafetensors(
  source: RandomAccess,
  limits = defaultLimits,
): Promise<Map<string, LocatedTensor>> {
  const wrong = (why: string): never => {
    throw new NeufError('weights-broken', { path: source.path, why })
  }
  const prefix = new Uint8Array(Math.min(prefixBytes, source.size))
  await source.read(0, prefix)
  const length = headerLength(prefix, source.size, { wrong, limits })
  const header = new Uint8Array(length)
  await source.read(prefixBytes, header)
  const body = prefixBytes + length
  const { places } = readHeader(header, source.size - body, { wrong, limits })
  const located = new Map<string, LocatedTensor>()
  for (const [name, { dtype, shape, begin, end }] of places) {
    located.set(name, { dtype, shape, spans: [{ position: body + begin, bytes: end - begin }] })
  }
  return located
}
