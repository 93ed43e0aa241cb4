/** A server on a free port of loopback, with a small model, and how tests talk to it. */
import type { JobJson } from '../http/schemas.ts'
import type { PublicFault } from '../job.ts'
import { type RunningServer, type ServerSettings, startServer } from '../server.ts'
import { databaseUrl, type TestFolder } from './room.ts'

export async function startTestServer(
  { folder, model, schema }: TestFolder,
  change: Partial<ServerSettings> = {},
): Promise<RunningServer> {
  return startServer({
    models: [model],
    host: '127.0.0.1',
    port: 0,
    data: `${folder}/data`,
    folder,
    names: [],
    origins: [],
    queueSeconds: 600,
    keepDays: 1,
    draw: true,
    threads: 1,
    atOnce: 4,
    version: '0.0.0',
    schema,
    log: (what, error) => console.error(what, error),
    ...change,
    environment: { DATABASE_URL: databaseUrl, ...change.environment },
  })
}

/** A token that tests present, of the holder `ann`. */
export const annsToken = 'a-token-of-the-tests'

/** A server that wants `annsToken` and refuses all that a policy can, a word of nobody's too (`zorglub`). */
export const startStrictServer = (place: TestFolder, log: (line: string) => void): Promise<RunningServer> =>
  startTestServer(place, {
    environment: { NEUF_TOKEN: `ann=${annsToken}` },
    policy: { level: 'strict', block: { coarse: ['zorglub'] } },
    log: (what, error) => log(`${what}: ${error}`),
  })

export type Told = { readonly id: number | undefined; readonly kind: string; readonly data: Record<string, unknown> }

/** The events of a stream as they come, read as a browser does. */
export async function* eventsOf(response: Response): AsyncGenerator<Told, void, undefined> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const piece of response.body!) {
    text += decoder.decode(piece as Uint8Array, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      text = text.slice(end + 2)
      if (!fields.has('data')) continue
      const id = fields.get('id')
      yield {
        id: id === undefined ? undefined : Number(id),
        kind: fields.get('event')!,
        data: JSON.parse(fields.get('data')!),
      }
    }
  }
}

/** All events of a stream, or the first so many: then it goes away. */
export async function readStream(response: Response, most = Number.POSITIVE_INFINITY): Promise<Told[]> {
  const told: Told[] = []
  for await (const event of eventsOf(response)) {
    told.push(event)
    if (told.length === most) break
  }
  return told
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

/** A job, or an error in the one shape that all errors have. */
export const jsonOf = async (response: Response): Promise<JobJson & { error: PublicFault }> =>
  (await response.json()) as never
