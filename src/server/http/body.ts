/** A request's body, read under hard limits into what its schema allows, or a fault in one line. */
import type { z } from 'zod'
import { NeufError } from '../../errors/errors.ts'
import { inWords, wrongIn } from './field-fault.ts'

/** A prompt of the longest kind, four bytes a character and escaped, takes a fifth of it. */
const usualBytes = 64 * 1024

/**
 * So many pieces are joined as soon as they are there. Bodies come in some hundreds; each takes two hundred bytes besides its own,
 * which in pieces of one byte is two hundred times the body.
 */
const mostPieces = 1024

const plainTypes = ['application/json', 'application/x-www-form-urlencoded'] as const
const multipart = 'multipart/form-data'

/** What a route says of its bodies: none says nothing. */
export type BodyOptions = {
  /** Bytes at most; 64 KB unless told. */
  readonly mostBytes?: number
  /** Fields and files (RFC 7578) in place of JSON. */
  readonly multipart?: boolean
}

/** Told of each piece of a body before it is kept, in bytes; what it throws ends the reading. */
export type Taking = (bytes: number) => void

/**
 * The body as JSON or as a form's fields, checked. A form's numbers are texts, and `sampling` is written flat:
 * `prompt=...&count=1&temperature=0.5`. A multipart body is an object of texts and Files; what comes several times, or
 * under a name that ends in [], is a list.
 * @throws NeufError `media-type`, `body-too-large`, `body-malformed`, and what `take` throws
 */
export async function readBody<T>(
  request: Request,
  schema: z.ZodType<T>,
  { mostBytes = usualBytes, multipart: parts = false }: BodyOptions = {},
  take?: Taking,
): Promise<T> {
  const header = request.headers.get('content-type') ?? ''
  const given = header.split(';')[0]!.trim().toLowerCase()
  const types: readonly string[] = parts ? [multipart] : plainTypes
  const type = types.find((known) => known === given)
  if (type === undefined || (request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    const shown = type === undefined ? given : `${given}, encoded`
    throw new NeufError('media-type', { given: shown.slice(0, 100), expected: types.join(' or ') })
  }
  const bytes = await readBytes(request, mostBytes, take)
  if (type === multipart) return check(schema, await parseMultipart(bytes, header))
  const text = textOf(bytes)
  return check(schema, type === 'application/json' ? parseJson(text) : parseForm(text))
}

/** @throws NeufError `body-malformed` */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { error: inWords, reportInput: true })
  if (result.success) return result.data
  const [issue] = result.error.issues
  const path = issue!.path.map((step) => (typeof step === 'number' ? step : String(step).slice(0, 100).toWellFormed()))
  const where = path.length === 0 ? 'the body' : path.join('.')
  const why = `${where}: ${issue!.message}`.slice(0, 300).toWellFormed()
  throw new NeufError('body-malformed', { why, field: { path, wrong: wrongIn(issue!) } })
}

async function readBytes(
  request: Request,
  mostBytes: number,
  take: Taking | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new NeufError('body-too-large', { limit: mostBytes })
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge()
  const joined: Uint8Array[] = []
  let pieces: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const piece of request.body ?? []) {
      bytes += piece.byteLength
      if (bytes > mostBytes) throw tooLarge()
      take?.(piece.byteLength)
      pieces.push(piece)
      if (pieces.length < mostPieces) continue
      joined.push(Buffer.concat(pieces))
      pieces = []
    }
    return Buffer.concat([...joined, ...pieces])
  } catch (cause) {
    if (cause instanceof NeufError) throw cause
    throw new NeufError('body-malformed', { why: 'it broke off' }, { cause })
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new NeufError('body-malformed', { why: 'it is not UTF-8' }, { cause })
  }
}

async function parseMultipart(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<object> {
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch((cause: unknown) => {
    throw new NeufError('body-malformed', { why: 'its parts are not those of a multipart form' }, { cause })
  })
  // Each part is looked at once: a body holds hundreds of thousands of them.
  const all = new Map<string, { values: unknown[]; list: boolean }>()
  for (const [given, value] of form) {
    const list = given.endsWith('[]')
    const name = list ? given.slice(0, -2) : given
    const known = all.get(name)
    if (known === undefined) all.set(name, { values: [value], list })
    else {
      known.values.push(value)
      known.list = true
    }
  }
  return Object.fromEntries(Array.from(all, ([name, { values, list }]) => [name, list ? values : values[0]]))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new NeufError('body-malformed', { why: 'it is not JSON' }, { cause })
  }
}

const samplingFields = ['temperature', 'topK', 'guidance']
const numberFields = ['seed', 'count', 'candidates', ...samplingFields]

function parseForm(text: string): object {
  const fields: Record<string, unknown> = Object.create(null)
  const sampling: Record<string, unknown> = Object.create(null)
  for (const [name, value] of new URLSearchParams(text)) {
    const number = numberFields.includes(name) && value.trim() !== '' ? Number(value) : value
    if (samplingFields.includes(name)) sampling[name] = number
    else fields[name] = number
  }
  return { ...fields, ...(Object.keys(sampling).length > 0 && { sampling: { ...sampling } }) }
}
