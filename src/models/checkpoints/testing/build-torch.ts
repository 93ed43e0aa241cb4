/** Files as torch.save writes them, for cases that no PyTorch is there to make. */
import { type Archive, buildZip, type Entry } from './build-zip.ts'

const little = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256)

const letters = (text: string): number[] => [...new TextEncoder().encode(text)]

/** Instructions of a pickle. */
export const text = (value: string): number[] => [0x58, ...little(letters(value).length, 4), ...letters(value)]
export const whole = (value: number): number[] => [0x8a, 8, ...little(value, 8)]
export const global = (module: string, name: string): number[] => [0x63, ...letters(`${module}\n${name}\n`)]
export const tuple = (...items: readonly number[][]): number[] => [0x28, ...items.flat(), 0x74]
export const dictionary = (entries: Readonly<Record<string, readonly number[]>>): number[] => [
  ...[0x7d, 0x28, ...Object.entries(entries).flatMap(([name, value]) => [...text(name), ...value]), 0x75],
]
export const pickle = (...body: readonly number[][]): number[] => [0x80, 2, ...body.flat(), 0x2e]

export type TensorPickle = {
  readonly type?: string
  readonly key?: string
  readonly elements?: number
  readonly offset?: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

export const storage = ({ type = 'FloatStorage', key = '0', elements = 6 }: Partial<TensorPickle>): number[] => [
  ...tuple(text('storage'), global('torch', type), text(key), text('cpu'), whole(elements)),
  0x51,
]

/** A call of `_rebuild_tensor_v2`. */
export const tensor = ({ offset = 0, shape, strides, ...from }: TensorPickle): number[] => [
  ...global('torch._utils', '_rebuild_tensor_v2'),
  ...tuple(
    storage(from),
    whole(offset),
    tuple(...shape.map(whole)),
    tuple(...strides.map(whole)),
    [0x89],
    [...global('collections', 'OrderedDict'), 0x29, 0x52],
  ),
  0x52,
]

const floats = new Uint8Array(Float32Array.from([1, 2, 3, 4, 5, 6]).buffer)

/** An archive with this pickle and the storage 0, six floats. */
export const torchFile = (
  data: readonly number[],
  more: readonly Entry[] = [],
  as: Partial<Archive> = {},
): Uint8Array =>
  buildZip({
    entries: [{ name: 'm/data.pkl', data: Uint8Array.from(data) }, { name: 'm/data/0', data: floats }, ...more],
    ...as,
  })
