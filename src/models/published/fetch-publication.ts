/** All files of a publication into a folder, each checked by its hash; what is there and right stays. */
import { dirname, join } from 'node:path'
import { NeufError } from '../../errors/errors.ts'
import { atomicWrite, makeFolder } from '../../storage/atomic-write.ts'
import { boundedRead } from '../../storage/bounded-read.ts'
import { claim } from '../../storage/claim.ts'
import type { Expected } from './expected-hash.ts'
import { fetchFile, partialOf, placeIn, sizeOf } from './fetch-file.ts'
import { fileUrl, type HubSettings, type Listed, listFiles } from './hub.ts'
import type { LocatedFile } from './located-file.ts'
import type { Publication, PublishedFile } from './publications.ts'

export type WantedFile = { readonly file: PublishedFile; readonly path: string; readonly expected: Expected }

export type PublicationSettings = {
  readonly hub: HubSettings
  /** Where fetched files are kept: OWNER/NAME/COMMIT/PATH. */
  readonly folder: string
  readonly signal: AbortSignal
}

const listingFile = '.listing.json'
const mostListing = 2 ** 20

/**
 * What is to be there: every file with its size and the hash it is held to. The hub is asked once for each commit; what
 * it says of a commit stays true, so it is kept.
 * @throws NeufError `hub-...`; `published-file-other` where the hub lists another file than neuf knows
 */
export async function listPublication(publication: Publication, settings: PublicationSettings): Promise<WantedFile[]> {
  const wanted: WantedFile[] = []
  for (const files of byCommit(publication)) {
    const listing = await listingOf(files, settings)
    for (const file of files) {
      const path = placeIn(settings.folder, file)
      wanted.push({ file, path, expected: expectedOf(file, listing.get(file.path), fileUrl(file, settings.hub.base)) })
    }
  }
  return wanted
}

/** Bytes that are still to come. */
export async function missingBytes(wanted: readonly WantedFile[]): Promise<number> {
  let missing = 0
  for (const { path, expected } of wanted) {
    const there = (await sizeOf(path)) ?? (await sizeOf(partialOf(path))) ?? 0
    missing += Math.max(0, expected.bytes - there)
  }
  return missing
}

/**
 * Fetches what is missing. One call at a time works on a repository's commit in a folder.
 * @param onProgress bytes that are there and checked, or on their way; the file they belong to
 * @throws NeufError `claimed`, `hub-...`, `published-file-other`, `file-unwritable`: what came so far is kept
 */
export async function fetchPublication(
  wanted: readonly WantedFile[],
  settings: PublicationSettings,
  onProgress?: (bytes: number, note: string) => void,
): Promise<LocatedFile[]> {
  const { hub, folder, signal } = settings
  const located: LocatedFile[] = []
  let done = 0
  const commits = Map.groupBy(wanted, ({ file }) => placeIn(folder, { ...file, path: '' }))
  for (const [place, files] of commits) {
    await makeFolder(place)
    const release = await claim(join(place, '.fetching'), files[0]!.file.repository)
    try {
      for (const { file, path, expected } of files) {
        const onBytes = (bytes: number) => {
          done += bytes
          onProgress?.(done, `${file.repository} ${file.path}`)
        }
        await fetchFile(file, path, expected, { hub, signal, onBytes })
        located.push({ ...file, at: path, bytes: expected.bytes, checked: expected.by })
      }
    } finally {
      await release()
    }
  }
  return located
}

function byCommit({ files }: Publication): PublishedFile[][] {
  return [...Map.groupBy(files, ({ repository, commit }) => `${repository}@${commit}`).values()]
}

async function listingOf(files: readonly PublishedFile[], settings: PublicationSettings): Promise<Map<string, Listed>> {
  const { hub, folder, signal } = settings
  const path = placeIn(folder, { ...files[0]!, path: listingFile })
  const paths = files.map((file) => file.path)
  const kept = await readListing(path)
  if (paths.every((name) => kept.has(name))) return kept
  const found = await listFiles(files[0]!, paths, hub, signal)
  for (const file of files) {
    if (!found.has(file.path)) throw new NeufError('hub-missing', { url: fileUrl(file, hub.base).href, status: 404 })
  }
  await makeFolder(dirname(path))
  await atomicWrite(path, `${JSON.stringify(Object.fromEntries([...kept, ...found]), undefined, 2)}\n`, {
    flush: false,
  })
  return found
}

/** What an earlier call wrote; empty where that is not there, or not whole. */
async function readListing(path: string): Promise<Map<string, Listed>> {
  const text = await boundedRead(path, mostListing).catch(() => undefined)
  let entries: [string, unknown][] = []
  try {
    entries = Object.entries(JSON.parse(new TextDecoder().decode(text ?? new Uint8Array())))
  } catch {
    // Asked for again.
  }
  return new Map(entries.flatMap(([name, value]): [string, Listed][] => (isListed(value) ? [[name, value]] : [])))
}

function isListed(value: unknown): value is Listed {
  const { bytes, sha256, gitId } = (value ?? {}) as Partial<Record<keyof Listed, unknown>>
  if (!Number.isSafeInteger(bytes)) return false
  return sha256 === undefined ? /^[0-9a-f]{40}$/.test(String(gitId)) : /^[0-9a-f]{64}$/.test(String(sha256))
}

function expectedOf(file: PublishedFile, listed: Listed | undefined, url: URL): Expected {
  const { bytes, sha256, gitId } = listed!
  if (file.sha256 !== undefined && sha256 !== undefined && sha256 !== file.sha256) {
    const why = `the hub lists the SHA-256 ${sha256} instead of ${file.sha256}`
    throw new NeufError('published-file-other', { place: url.href, why, done: 'Nothing was fetched of it.' })
  }
  if (file.sha256 !== undefined) return { bytes, by: 'known', hash: { kind: 'sha256', hex: file.sha256 } }
  const hash = sha256 === undefined ? { kind: 'git' as const, hex: gitId! } : { kind: 'sha256' as const, hex: sha256 }
  return { bytes, by: 'listed', hash }
}
