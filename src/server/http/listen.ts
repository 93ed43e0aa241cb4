/** The application on a port, and its end: no new requests, what is being answered answered, what stays open closed. */
import { createServer, STATUS_CODES } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { NeufError } from '../../errors/errors.ts'
import { systemCode } from '../../storage/file-fault.ts'
import { publicFault } from '../public-fault.ts'

export type Listening = {
  /** With the port that was found where 0 was asked for. */
  readonly url: string
  /** Ends within so many milliseconds. */
  close(patience: number): Promise<void>
}

/** A request's head and body come within so long, or it is dropped: a slow one holds a connection and nothing else. */
const millisecondsForRequest = 30_000
const millisecondsForHead = 10_000
/** Longer than the proxies in front of servers keep theirs: the one that closes first must not be this side. */
const millisecondsKeptAlive = 75_000
const mostConnections = 1000
const mostHeadBytes = 16 * 1024

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'permission denied',
  ENOTFOUND: 'there is no such host',
}

/** What is no HTTP never comes to the application; it gets an answer of the same shape. */
const unreadable = JSON.stringify({
  error: publicFault(new NeufError('body-malformed', { why: 'its head is no HTTP, is too long, or did not come' }))
    .fault,
})
const headersOfUnreadable = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
}
const statusOf: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
])

/** Answers, where nothing was answered yet, and hangs up. */
function refuse(socket: Socket, status: number): void {
  if (!socket.writable || socket.bytesWritten > 0) return void socket.destroy()
  const headers = { ...headersOfUnreadable, 'content-length': Buffer.byteLength(unreadable), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${unreadable}`
  // Who does not close its own side would keep the connection.
  socket.end(text, () => socket.destroy())
}

/** Whether a server could listen there, asked before the long work. @throws NeufError `address-unusable` */
export async function checkAddress(at: { readonly host: string; readonly port: number }): Promise<void> {
  const listening = await listen(() => new Response(null, { status: 503 }), at)
  await listening.close(0)
}

/** @throws NeufError `address-unusable` */
export async function listen(
  fetch: (request: Request, env: object) => Response | Promise<Response>,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Listening> {
  const limits = {
    requestTimeout: millisecondsForRequest,
    headersTimeout: millisecondsForHead,
    maxHeaderSize: mostHeadBytes,
    keepAliveTimeout: millisecondsKeptAlive,
  }
  // The application answers for all that goes wrong in it; what comes here has no address that could be read.
  const errorHandler = () => new Response(unreadable, { status: 400, headers: headersOfUnreadable })
  const server = createServer(limits, getRequestListener(fetch as never, { errorHandler }))
  server.on('clientError', (error, socket) => refuse(socket as Socket, statusOf.get(systemCode(error) ?? '') ?? 400))
  server.maxConnections = mostConnections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      const why = reasons[systemCode(cause) ?? ''] ?? cause.message
      reject(new NeufError('address-unusable', { address: `${host}:${port}`, why }, { cause }))
    })
    server.listen({ host, port }, resolve)
  })
  const address = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${address.port}`,
    async close(patience) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      // A connection kept alive becomes idle only after its answer; looked after once more on the way.
      const sweep = setInterval(() => server.closeIdleConnections(), 100)
      const force = setTimeout(() => server.closeAllConnections(), patience)
      await closed
      clearInterval(sweep)
      clearTimeout(force)
    },
  }
}
