/** Pictures of a Parquet file, as Hugging Face data sets hold them: `image` {bytes, path} or bytes, and captions beside it. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { captionsOfRow } from './captions.ts'
import type { Found } from './item.ts'
import { limits } from './limits.ts'
import type { ParquetReply, ParquetRow } from './parquet-process.ts'
import { Refused, shown } from './refusal.ts'

/**
 * What the file at `path` holds, row group after row group. `beside` finds a picture that a row only names.
 * A row is named `train.parquet#12`, from 0. Throws Refused `bad-table`, `no-pictures`, `over-limit`, `too-slow`.
 */
export async function* parquetPictures(
  path: string,
  source: string,
  beside: (name: string) => Promise<Uint8Array>,
): AsyncGenerator<Found> {
  const reader = startReader(path)
  try {
    for (;;) {
      const reply = await reader.ask()
      if (reply.kind === 'end') return
      if (reply.kind === 'fault') throw new Refused(reply.reason, shown(reply.why))
      if (reply.kind === 'refused') {
        // Each row by its own name: the report counts pictures.
        for (let k = 0; k < reply.count; k++) {
          yield { refusal: new Refused('bad-row', shown(reply.why)).of(`${source}#${reply.first + k}`) }
        }
        continue
      }
      for (const [k, row] of reply.rows.entries()) {
        const name = `${source}#${reply.first + k}`
        yield { item: { source: name, captions: captionsOfRow(row), bytes: () => bytesOf(row, reply.image, beside) } }
      }
    }
  } finally {
    reader.end()
  }
}

async function bytesOf(row: ParquetRow, column: string, beside: (name: string) => Promise<Uint8Array>) {
  const value = row[column]
  const whole = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length <= limits.pictureBytes) return bytes
    throw new Refused('too-many-bytes', `${bytes.length} bytes, ${limits.pictureBytes} are the most`)
  }
  if (value instanceof Uint8Array) return whole(value)
  if (typeof value === 'object' && value !== null) {
    const { bytes, path } = value as { readonly bytes?: unknown; readonly path?: unknown }
    if (bytes instanceof Uint8Array) return whole(bytes)
    if (typeof path === 'string') return beside(path)
  }
  if (typeof value === 'string') return beside(value)
  throw new Refused('missing', `nothing in the column ${shown(column)}`)
}

function startReader(path: string): { ask(): Promise<ParquetReply>; end(): void } {
  const child: ChildProcess = fork(fileURLToPath(new URL('./parquet-process.ts', import.meta.url)), [path], {
    execArgv: [`--max-old-space-size=${limits.parquetMegabytes}`],
    serialization: 'advanced',
    // What V8 prints when memory runs out is for nobody here.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  return {
    ask: () =>
      new Promise((resolve, reject) => {
        const answered = (): void => {
          clearTimeout(timer)
          child.removeAllListeners()
        }
        const refuse = (refused: Refused): void => {
          answered()
          reject(refused)
        }
        const seconds = limits.parquetSeconds
        const timer = setTimeout(() => {
          refuse(new Refused('too-slow', `a row group took more than ${seconds} seconds`))
        }, seconds * 1000)
        child.once('message', (reply) => {
          answered()
          resolve(reply as ParquetReply)
        })
        child.once('error', (error) => refuse(new Refused('bad-table', error.message)))
        child.once('exit', () => refuse(new Refused('bad-table', 'reading it takes more memory than is allowed')))
        child.send('next', (error) => {
          if (error) refuse(new Refused('bad-table', 'reading it takes more memory than is allowed'))
        })
      }),
    end: () => void child.kill('SIGKILL'),
  }
}
