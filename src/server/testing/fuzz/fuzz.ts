/**
 * Asks a server whatever its own OpenAPI document says can be asked, rightly and wrongly, and judges what comes back: always an
 * answer, never a fault of the server's own, of the shape that the document tells, and no word of where it runs.
 */
import { setTimeout } from 'node:timers/promises'
import { z } from 'zod'
import type { JobJson } from '../../http/schemas.ts'
import { createClient } from '../client.ts'
import { type ApiDocument, createPool, operationsOf } from './document.ts'
import { type Exchange, exchange } from './exchange.ts'
import { wholePictures } from './files.ts'
import { createRandom } from './random.ts'
import { anyRequest, type FuzzRequest } from './requests.ts'
import type { Schema } from './values.ts'

export type FuzzSettings = {
  readonly url: string
  /** Of clients that it lets in: each may ask for so much a second. */
  readonly tokens: readonly string[]
  readonly seed: number
  /** Whether to go on after so many. */
  readonly goesOn: (cases: number) => boolean
  /** Texts that no answer may hold: folders of the server's. */
  readonly secrets: readonly string[]
  /** Seconds that an answer may take. */
  readonly patience: number
}

export type Finding = {
  readonly number: number
  readonly what: string
  readonly request: string
  readonly answer: string
}

export type FuzzOutcome = {
  readonly cases: number
  /** How often each operation was answered, by `METHOD path`, with each status. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>
  readonly findings: readonly Finding[]
}

/** Whether a line of the log tells the host what people did, and not what went wrong. */
export const isNews = (line: string): boolean => line.includes('shared pages: ')

const pageMissing = 'The page is not built yet.'

/** Every so often all that waits is cancelled: a full queue would refuse all further orders. */
const casesBetweenCancelling = 40

export async function fuzz({ url, tokens, seed, goesOn, secrets, patience }: FuzzSettings): Promise<FuzzOutcome> {
  const headers = { authorization: `Bearer ${tokens[0]}` }
  const clients = tokens.map((token) => createClient({ url: () => url, token }))
  const document = (await (await fetch(`${url}/api/v1/openapi.json`, { headers })).json()) as ApiDocument
  const operations = operationsOf(document)
  const pool = createPool(operations)
  const order = { prompt: 'a red kangaroo', seed: 7, count: 2, candidates: 4 }
  const first = await clients[0]!.finished((await clients[0]!.order(order)).id)
  pool.learn(first)
  const drawn = await clients[0]!.drawn(first)
  const pictures = await wholePictures(await picturesOf(url, headers, first))
  const resolve = (reference: string): Schema => document.components.schemas[reference.split('/').at(-1)!] ?? {}
  const judge = createJudge(document, secrets)
  const answers = new Map<string, Map<number, number>>()
  const findings: Finding[] = []
  const port = Number(new URL(url).port)
  let number = 0
  for (; goesOn(number); number++) {
    const random = createRandom(seed, number)
    // Each of them once, then any.
    const operation = operations[number] ?? random.pick(operations)
    const request = anyRequest(random, { pool, pictures, tokens, resolve }, operation)
    const answer = await exchange(request, { port, milliseconds: 1000 * patience })
    const name = `${request.operation.method} ${request.operation.path}`
    const counts = answers.get(name) ?? new Map<number, number>()
    answers.set(name, counts.set(answer.status ?? 0, (counts.get(answer.status ?? 0) ?? 0) + 1))
    const json = jsonIn(answer)
    // Whoever waits for pictures waits as long as they take.
    const waits = answer.ended === 'late' && request.method === 'POST' && (await isBusy(url, headers))
    const what = waits ? undefined : judge(request, answer, json)
    if (what !== undefined) {
      const shown = [...answer.headers].map((header) => header.join(': ')).join(' | ')
      findings.push({
        number,
        what,
        request: request.bytes.toString('latin1').slice(0, 1500),
        answer: `${answer.status} ${shown}\n${answer.body.toString('utf8').slice(0, 500)}`,
      })
    }
    if (answer.status !== undefined && answer.status < 300) pool.learn(json)
    if (request.method === 'DELETE' && answer.status === 204) pool.forget(request.target)
    if (number % casesBetweenCancelling === casesBetweenCancelling - 1) await cancelAll(url, tokens)
  }
  await cancelAll(url, tokens)
  // After all that it draws what it drew before.
  const last = await clients[0]!.finished((await clients[0]!.order(order)).id)
  if (JSON.stringify(await clients[0]!.drawn(last)) !== JSON.stringify(drawn)) {
    findings.push({ number, what: 'afterwards the same order draws other pictures', request: '', answer: '' })
  }
  return { cases: number, answers, findings }
}

async function picturesOf(url: string, headers: Record<string, string>, { pictures, sheet }: JobJson) {
  const paths = [...pictures.map((picture) => picture.url), sheet!]
  return Promise.all(
    paths.map(async (path) => new Uint8Array(await (await fetch(url + path, { headers })).arrayBuffer())),
  )
}

function jsonIn({ headers, body }: Exchange): unknown {
  if (!/^application\/(\w+\+)?json/.test(headers.get('content-type') ?? '')) return undefined
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

async function isBusy(url: string, headers: Record<string, string>): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`, { headers })).text()
  return [...text.matchAll(/^neuf_jobs\{.*\} (\d+)$/gm)].some(([, count]) => Number(count) > 0)
}

async function cancelAll(url: string, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/api/v1/jobs?limit=100`, { headers })
    if (!response.ok) continue
    const { jobs } = (await response.json()) as { jobs: JobJson[] }
    for (const { id, state } of jobs) {
      if (state !== 'queued' && state !== 'drawing') continue
      await fetch(`${url}/api/v1/jobs/${id}/cancel`, { method: 'POST', headers })
    }
  }
  // What is being drawn is told in a moment.
  await setTimeout(50)
}

/** Says what is wrong with an answer, if anything is. */
function createJudge({ components }: ApiDocument, secrets: readonly string[]) {
  const made = new Map<Schema, z.ZodType>()
  const check = (schema: Schema, json: unknown): string | undefined => {
    const inside = JSON.parse(
      JSON.stringify({ ...schema, $defs: components.schemas }).replaceAll('#/components/schemas/', '#/$defs/'),
    )
    const checked = made.get(schema) ?? z.fromJSONSchema(inside)
    made.set(schema, checked)
    const { error } = checked.safeParse(json)
    return error === undefined
      ? undefined
      : `not as the document says: ${error.issues[0]!.path.join('.')} ${error.issues[0]!.message}`
  }
  const errors: Schema = { $ref: '#/components/schemas/Error' }
  return (
    { operation, method, target, declared, whole, leaves }: FuzzRequest,
    answer: Exchange,
    json: unknown,
  ): string | undefined => {
    const { status, headers, body, ended } = answer
    if (ended === 'late') return 'no end of the answer'
    if (status === undefined) return whole && leaves === 'never' ? 'no answer' : undefined
    const answers = declared ? operation.answers : undefined
    const text = body.toString('utf8')
    // In a checkout without a built page, the page says so.
    const expected = status === 503 && (answers?.has(503) || text.startsWith(pageMissing))
    if (status >= 500 && !expected) return `status ${status}`
    // What cannot be read as HTTP never comes to a route: it is refused in the same shape, without an id.
    if (!headers.has('x-request-id')) {
      if (status < 400 || status >= 500) return `status ${status} without an id`
      return method === 'HEAD' ? undefined : check(errors, json)
    }
    if (headers.has('x-injected')) return 'a header that the request wrote'
    if (headers.get('x-content-type-options') !== 'nosniff') return 'no nosniff'
    const told = [...secrets, 'node_modules', '    at '].find((secret) => text.includes(secret))
    if (told !== undefined) return `it tells "${told}"`
    if (status === 429 && !(Number(headers.get('retry-after')) >= 1)) return '429 without a time'
    if (method === 'HEAD' || ended === 'left') return undefined
    const schema = answers?.get(status)
    if (schema !== undefined && json !== undefined) return check(schema, json)
    if (status < 400) return undefined
    if (target.startsWith('/api/') && json === undefined) return `status ${status} without JSON`
    return target.startsWith('/api/v1/') && schema === undefined ? check(errors, json) : undefined
  }
}
