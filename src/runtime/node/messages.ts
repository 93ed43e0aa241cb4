/** What the engine and its thread say to each other. */
import type { RunOptions, Value } from '../engine.ts'

export type Request =
  | {
      readonly kind: 'load'
      readonly session: number
      readonly model: Uint8Array<ArrayBuffer>
      readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
    }
  | {
      readonly kind: 'run'
      readonly session: number
      readonly inputs: Readonly<Record<string, Value>>
      readonly options: Omit<RunOptions, 'signal'>
    }
  | { readonly kind: 'unload'; readonly session: number }
  | { readonly kind: 'put'; readonly name: string; readonly value: Value }
  | { readonly kind: 'get'; readonly name: string }
  | { readonly kind: 'resize'; readonly names: readonly string[]; readonly axis: number; readonly size: number }
  | { readonly kind: 'drop'; readonly names: readonly string[] }

/** `close` ends the thread once what it is doing is done; what waits is left undone. */
export type Message = { readonly id: number; readonly request: Request } | 'close'

export type Answer =
  | { readonly id: number; readonly values: Record<string, Value> }
  | { readonly id: number; readonly error: string }
