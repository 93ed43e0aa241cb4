/** The art pack's list of pictures, `index.jsonl`: one object a line. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { cannotRead } from '../storage/file-fault.ts'
import { type Presentation, presentations, type Tone, tones } from './scene.ts'

export type ArtRow = {
  readonly set: string
  readonly concept: string
  /** Below the pack's folder. */
  readonly file: string
  readonly presentation: Presentation | null
  readonly tone: Tone | null
}

/**
 * Rows by `set/concept`, in the order of the file. Throws `file-missing`, or `file-unreadable` with the number of the line
 * that is not an entry or that points outside the folder.
 */
export async function readIndex(folder: string): Promise<ReadonlyMap<string, readonly ArtRow[]>> {
  const path = join(folder, 'index.jsonl')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw cannotRead(path, error, 'Name the folder of the art pack, or make one: neuf art fetch.')
  }
  const rows = new Map<string, ArtRow[]>()
  for (const [number, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const row = parseLine(line)
    if (!row) {
      const why = `line ${number + 1} is not an object with set, file and concept`
      throw new NeufError('file-unreadable', { path, why, todo: 'Get the art pack again.' })
    }
    const key = `${row.set}/${row.concept}`
    const known = rows.get(key)
    if (known) known.push(row)
    else rows.set(key, [row])
  }
  return rows
}

function parseLine(line: string): ArtRow | null {
  let row: unknown
  try {
    row = JSON.parse(line)
  } catch {
    return null
  }
  if (typeof row !== 'object' || row === null) return null
  const { set, concept, file, presentation = null, tone = null } = row as Record<string, unknown>
  if (typeof set !== 'string' || typeof concept !== 'string' || typeof file !== 'string') return null
  if (presentation !== null && !presentations.includes(presentation as Presentation)) return null
  if (tone !== null && !tones.includes(tone as Tone)) return null
  // A pack may not point outside its own folder.
  if (/^([/\\]|[a-z]:)/i.test(file) || file.includes('\0') || file.split(/[\\/]/).includes('..')) return null
  return { set, concept, file, presentation: presentation as Presentation | null, tone: tone as Tone | null }
}
