/** The hub on this machine: its listing, its files, and the other server that it sends on to for large ones. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Publication, PublishedFile } from '../publications.ts'

export type Asked = {
  readonly at: 'hub' | 'storage'
  readonly method: string
  readonly path: string
  readonly range: string | undefined
  readonly authorization: string | undefined
  readonly agent: string | undefined
  readonly encoding: string | undefined
}

/** The answer to a request; false leaves it to the server. `times` counts the requests of one path from 1. */
export type Answer = (request: IncomingMessage, response: ServerResponse, times: number) => boolean

export type HubServer = {
  readonly base: URL
  readonly storage: URL
  readonly publication: Publication
  readonly asked: Asked[]
  content(path: string): Buffer
  /** Changes the answer for paths that hold `part`, on either server. */
  answer(part: string, answer: Answer): void
  /** Sends bytes as both servers do, from where the request wants them. */
  send(request: IncomingMessage, response: ServerResponse, content: Buffer): void
  /** Lists a file otherwise than it is; null lists it not at all. */
  list(path: string, entry: object | null): void
  close(): Promise<void>
}

const first = { repository: 'somebody/draws', commit: '1'.repeat(40) }
const second = { repository: 'another/sees', commit: '2'.repeat(40) }

/** Bytes that no two places have alike. */
export const noise = (bytes: number, seed: number): Buffer => {
  let state = seed + 1
  return Buffer.from(
    Uint8Array.from({ length: bytes }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
      return state >>> 16
    }),
  )
}

const large = noise(300_000, 1)
const words = noise(50_000, 2)

export async function startHub(): Promise<HubServer> {
  const contents: readonly (readonly [PublishedFile, Buffer, boolean])[] = [
    [{ role: 'generator', ...first, path: 'config.json' }, Buffer.from('{"d_model": 4}\n'), false],
    [{ role: 'generator', ...first, path: 'flax_model.msgpack', sha256: sha256(large) }, large, true],
    [{ role: 'text', ...first, path: 'vocab.json' }, Buffer.from('{"é": 1}'), false],
    [{ role: 'text', ...first, path: 'words/all.txt' }, words, true],
    [{ role: 'image-tokenizer', ...second, path: 'config.json' }, Buffer.from('{"ch": 8}'), false],
  ]
  const publication: Publication = {
    name: first.repository,
    model: 'draws',
    summary: 'for tests',
    files: contents.map(([file]) => file),
  }
  const answers = new Map<string, Answer>()
  const lists = new Map<string, object | null>()
  const times = new Map<string, number>()
  const asked: Asked[] = []
  const serve = (at: Asked['at'], usual: (request: IncomingMessage, response: ServerResponse) => void): Server =>
    createServer((request, response) => {
      const path = decodeURIComponent(request.url ?? '')
      const { range, authorization, 'user-agent': agent, 'accept-encoding': encoding } = request.headers
      asked.push({ at, method: request.method ?? '', path, range, authorization, agent, encoding: String(encoding) })
      const count = (times.get(at + path) ?? 0) + 1
      times.set(at + path, count)
      const special = [...answers].find(([part]) => path.includes(part))?.[1]
      if (special?.(request, response, count) !== true) usual(request, response)
    })

  const storage = serve('storage', (request, response) => {
    const found = contents.find(([, content]) => request.url === `/objects/${sha256(content)}`)
    if (found === undefined) response.writeHead(404).end()
    else send(request, response, found[1])
  })
  const storageBase = await listen(storage)
  const hub = serve('hub', (request, response) => {
    const path = decodeURIComponent(request.url ?? '')
    const listing = /^\/api\/models\/(.+)\/paths-info\/([^/]+)$/.exec(path)
    if (listing !== null) {
      const here = contents.filter(([file]) => file.repository === listing[1] && file.commit === listing[2])
      let body = ''
      request.on('data', (piece) => (body += piece))
      request.on('end', () => {
        const { paths } = JSON.parse(body) as { paths: string[] }
        const entries = here
          .filter(([file]) => paths.includes(file.path))
          .map(([file, content, lfs]) => {
            return lists.has(file.path) ? lists.get(file.path) : entryOf(file.path, content, lfs)
          })
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(JSON.stringify(entries.filter((entry) => entry !== null)))
      })
      return
    }
    const found = contents.find(([file]) => path === `/${file.repository}/resolve/${file.commit}/${file.path}`)
    if (found === undefined) response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end()
    else if (found[2]) response.writeHead(302, { location: `${storageBase.href}objects/${sha256(found[1])}` }).end()
    else send(request, response, found[1])
  })
  const base = await listen(hub)
  return {
    base,
    storage: storageBase,
    publication,
    asked,
    content: (path) => contents.find(([file]) => file.path === path)![1],
    answer: (part, answer) => answers.set(part, answer),
    send,
    list: (path, entry) => lists.set(path, entry),
    close: async () => {
      for (const server of [hub, storage]) {
        await new Promise<void>((closed) => {
          server.close(() => closed())
          server.closeAllConnections()
        })
      }
    },
  }
}

function send(request: IncomingMessage, response: ServerResponse, content: Buffer): void {
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
  if (range === null) {
    response.writeHead(200, { 'content-length': content.length }).end(content)
    return
  }
  const [from, to] = [Number(range[1]), Math.min(Number(range[2]), content.length - 1)]
  if (from >= content.length) response.writeHead(416).end()
  else {
    const headers = { 'content-range': `bytes ${from}-${to}/${content.length}`, 'content-length': to - from + 1 }
    response.writeHead(206, headers).end(content.subarray(from, to + 1))
  }
}

function entryOf(path: string, content: Buffer, lfs: boolean): object {
  const size = content.length
  // Git's own id of a pointer to a large file is of no use to who wants the content.
  if (lfs)
    return { type: 'file', path, size, oid: 'f'.repeat(40), lfs: { oid: sha256(content), size, pointerSize: 134 } }
  return { type: 'file', path, size, oid: createHash('sha1').update(`blob ${size}\0`).update(content).digest('hex') }
}

async function listen(server: Server): Promise<URL> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
