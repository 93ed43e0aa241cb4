/** Files that Flax, safetensors and PyTorch wrote, and what is in them (tools/oracle/published_checkpoints.py). */
import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { readCheckpoint } from '../checkpoint.ts'
import { memoryFile } from './memory-file.ts'

type Stored = { readonly shape: readonly number[]; readonly dtype: string; readonly values: readonly number[] }

export type FileVector = { readonly file: string; readonly tensors: Readonly<Record<string, Stored>> }

export const vector = <V>(name: string): V =>
  JSON.parse(readFileSync(new URL(`./vectors/${name}.json`, import.meta.url), 'utf8')) as V

export const fileOf = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'))

const types: Readonly<Record<string, string>> = {
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  float64: 'F64',
  bool: 'BOOL',
}

/** Reads a file and compares names, types, shapes and every number. */
export async function expectContents({ file, tensors }: FileVector, format: string): Promise<void> {
  const checkpoint = await readCheckpoint(memoryFile(fileOf(file)))
  expect(checkpoint.format).toBe(format)
  const found = await Promise.all(
    [...checkpoint.tensors].map(async ([name, { shape, dtype }]) => {
      return [name, { shape, dtype, values: [...(await checkpoint.read(name))] }] as const
    }),
  )
  const expected = Object.entries(tensors).map(([name, { shape, dtype, values }]) => {
    const whole = dtype.replace(/^(u?)int/, (_, u: string) => `${u.toUpperCase()}I`).replace('UI', 'U')
    return [name, { shape, dtype: types[dtype] ?? whole, values: values.map(Math.fround) }] as const
  })
  expect(new Map(found)).toEqual(new Map(expected))
}
