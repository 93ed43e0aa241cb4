/** The files of a publication in a folder that somebody filled: by hand, with git, with the hub's own tools. */
import { join } from 'node:path'
import { NeufError } from '../../errors/errors.ts'
import { placeIn, sizeOf, wrongWith } from './fetch-file.ts'
import type { LocatedFile } from './located-file.ts'
import type { Publication, PublishedFile } from './publications.ts'

/** Where a file may lie below the folder, the first that is there counting. */
export function placesOf(file: PublishedFile): string[] {
  const { role, repository, commit, path } = file
  return [
    join(role, path),
    join(repository, path),
    join(repository.split('/')[1]!, path),
    placeIn('', file),
    // The hub's own cache.
    join(`models--${repository.replace('/', '--')}`, 'snapshots', commit, path),
  ]
}

/** Finds every file, before any is read. @throws NeufError `published-file-missing` */
export async function findPublished(publication: Publication, folder: string): Promise<LocatedFile[]> {
  const located: LocatedFile[] = []
  for (const file of publication.files) {
    const looked = placesOf(file)
    const found: LocatedFile[] = []
    for (const place of looked) {
      const at = join(folder, place)
      const bytes = await sizeOf(at)
      if (bytes !== undefined)
        found.push({ ...file, at, bytes, checked: file.sha256 === undefined ? 'unchecked' : 'known' })
      if (found.length > 0) break
    }
    if (found[0] === undefined) {
      const { path, role, repository } = file
      throw new NeufError('published-file-missing', { file: `${path} of ${repository}`, role, folder, looked })
    }
    located.push(found[0])
  }
  return located
}

/**
 * Holds those whose SHA-256 is known to it; of the others nothing can be known without asking the hub.
 * @throws NeufError `published-file-other`; nothing in the folder is changed
 */
export async function checkFound(
  files: readonly LocatedFile[],
  signal: AbortSignal,
  onProgress?: (bytes: number, note: string) => void,
): Promise<void> {
  let done = 0
  for (const { at, bytes, sha256 } of files) {
    if (sha256 === undefined) continue
    const why = await wrongWith(at, { bytes, by: 'known', hash: { kind: 'sha256', hex: sha256 } }, signal, (more) => {
      done += more
      onProgress?.(done, at)
    })
    if (why === undefined) continue
    const todo = 'It was left as it is; take it from where it came from again.'
    throw new NeufError('published-file-other', { place: at, why, done: todo })
  }
}
