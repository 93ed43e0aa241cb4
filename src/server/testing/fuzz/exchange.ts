/** One request over a connection of its own, byte for byte, and what comes back until it ends or the client goes away. */
import { connect } from 'node:net'
import type { FuzzRequest } from './requests.ts'

export type Exchange = {
  /** Undefined where no answer came. */
  readonly status: number | undefined
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** The other side closed, the client went away as it meant to, or nothing more came for too long. */
  readonly ended: 'closed' | 'left' | 'late'
}

export type Patience = { readonly port: number; readonly milliseconds: number }

export function exchange(request: FuzzRequest, { port, milliseconds }: Patience): Promise<Exchange> {
  const { bytes, leaves, stays } = request
  return new Promise((resolve) => {
    const pieces: Buffer[] = []
    let ended: Exchange['ended'] = 'closed'
    let leaving: NodeJS.Timeout | undefined
    const socket = connect(port, '127.0.0.1', () => {
      if (leaves === 'sending') socket.write(bytes.subarray(0, Math.floor(bytes.length / 2)))
      else socket.write(bytes)
      if (leaves === 'sending' || leaves === 'waiting') leave()
    })
    const leave = () => {
      leaving ??= setTimeout(() => {
        ended = 'left'
        socket.destroy()
      }, stays)
    }
    const late = setTimeout(() => {
      ended = 'late'
      socket.destroy()
    }, milliseconds)
    socket.on('data', (piece) => {
      pieces.push(piece)
      // A stream of events goes on until its job ends.
      if (
        leaves === 'reading' ||
        /^content-type: text\/event-stream/im.test(Buffer.concat(pieces).toString('latin1', 0, 2000))
      )
        leave()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(leaving)
      clearTimeout(late)
      resolve({ ...answerIn(Buffer.concat(pieces)), ended })
    })
  })
}

function answerIn(bytes: Buffer): Omit<Exchange, 'ended'> {
  let start = 0
  let end = bytes.indexOf('\r\n\r\n')
  // What is said on the way to an answer (100 Continue) is none.
  while (end >= 0 && /^HTTP\/1\.1 1\d\d /.test(bytes.toString('latin1', start, start + 13))) {
    start = end + 4
    end = bytes.indexOf('\r\n\r\n', start)
  }
  const [first = '', ...lines] = bytes.toString('latin1', start, end < 0 ? start : end).split('\r\n')
  const status = /^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
    }),
  )
  const body = end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 4)
  const chunked = headers.get('transfer-encoding') === 'chunked'
  return { status: status === undefined ? undefined : Number(status), headers, body: chunked ? dechunked(body) : body }
}

function dechunked(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const line = bytes.indexOf('\r\n', at)
    const length = Number.parseInt(bytes.toString('latin1', at, line), 16)
    if (line < 0 || !(length > 0)) break
    pieces.push(bytes.subarray(line + 2, line + 2 + length))
    at = line + 2 + length + 2
  }
  return Buffer.concat(pieces)
}
