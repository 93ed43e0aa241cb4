/**
 * MessagePack (msgpack.org's specification), one value's head at a time: what it is and how long, the content left where
 * it is. Lengths are held against the file's before anyone goes on with them.
 */
import type { ByteWindow } from './byte-window.ts'

export type Head =
  | { readonly type: 'map'; readonly count: number }
  | { readonly type: 'array'; readonly count: number }
  | { readonly type: 'text'; readonly length: number }
  | { readonly type: 'bytes'; readonly length: number }
  | { readonly type: 'extension'; readonly code: number; readonly length: number }
  | { readonly type: 'number'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'nil' }

/** @param wrong throws, given what is wrong and where */
export async function readHead(
  bytes: ByteWindow,
  end: number,
  wrong: (why: string, at: number) => never,
): Promise<Head> {
  const at = bytes.position
  const take = (count: number) =>
    bytes.position + count <= end ? bytes.take(count) : wrong('a value goes on beyond its end', at)
  const unsigned = async (size: 1 | 2 | 4): Promise<number> => {
    const view = await take(size)
    return size === 1 ? view.getUint8(0) : size === 2 ? view.getUint16(0) : view.getUint32(0)
  }
  const within = <H extends Head>(head: H, least: number): H =>
    least <= end - bytes.position
      ? head
      : wrong(`${head.type} of ${least} bytes where ${end - bytes.position} are left`, at)
  // An entry of a map takes two bytes at least, an item of an array one.
  const map = (count: number) => within({ type: 'map', count } as const, 2 * count)
  const array = (count: number) => within({ type: 'array', count } as const, count)
  const text = (length: number) => within({ type: 'text', length } as const, length)
  const binary = (length: number) => within({ type: 'bytes', length } as const, length)
  const extension = async (length: number) => {
    const code = (await take(1)).getInt8(0)
    return within({ type: 'extension', code, length } as const, length)
  }
  const number = (value: number | bigint) => ({ type: 'number', value: Number(value) }) as const

  const first = (await take(1)).getUint8(0)
  if (first <= 0x7f) return number(first)
  if (first <= 0x8f) return map(first & 0x0f)
  if (first <= 0x9f) return array(first & 0x0f)
  if (first <= 0xbf) return text(first & 0x1f)
  if (first >= 0xe0) return number(first - 0x100)
  switch (first) {
    case 0xc0:
      return { type: 'nil' }
    case 0xc2:
    case 0xc3:
      return { type: 'boolean', value: first === 0xc3 }
    case 0xc4:
      return binary(await unsigned(1))
    case 0xc5:
      return binary(await unsigned(2))
    case 0xc6:
      return binary(await unsigned(4))
    case 0xc7:
      return extension(await unsigned(1))
    case 0xc8:
      return extension(await unsigned(2))
    case 0xc9:
      return extension(await unsigned(4))
    case 0xca:
      return number((await take(4)).getFloat32(0))
    case 0xcb:
      return number((await take(8)).getFloat64(0))
    case 0xcc:
      return number(await unsigned(1))
    case 0xcd:
      return number(await unsigned(2))
    case 0xce:
      return number(await unsigned(4))
    case 0xcf:
      return number((await take(8)).getBigUint64(0))
    case 0xd0:
      return number((await take(1)).getInt8(0))
    case 0xd1:
      return number((await take(2)).getInt16(0))
    case 0xd2:
      return number((await take(4)).getInt32(0))
    case 0xd3:
      return number((await take(8)).getBigInt64(0))
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(2 ** (first - 0xd4))
    case 0xd9:
      return text(await unsigned(1))
    case 0xda:
      return text(await unsigned(2))
    case 0xdb:
      return text(await unsigned(4))
    case 0xdc:
      return array(await unsigned(2))
    case 0xdd:
      return array(await unsigned(4))
    case 0xde:
      return map(await unsigned(2))
    case 0xdf:
      return map(await unsigned(4))
    default:
      return wrong('the byte 0xc1 begins no value', at)
  }
}
