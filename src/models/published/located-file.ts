/** Published files on this disk, and the contract of what makes a model of them. */
import { NeufError } from '../../errors/errors.ts'
import type { Precision } from '../weights.ts'
import type { Checked } from './expected-hash.ts'
import type { Publication, PublishedFile, Role } from './publications.ts'

export type LocatedFile = PublishedFile & {
  /** Its path on this disk. */
  readonly at: string
  readonly bytes: number
  readonly checked: Checked
}

export type ConvertOptions = {
  readonly publication: Publication
  /** An empty folder, which is a model's folder afterwards. */
  readonly to: string
  readonly precision: Precision
  readonly signal: AbortSignal
  /** Parts of the work, in any unit. */
  readonly onProgress?: (done: number, total: number, note?: string) => void
}

/** Makes a model's folder of every file that the publication names. @throws NeufError where a file is not what it should be */
export type ConvertPublished = (files: readonly LocatedFile[], options: ConvertOptions) => Promise<void>

/** The file of a role by its path in the repository. @throws NeufError `published-file-missing` */
export function locatedFile(files: readonly LocatedFile[], role: Role, path: string): LocatedFile {
  const found = files.find((file) => file.role === role && file.path === path)
  if (found !== undefined) return found
  throw new NeufError('published-file-missing', { file: path, role, folder: 'what was found', looked: [path] })
}

/** Bytes of a stored weight for each byte of a 32-bit one; codes come with a 16-bit scale for each 32, or for a row of many. */
const shares: Readonly<Record<Precision, number>> = {
  fp32: 1,
  fp16: 1 / 2,
  int8: 1 / 4 + 1 / 64,
  'int8-rows': 1 / 4 + 1 / 64,
  int4: 1 / 8 + 1 / 64,
}
/** Vectors and small tensors stay 32-bit, and files have headers. */
const allowance = 1.02

/** About how many bytes the model takes that is made of these files. */
export function modelBytes(files: readonly Pick<LocatedFile, 'path' | 'bytes'>[], precision: Precision): number {
  const sizes = files.map(({ path, bytes }) => bytes * (path.endsWith('.msgpack') ? shares[precision] : 1))
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) * allowance)
}
