/** The page's files, as `vite build` left them: read once, told apart by name, sent from memory. No path leads to a disk. */
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

export type PageFile = {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Where it is smaller so. */
  readonly gzipped: Uint8Array<ArrayBuffer> | undefined
  readonly type: string
  readonly tag: string
  /** Its name holds its hash: the same name never becomes another file. */
  readonly lasting: boolean
}

/** By their paths in the address: `/`, `/assets/index-1a2b.js`. */
export type PageFiles = ReadonlyMap<string, PageFile>

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** What a browser shows where the page was not built; everything else works without it. */
export const notBuilt = 'The page is not built yet. Stop neuf, run: npm start\n'

/** The files of a folder, those of a type that a page has; none where there is no such folder. */
export async function readPage(folder: string): Promise<PageFiles> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  const files = new Map<string, PageFile>()
  for (const entry of entries) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = new Uint8Array(await readFile(path))
    const small = new Uint8Array(await promisify(gzip)(bytes))
    const name = path.slice(join(folder, sep).length).split(sep).join('/')
    files.set(name === 'index.html' ? '/' : `/${name}`, {
      bytes,
      gzipped: small.length < bytes.length ? small : undefined,
      type,
      tag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
      lasting: name.startsWith('assets/'),
    })
  }
  return files
}

/** The answer to a GET or HEAD of one of the files; undefined for what is none of them. */
export function pageResponse(files: PageFiles, path: string, headers: Headers): Response | undefined {
  const file = files.get(path)
  if (file === undefined) {
    if (path !== '/') return undefined
    return new Response(notBuilt, { status: 503, headers: { 'content-type': 'text/plain; charset=utf-8' } })
  }
  const { bytes, gzipped, type, tag, lasting } = file
  const about: Record<string, string> = {
    etag: tag,
    vary: 'accept-encoding',
    'cache-control': lasting ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  if (headers.get('if-none-match') === tag) return new Response(null, { status: 304, headers: about })
  const zipped = gzipped !== undefined && acceptsGzip(headers.get('accept-encoding') ?? '')
  if (zipped) about['content-encoding'] = 'gzip'
  return new Response(zipped ? gzipped : bytes, { headers: { ...about, 'content-type': type } })
}

const acceptsGzip = (header: string): boolean =>
  header
    .split(',')
    .some((part) => /^\s*gzip\s*(;\s*q=(1|0?\.\d*[1-9]\d*))?/i.test(part) && !/;\s*q=0(\.0*)?\s*$/.test(part))
