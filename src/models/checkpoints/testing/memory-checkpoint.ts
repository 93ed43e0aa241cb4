/** A checkpoint that was never a file. */
import type { ElementType } from '../../safetensors.ts'
import type { Checkpoint } from '../checkpoint.ts'

export type CheckpointWeight = { readonly shape: readonly number[]; readonly data: Float32Array }

/** `integers` are the names of tensors that hold none of a weight's type: reading one is a fault, as it is of a file's. */
export function memoryCheckpoint(
  weights: ReadonlyMap<string, CheckpointWeight>,
  path: string,
  { format = 'PyTorch', integers = [] }: Partial<Pick<Checkpoint, 'format'>> & { integers?: readonly string[] } = {},
): Checkpoint {
  return {
    path,
    format,
    tensors: new Map<string, { shape: readonly number[]; dtype: ElementType }>([
      ...[...weights].map(([name, { shape }]) => [name, { shape, dtype: 'F32' as const }] as const),
      ...integers.map((name) => [name, { shape: [1, 12], dtype: 'I64' as const }] as const),
    ]),
    async read(name, part) {
      const weight = weights.get(name)
      if (weight === undefined) throw new Error(`${name} was read`)
      const row = weight.data.length / (weight.shape[0] ?? 1)
      return part === undefined
        ? weight.data.slice()
        : weight.data.slice(part.start * row, (part.start + part.count) * row)
    },
    close: async () => {},
  }
}
