/**
 * Checks that every room imports only what `rooms.ts` allows, and that no files import each other in a circle.
 * `node tools/check-rooms.ts` prints one line a violation and exits with 1 when there is any.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findImports, type Import } from './imports.ts'
import { computed, type Room, rooms } from './rooms.ts'

/**
 * Source texts by their path inside `src/`, with forward slashes; the page's, which stand in `web/src/`, as `web/...`, the
 * room that they are.
 */
export type Sources = ReadonlyMap<string, string>

/** What is wrong, one line each; nothing when the house is in order. */
export function checkRooms(sources: Sources, table: Readonly<Record<string, Room>> = rooms): string[] {
  const violations: string[] = []
  const graph = new Map<string, string[]>()
  for (const [path, text] of sources) {
    const edges: string[] = []
    graph.set(path, edges)
    for (const found of findImports(text)) {
      const problem = checkImport(path, found, sources, table)
      if (problem !== undefined) violations.push(`src/${path}:${found.line}: ${problem}`)
      const target = targetOf(path, found.from)
      if (target !== undefined && found.kind === 'value') edges.push(target)
    }
  }
  return [
    ...violations,
    ...circles(graph).map(
      (files) => `These import each other in a circle: ${files.map((f) => `src/${f}`).join(' > ')}`,
    ),
  ]
}

function checkImport(path: string, { from, kind }: Import, sources: Sources, table: Readonly<Record<string, Room>>) {
  const name = roomOf(path)
  // Tests, and `src/index.ts` that shows the rooms to the outside, belong to none.
  if (isTest(path) || name === undefined) return undefined
  const room = table[name]
  if (room === undefined) return `the room "${name}" is not in tools/rooms.ts`
  const inside = path.slice(name.length + 1)
  const edge = Object.entries(room.edges ?? {}).find(([at]) =>
    at.endsWith('/') ? inside.startsWith(at) : inside === at,
  )
  if (from === undefined) {
    if (edge?.[1].includes(computed)) return undefined
    return 'a computed import cannot be checked; write the path out'
  }
  const target = targetOf(path, from)
  if (target === undefined) {
    const source = packageOf(from)
    const allowed = [...(room.packages ?? []), ...(edge?.[1] ?? [])]
    if (allowed.includes(source)) return undefined
    return `"${name}" may not import ${source === 'node:' ? `from Node (${from})` : `the package ${source}`} here`
  }
  if (!sources.has(target) && !/\.(json|css)$/.test(target)) return `${from} leads to no file in src/`
  if (isTest(target)) return `${from} is a test's; only tests may import it`
  const to = roomOf(target)
  if (to === name || to === 'errors') return undefined
  if (to === undefined) return `${from} stands above the rooms; import the room itself`
  if (room.imports.includes(to) || room.imports.includes(target)) return undefined
  if (!room.types?.includes(to)) return `"${name}" may not import from "${to}" (${from})`
  return kind === 'type' ? undefined : `"${name}" may import only types from "${to}" (${from})`
}

/** The room a file stands in, or undefined for files beside the rooms. */
function roomOf(path: string): string | undefined {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing\//.test(path)
}

/** The path inside `src/` that a relative import leads to (one out of it begins with `../`); undefined for a package. */
function targetOf(path: string, from: string | undefined): string | undefined {
  if (!from?.startsWith('.')) return undefined
  const target = posix.normalize(posix.join(posix.dirname(path), from))
  // `web/src/a.ts` stands here as `web/a.ts`: one step fewer leads to `src/`.
  return path.startsWith('web/') ? target.replace(/^(\.\.\/)+src\//, '') : target
}

/** `node:` for what comes with Node, else the package: `sharp`, `@bufbuild/protobuf`. */
function packageOf(from: string): string {
  if (from.startsWith('node:')) return 'node:'
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
}

/** One circle for each group of files that reach one another, its first file repeated at the end. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = []
  const done = new Set<string>()
  const path: string[] = []
  const visit = (file: string) => {
    const at = path.indexOf(file)
    if (at >= 0) found.push([...path.slice(at), file])
    if (at >= 0 || done.has(file)) return
    path.push(file)
    for (const next of graph.get(file) ?? []) visit(next)
    path.pop()
    done.add(file)
  }
  for (const file of graph.keys()) visit(file)
  return found
}

/** Every TypeScript file below a folder. */
export function readSources(folder: string): Sources {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (e) => e.isFile() && /\.tsx?$/.test(e.name) && !e.name.endsWith('.d.ts'),
  )
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [relative(folder, file).split(sep).join('/'), readFileSync(file, 'utf8')] as const),
  )
}

if (import.meta.main) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..')
  const page = [...readSources(join(root, 'web', 'src'))].map(([path, text]) => [`web/${path}`, text] as const)
  const violations = checkRooms(new Map([...readSources(join(root, 'src')), ...page]))
  for (const violation of violations) console.log(violation)
  if (violations.length > 0) console.log(`${violations.length} against tools/rooms.ts`)
  process.exitCode = violations.length > 0 ? 1 : 0
}
