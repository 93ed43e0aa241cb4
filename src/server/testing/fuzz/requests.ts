/** Requests for the operations of a document: some right, most with something wrong, as bytes. */
import type { Operation, Pool } from './document.ts'
import { anyFile, type wholePictures } from './files.ts'
import type { Random } from './random.ts'
import { badTexts, jsonOf, type Known, RawJson, type Schema, sampleOf, spoiled } from './values.ts'

export type FuzzRequest = {
  readonly operation: Operation
  readonly method: string
  readonly target: string
  /** It goes to the operation, by its path and method: what that declares is what has to come. */
  readonly declared: boolean
  readonly bytes: Buffer
  /** It is HTTP, and whole: an answer is owed. */
  readonly whole: boolean
  /** When the client goes away: in the middle of sending, while it waits, once an answer begins, or never before its end. */
  readonly leaves: 'sending' | 'waiting' | 'reading' | 'never'
  /** Milliseconds that it stays after that point. */
  readonly stays: number
}

export type Sender = {
  readonly pool: Pool
  readonly pictures: Awaited<ReturnType<typeof wholePictures>>
  readonly tokens: readonly string[]
  readonly resolve: Known['resolve']
}

export function anyRequest(random: Random, sender: Sender, operation: Operation): FuzzRequest {
  const earnest = random.once(2)
  const odd = !earnest && random.once(8)
  const method = odd
    ? random.pick(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'BREW'])
    : operation.method
  const { target, own } = anyTarget(random, sender, operation, earnest)
  const hasBody = operation.bodies.length > 0 || (!earnest && random.once(6))
  const body = hasBody ? anyBody(random, sender, operation, earnest) : { type: undefined, bytes: Buffer.alloc(0) }
  const framing = anyFraming(random, body.bytes, hasBody, earnest)
  const headers = [
    `host: ${!earnest && random.once(12) ? random.pick(['evil.example', '', '[', '\x7f', 'localhost:99999999']) : '127.0.0.1'}`,
    ...anyHeaders(random, sender, earnest),
    ...(body.type === undefined ? [] : [`content-type: ${body.type}`]),
    ...framing.headers,
    'connection: close',
  ]
  const version = !earnest && random.once(30) ? random.pick(['HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 x']) : 'HTTP/1.1'
  const head = `${method} ${target} ${version}\r\n${headers.join('\r\n')}\r\n\r\n`
  return {
    operation,
    method,
    target,
    declared: own && method === operation.method,
    bytes: Buffer.concat([Buffer.from(head, 'latin1'), framing.bytes]),
    whole:
      framing.whole &&
      version === 'HTTP/1.1' &&
      method !== 'BREW' &&
      /^\/[\x21-\x7e]*$/.test(target) &&
      head.length < 8000,
    // What waits for bytes that never come waits half a minute.
    leaves: framing.short
      ? 'waiting'
      : random.once(9)
        ? random.pick(['sending', 'waiting', 'reading'] as const)
        : 'never',
    stays: random.pick([0, 5, 50, 300]),
  }
}

function known(random: Random, { pool, pictures, resolve }: Sender, earnest: boolean): Known {
  const base64 = () => anyFile(random, pictures).bytes.toString('base64')
  return {
    random,
    earnest,
    resolve,
    text: (name) => pool.text(random, name, earnest),
    picture: () => (random.once(2) ? `data:image/png;base64,${base64()}` : base64()),
  }
}

function anyTarget(random: Random, sender: Sender, { path, parameters }: Operation, earnest: boolean) {
  const { pool } = sender
  const link = random.once(10) ? pool.link(random) : undefined
  const filled = link ?? path.replace(/\{(\w+)\}/g, (_, name: string) => encodeText(pool.text(random, name, earnest)))
  const query = parameters
    .filter((one) => one.in === 'query' && random.once(2))
    .flatMap(({ name, schema = {} }) => {
      const odd = !earnest && random.once(3)
      const value = odd ? random.pick(badTexts) : sampleOf(known(random, sender, earnest), schema, name)
      if (earnest && value === '') return []
      return [`${encodeText(name)}=${encodeText(typeof value === 'string' ? value : jsonOf(value))}`]
    })
  if (!earnest && random.once(15))
    query.push(random.pick(['surprise=1', 'a=%E0%A4%A', '=', '&&', '__proto__[a]=1', 'limit=1&limit=2']))
  const whole = query.length === 0 ? filled : `${filled}${filled.includes('?') ? '&' : '?'}${query.join('&')}`
  // Longer heads than this are refused by Node itself.
  const asked = whole.slice(0, 6000)
  const odd = !earnest && random.once(20)
  const target = odd ? asked + random.pick(['/', '//', '%', '/%2e%2e/', '#x', ' x', '\xff', '%00']) : asked
  return { target, own: link === undefined && !odd }
}

const encodeText = (text: string): string => encodeURIComponent(text.toWellFormed())

const accepts = [
  '*/*',
  'application/json',
  'image/png',
  'text/event-stream',
  'text/html',
  'image/webp;q=0.5',
  ',,;q=x',
  '',
]
const eventIds = ['0', '1', '2', '5', '999999999', '-1', '1.5', 'NaN', '9'.repeat(100), 'x']

function anyHeaders(random: Random, { tokens }: Sender, earnest: boolean): string[] {
  // Few tokens are wrong: an address that sends many is shut out, as it should be.
  const wrong = !earnest && random.once(75)
  const headers = [
    `authorization: ${wrong ? random.pick(['Bearer', 'Bearer x', 'Basic eDp4']) : `Bearer ${random.pick(tokens)}`}`,
  ]
  const maybe = (times: number, header: () => string) => {
    if (random.once(times)) headers.push(header())
  }
  maybe(2, () => `accept: ${random.pick(accepts)}`)
  if (earnest) return headers
  maybe(4, () => `last-event-id: ${random.pick(eventIds)}`)
  maybe(10, () => `idempotency-key: ${random.pick(['one', 'two', 'with space', 'x'.repeat(300), '\xe9'])}`)
  maybe(15, () => `origin: ${random.pick(['null', 'http://127.0.0.1', 'https://evil.example', 'x'])}`)
  maybe(20, () => `if-none-match: ${random.pick(['*', '"x"', 'x'.repeat(500)])}`)
  maybe(20, () => `range: ${random.pick(['bytes=0-0', 'bytes=9-1', 'lines=1'])}`)
  maybe(30, () => `accept-encoding: ${random.pick(['gzip', 'br;q=x', 'identity;q=0, *;q=0'])}`)
  maybe(30, () => `content-encoding: ${random.pick(['gzip', 'identity', 'br, gzip'])}`)
  maybe(30, () => `accept-language: ${random.pick(['fr', 'x'.repeat(300), '*;q=0'])}`)
  maybe(40, () => `cookie: ${'c'.repeat(random.pick([1, 4000]))}`)
  maybe(40, () => `sec-fetch-site: ${random.pick(['cross-site', 'same-origin', 'x'])}`)
  maybe(40, () => `x-forwarded-for: ${random.pick(['1.2.3.4', '::1', 'x'])}`)
  maybe(60, () => 'expect: 100-continue')
  maybe(60, () => `upgrade: ${random.pick(['websocket', 'h2c'])}`)
  maybe(100, () => `x-long: ${'x'.repeat(20_000)}`)
  return headers
}

type Body = { readonly type: string | undefined; readonly bytes: Buffer }

const json = 'application/json'
const form = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data'

function anyBody(random: Random, sender: Sender, { bodies }: Operation, earnest: boolean): Body {
  const [declared, schema] = bodies.length === 0 ? [json, {} as Schema] : random.pick(bodies)
  const kind = !earnest && random.once(4) ? random.pick([json, form, multipart]) : declared
  let value = sampleOf(known(random, sender, earnest), schema)
  for (let faults = earnest ? 0 : random.pick([0, 1, 1, 2]); faults > 0; faults--) value = spoiled(random, value)
  const body =
    kind === json
      ? jsonBody(random, value, earnest)
      : kind === form
        ? formBody(value)
        : multipartBody(random, sender, value, earnest)
  if (earnest) return body
  if (random.once(75)) return { type: kind, bytes: Buffer.alloc(random.pick([70_000, 3_000_000]), 0x78) }
  if (!random.once(10)) return body
  return {
    ...body,
    type: random.pick([undefined, '', 'text/plain', 'image/png', `${json}; charset=x`, 'x'.repeat(2000), multipart]),
  }
}

function jsonBody(random: Random, value: unknown, earnest: boolean): Body {
  const text = Buffer.from(jsonOf(value))
  if (earnest || !random.once(5)) return { type: json, bytes: text }
  const broken = random.pick([
    text.subarray(0, random.below(text.length + 1)),
    Buffer.concat([Buffer.from('\ufeff'), text]),
    Buffer.concat([text, text]),
    Buffer.concat([Buffer.of(0xff, 0xfe), text]),
    Buffer.from('['.repeat(30_000)),
    Buffer.from(`${'{"a":'.repeat(9000)}1${'}'.repeat(9000)}`),
    Buffer.from("{'prompt': 'a cat'}"),
    Buffer.from('{"prompt": "a cat",}'),
  ])
  return { type: json, bytes: broken }
}

const fieldsOf = (value: unknown): [string, string][] =>
  typeof value !== 'object' || value === null || value instanceof RawJson
    ? [['', jsonOf(value)]]
    : Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each : jsonOf(each)])

const formBody = (value: unknown): Body => ({
  type: form,
  bytes: Buffer.from(
    new URLSearchParams(
      fieldsOf(value).map(([name, text]): [string, string] => [name.toWellFormed(), text.toWellFormed()]),
    ).toString(),
  ),
})

/** Fields as parts, and files under their names and under names that clients use. */
function multipartBody(random: Random, { pictures }: Sender, value: unknown, earnest: boolean): Body {
  const boundary = !earnest && random.once(10) ? random.pick(['', 'x'.repeat(300), 'a b']) : 'part'
  const parts = fieldsOf(value).map(([name, text]): [string, Buffer] => [
    `name="${printable(name)}"`,
    Buffer.from(text),
  ])
  const names = [
    ...parts.map(([about]) => about),
    'name="image"',
    'name="image[]"',
    'name="mask"',
    'name="file"',
    'name=""',
    '',
  ]
  for (let files = random.below(3); files > 0; files--) {
    const { type, bytes } = anyFile(random, pictures)
    const filename = random.pick(['a.png', '../../a.png', '', 'a\\"b.png', `${'n'.repeat(500)}.png`])
    parts.push([`${random.pick(names)}; filename="${filename}"\r\ncontent-type: ${type}`, bytes])
  }
  const pieces = parts.flatMap(([about, bytes]) => [
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; ${about}\r\n\r\n`),
    bytes,
    Buffer.from('\r\n'),
  ])
  const end =
    !earnest && random.once(5) ? random.pick(['', '--', `--${boundary}`, '--other--\r\n']) : `--${boundary}--\r\n`
  return { type: `${multipart}; boundary=${boundary}`, bytes: Buffer.concat([...pieces, Buffer.from(end)]) }
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]|"/g, '_').slice(0, 100)

type Framing = {
  readonly headers: readonly string[]
  readonly bytes: Buffer
  readonly whole: boolean
  readonly short?: boolean
}

/** How a body's end is told: by its length, in chunks, wrongly. */
function anyFraming(random: Random, bytes: Buffer, hasBody: boolean, earnest: boolean): Framing {
  if (!hasBody) return { headers: [], bytes, whole: true }
  const way = earnest ? random.below(2) * 9 : random.below(40)
  if (way < 5) {
    const chunked = Buffer.concat([
      Buffer.from(`${bytes.length.toString(16)}\r\n`),
      bytes,
      Buffer.from('\r\n0\r\n\r\n'),
    ])
    // A chunk of no length is the end.
    return {
      headers: ['transfer-encoding: chunked'],
      bytes: bytes.length === 0 ? Buffer.from('0\r\n\r\n') : chunked,
      whole: true,
    }
  }
  if (way === 5) return { headers: ['transfer-encoding: chunked'], bytes: Buffer.from('zz\r\nx\r\n'), whole: false }
  if (way === 6) return { headers: [`content-length: ${bytes.length + 50}`], bytes, whole: false, short: true }
  if (way === 7) return { headers: ['content-length: -1'], bytes, whole: false }
  if (way === 8)
    return { headers: [`content-length: ${bytes.length}`, 'transfer-encoding: chunked'], bytes, whole: false }
  return { headers: [`content-length: ${bytes.length}`], bytes, whole: true }
}
