/** What a picture's file says of how it was made: the text that these programs write, and its values by name. */
import { NeufError } from '../../errors/errors.ts'
import { pictureFormat } from '../../image/codec.ts'
import { readText } from '../../image/png-metadata.ts'
import type { UploadField } from '../upload.ts'

export type PngInfo = {
  /** Empty where the file says nothing. */
  readonly info: string
  readonly items: Readonly<Record<string, string>>
  readonly parameters: Readonly<Record<string, string>>
}

/** The keyword that these programs write under. */
const keyword = 'parameters'
/** Longer texts are shown and not taken apart. */
const mostCharacters = 100_000

/** Bytes of base64, with or without the head of a data: address. @throws NeufError `upload-unreadable` */
export function bytesOf(text: string, field: UploadField): Uint8Array<ArrayBuffer> {
  const head = /^data:[\w/+.-]{1,100};base64,/.exec(text)?.[0] ?? ''
  const base64 = text.slice(head.length)
  if (base64.length > 0 && base64.length % 4 !== 1 && /^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    return Buffer.from(base64, 'base64')
  throw new NeufError('upload-unreadable', { why: 'it is not base64', field: { path: field, wrong: 'value' } })
}

/** @throws NeufError `file-unreadable` for a PNG that is damaged, and for what is no picture */
export function pngInfo(file: Uint8Array): PngInfo {
  const format = pictureFormat(file)
  if (format === null) {
    const todo = 'Send a PNG, JPEG, WebP or AVIF picture.'
    throw new NeufError('file-unreadable', { path: 'the picture', why: 'it is none', todo })
  }
  const { [keyword]: info = '', ...items } = format === 'png' ? readText(file) : {}
  return { info, items, parameters: info.length > mostCharacters ? {} : readInfotext(info) }
}

/**
 * One `Name: value` of the last line, the value quoted as JSON where it holds a sign of the notation. It begins with a letter: with
 * spaces that may go before, a text of spaces alone would be read again from each of them.
 */
const pair = /(\w[\w \-/]{0,100}):\s*("(?:\\.|[^\\"])*"|[^,]*)(?:,|$)/g

/** `parameters` taken apart: prompt, negative prompt, and the pairs of the last line where that is one. */
export function readInfotext(text: string): Record<string, string> {
  if (text.trim() === '') return {}
  const lines = text.trim().split('\n')
  const pairs = [...lines.at(-1)!.matchAll(pair)]
  // A line of prose may hold a colon; one of settings holds several.
  const settings = pairs.length < 3 ? [] : pairs
  const rest = settings.length === 0 ? lines : lines.slice(0, -1)
  const negative = rest.findIndex((line) => line.startsWith('Negative prompt:'))
  const prompt = (negative < 0 ? rest : rest.slice(0, negative)).join('\n').trim()
  const without = negative < 0 ? '' : rest.slice(negative).join('\n').slice('Negative prompt:'.length).trim()
  const named = settings.map(([, name, value]): [string, string] => [name!, unquoted(value!)])
  return { Prompt: prompt, 'Negative prompt': without, ...Object.fromEntries(named) }
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value.trim()
  try {
    const text: unknown = JSON.parse(value)
    return typeof text === 'string' ? text : value
  } catch {
    return value
  }
}
