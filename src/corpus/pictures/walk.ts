/** The files below a folder, in the order of their names, without following links. */
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../../storage/file-fault.ts'
import { limits } from './limits.ts'
import { type Refusal, Refused } from './refusal.ts'

export type Walk = {
  /** Paths below the folder, with slashes, sorted by their code units. */
  readonly files: readonly string[]
  readonly refusals: readonly Refusal[]
}

/** Names that systems leave behind in every folder. */
const ignored = /^(?:\..*|__MACOSX|Thumbs\.db|desktop\.ini)$/i

/** @param leaveOut a folder that is not looked into: the one that is written. @throws what reading the top folder throws */
export async function walk(top: string, leaveOut: string): Promise<Walk> {
  const files: string[] = []
  const refusals: Refusal[] = []
  let entries = 0
  async function visit(below: string, depth: number): Promise<void> {
    const found = await readdir(join(top, below), { withFileTypes: true }).catch((error: unknown) => {
      if (below === '') throw error
      refusals.push(new Refused('unreadable', systemCode(error)).of(below))
      return [] as Dirent[]
    })
    for (const entry of found.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (ignored.test(entry.name)) continue
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      if (++entries > limits.entries) {
        refusals.push(
          new Refused('over-limit', `more than ${limits.entries} files; this and what follows is left out`).of(path),
        )
        return
      }
      if (entry.isSymbolicLink()) refusals.push(new Refused('link').of(path))
      else if (entry.isDirectory()) {
        if (join(top, path) === leaveOut) continue
        if (depth >= limits.depth)
          refusals.push(new Refused('over-limit', `more than ${limits.depth} folders deep`).of(path))
        else await visit(path, depth + 1)
      } else if (entry.isFile()) files.push(path)
      else refusals.push(new Refused('not-a-file').of(path))
      if (entries > limits.entries) return
    }
  }
  await visit('', 0)
  // One order for all: a folder and a file of the same beginning would else change places.
  return { files: files.sort(), refusals }
}
