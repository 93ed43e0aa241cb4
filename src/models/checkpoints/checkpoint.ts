/**
 * Published weights in a file of any format that is read here: Flax msgpack, safetensors, PyTorch zip. The format is
 * told by the file's bytes, whatever its name; only a directory of the tensors is in memory, and the tensors are read one
 * at a time, whole or in rows.
 */
import { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'
import { openRandomAccess, type RandomAccess } from '../../storage/random-access.ts'
import type { ElementType } from '../safetensors.ts'
import { locateFlax } from './flax-msgpack.ts'
import { type LocatedTensor, type Part, readLocated } from './located-tensor.ts'
import { locateSafetensors } from './safetensors-file.ts'
import { locateTorch } from './torch-zip.ts'

export type CheckpointFormat = 'Flax msgpack' | 'safetensors' | 'PyTorch'

export type Checkpoint = {
  readonly path: string
  readonly format: CheckpointFormat
  /** By name: `model/encoder/final_ln/bias` in Flax, `final_ln.bias` elsewhere. */
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly dtype: ElementType }>
  /**
   * A tensor's elements, row-major, or those of some rows (indices of its first axis: layers, of a scanned one).
   * F16 and BF16 are exact, F64 is rounded.
   * @throws NeufError `weights-broken`: no such tensor, no weight's type, too large at once; `file-unreadable`
   * @throws RangeError for rows that it does not have
   */
  read(name: string, part?: Part): Promise<Float32Array>
  close(): Promise<void>
}

/** Enough to tell the formats apart. */
const firstBytes = 512

/**
 * Opens a file of published weights and reads where its tensors lie.
 * @throws NeufError `file-missing`, `file-unreadable`, `checkpoint-unknown` for a file of another kind, `weights-broken`
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const source = await openRandomAccess(path, 'Give the path of a checkpoint.')
  try {
    return await readCheckpoint(source)
  } catch (error) {
    await source.close()
    throw error
  }
}

const locate: Readonly<
  Record<CheckpointFormat, (source: RandomAccess) => Promise<ReadonlyMap<string, LocatedTensor>>>
> = { 'Flax msgpack': locateFlax, safetensors: locateSafetensors, PyTorch: locateTorch }

/** `openCheckpoint` of an open file, which closes with the checkpoint. */
export async function readCheckpoint(source: RandomAccess): Promise<Checkpoint> {
  const { path } = source
  const first = new Uint8Array(Math.min(firstBytes, source.size))
  await source.read(0, first)
  const format = formatOf(first, path)
  const tensors = await locate[format](source)
  return {
    path,
    format,
    tensors,
    async read(name, part) {
      const tensor = tensors.get(name)
      if (tensor === undefined)
        throw new NeufError('weights-broken', { path, why: `it has no tensor ${quoted(name)}`, format })
      return readLocated({ source, format }, name, tensor, part)
    },
    close: () => source.close(),
  }
}

function formatOf(first: Uint8Array, path: string): CheckpointFormat {
  const unknown = (why: string, todo: string): NeufError => new NeufError('checkpoint-unknown', { path, why, todo })
  const text = new TextDecoder('latin1').decode(first)
  const [byte = 0, second = 0] = first
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'PyTorch'
  // A length of under 4 GiB, then a JSON object.
  if (text.startsWith('\0\0\0\0{', 4)) return 'safetensors'
  if (text.startsWith('version https://git-lfs')) {
    throw unknown('it is a Git LFS pointer, not the file that it stands for', 'Fetch the file itself (git lfs pull).')
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(text)) {
    throw unknown('it is a page, not a checkpoint', 'Download the file itself.')
  }
  if (byte === 0x80 && second >= 2 && second <= 5) {
    const todo = 'Load it with PyTorch 1.6 or later and save it again with torch.save.'
    throw unknown('it is a bare pickle, as torch.save wrote before PyTorch 1.6, and those are not read', todo)
  }
  // A map of 1 to 15 entries, or one with a count of 16 or 32 bits, and a text, its first name. (HDF5 begins with 0x89.)
  const name = first[byte === 0xde ? 3 : byte === 0xdf ? 5 : 1] ?? 0
  const isMap = (byte > 0x80 && byte <= 0x8f) || byte === 0xde || byte === 0xdf
  if (isMap && ((name >= 0xa0 && name <= 0xbf) || (name >= 0xd9 && name <= 0xdb))) return 'Flax msgpack'
  const why = first.length === 0 ? 'it is empty' : 'it is of no format known here'
  throw unknown(why, 'Give a flax_model.msgpack, a .safetensors file, or what torch.save writes (.pt, .bin).')
}
