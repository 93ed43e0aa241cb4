/** A request's body, read under hard limits into what its schema allows, or a fault in one line. */
import type { z } from 'zod'
import { NeufError } from '../../errors/errors.ts'

/** A prompt of the longest kind, four bytes a character and escaped, takes a fifth of it. */
const mostBytes = 64 * 1024

const types = ['application/json', 'application/x-www-form-urlencoded'] as const

/**
 * The body as JSON or as a form's fields, checked. A form's numbers are texts, and `sampling` is written flat:
 * `prompt=...&count=1&temperature=0.5`.
 * @throws NeufError `media-type`, `body-too-large`, `body-malformed`
 */
export async function readBody<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  const given = (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const type = types.find((known) => known === given)
  if (type === undefined || (request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    const shown = type === undefined ? given : `${given}, encoded`
    throw new NeufError('media-type', { given: shown.slice(0, 100), expected: types.join(' or ') })
  }
  const text = await readText(request)
  return check(schema, type === 'application/json' ? parseJson(text) : parseForm(text))
}

/** @throws NeufError `body-malformed` */
export function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const where = issue!.path.length === 0 ? 'the body' : issue!.path.map(String).join('.')
  throw new NeufError('body-malformed', { why: `${where}: ${issue!.message}`.slice(0, 300).toWellFormed() })
}

async function readText(request: Request): Promise<string> {
  const tooLarge = () => new NeufError('body-too-large', { limit: mostBytes })
  if (Number(request.headers.get('content-length') ?? 0) > mostBytes) throw tooLarge()
  const pieces: Uint8Array[] = []
  let bytes = 0
  try {
    for await (const piece of request.body ?? []) {
      bytes += piece.byteLength
      if (bytes > mostBytes) throw tooLarge()
      pieces.push(piece)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch (cause) {
    if (cause instanceof NeufError) throw cause
    const why = cause instanceof TypeError && 'code' in cause ? 'it is not UTF-8' : 'it broke off'
    throw new NeufError('body-malformed', { why }, { cause })
  }
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
