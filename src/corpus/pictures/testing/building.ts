/** What tests of taking in pictures share: a folder for each test, with `in` and `out`. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { openCorpus } from '../../read.ts'
import { buildPictures, type PicturesSettings } from '../build-pictures.ts'

export let folder = ''

/** To be called once by a test file. */
export function useFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'neuf-pictures-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
}

/** Puts a file into the folder of pictures. */
export function put(name: string, content: Uint8Array | string): void {
  const path = join(folder, 'in', name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}
export const build = (more: Partial<PicturesSettings> = {}) =>
  buildPictures({ folder: join(folder, 'in'), out: join(folder, 'out'), side: 32, fit: 'crop', ...more })

/** `source: language text, ...` of each picture. */
export async function contents(out = 'out'): Promise<string[]> {
  const corpus = await openCorpus(join(folder, out))
  const lines = Array.from({ length: corpus.count }, (_, index) => {
    const record = corpus.record(index)
    const captions = record.captions.map(({ language, text }) => `${language} ${text}`)
    return `${'source' in record ? record.source : '?'}: ${captions.join(', ')}`
  })
  corpus.dispose()
  return lines
}
export const refusals = (out = 'out'): string[] =>
  readFileSync(join(folder, out, 'report.jsonl'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ outcome }) => outcome === 'refused')
    .map(({ source, reason }) => `${source} ${reason}`)
