/** What the engine and its thread say to each other. */
import type { ElementType } from '../../graph/index.ts'
import type { RunOptions, Value } from '../engine.ts'
import type { Device } from './devices.ts'

export type Request =
  | {
      readonly kind: 'load'
      readonly session: number
      readonly model: Uint8Array<ArrayBuffer>
      readonly externalData: readonly { readonly path: string; readonly data: Uint8Array }[]
      /** Of the outputs. */
      readonly types: Readonly<Record<string, ElementType>>
    }
  | {
      readonly kind: 'run'
      readonly session: number
      readonly inputs: Readonly<Record<string, Value>>
      readonly options: Omit<RunOptions, 'signal'>
    }
  | { readonly kind: 'unload'; readonly session: number }
  | { readonly kind: 'put'; readonly name: string; readonly value: Value }
  | {
      readonly kind: 'zeros'
      readonly names: readonly string[]
      readonly shape: readonly number[]
      readonly room: number
    }
  | { readonly kind: 'get'; readonly name: string }
  | { readonly kind: 'resize'; readonly names: readonly string[]; readonly axis: number; readonly size: number }
  | { readonly kind: 'drop'; readonly names: readonly string[] }

/** Two numbers that both sides see at once: whether the thread is at work, and whether it may begin anything more. */
export const flag = { busy: 0, closing: 1 } as const
export type ThreadSettings = {
  readonly threads: number
  readonly provider: Device['provider']
  readonly flags: Int32Array<SharedArrayBuffer>
}

/** `close` ends the thread. */
export type Message = { readonly id: number; readonly request: Request } | 'close'

export type Answer =
  | { readonly id: number; readonly values: Record<string, Value> }
  | { readonly id: number; readonly error: string }
