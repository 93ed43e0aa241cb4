/**
 * Builds the page (`web/`) where it is not built yet, or from other sources: `npm start` runs it first, and it is done at once
 * where nothing changed. `web/dist/sources.sha256` says what it was built from.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const web = join(root, 'web')
const note = join(web, 'dist', 'sources.sha256')

/** Folders of which files become part of the page: what reads a picture's recipe is the same in the browser. */
const sources = ['web', 'src/image', 'src/errors']

/** The hash of everything that decides what is built: the page's files, and the versions of what builds it. */
function sourcesSha256(): string {
  const hash = createHash('sha256')
  const files = sources
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !file.startsWith(join(web, 'dist')) && !/\.test\.ts$/.test(file))
    .sort()
  for (const file of [...files, join(root, 'package-lock.json')]) {
    const bytes = readFileSync(file)
    hash.update(`${file.slice(root.length)}\n${bytes.length}\n`).update(bytes)
  }
  return hash.digest('hex')
}

function builtFrom(): string | undefined {
  try {
    return readFileSync(note, 'utf8').trim()
  } catch {
    return undefined
  }
}

if (import.meta.main) {
  const sha256 = sourcesSha256()
  if (builtFrom() !== sha256) {
    console.error('neuf: building the page, once')
    try {
      const { build } = await import('vite')
      await build({ configFile: join(web, 'vite.config.ts') })
      writeFileSync(note, `${sha256}\n`)
    } catch (error) {
      // The server works without it, and says so where the page would be.
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
      console.error(`neuf: the page cannot be built: ${why}. Run: npm ci`)
    }
  }
}
