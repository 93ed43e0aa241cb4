/** A folder of captioned pictures to a corpus: converted, checked, each thing that is refused named in a report. */
import { createHash } from 'node:crypto'
import { readFile, realpath } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { NeufError } from '../../errors/errors.ts'
import { inFolder } from '../../storage/atomic-write.ts'
import { systemCode } from '../../storage/file-fault.ts'
import type { Fit, PictureRecord, PicturesInfo } from '../format.ts'
import type { Caption } from '../scene.ts'
import { merged } from './captions.ts'
import { type Converted, convertPicture } from './convert.ts'
import { type FolderPictures, readFolder } from './folder.ts'
import { inOrder } from './in-order.ts'
import type { Found, Item } from './item.ts'
import { limits } from './limits.ts'
import { type Refusal, Refused, reasons, shown } from './refusal.ts'
import { createReporter, type PicturesReport } from './report.ts'
import { openShardWriter } from './shard-writer.ts'

export type PicturesSettings = {
  /** The folder with the pictures. */
  readonly folder: string
  /** The folder to write; made where it is missing. It may lie within the other one. */
  readonly out: string
  /** Side of the pictures in pixels, 8 to 512. */
  readonly side: number
  readonly fit: Fit
  /** Pictures that are decoded at once; 4 unless told otherwise. */
  readonly concurrency?: number
  /** Bytes that were read, of all. */
  readonly onProgress?: (done: number, total: number, kept: number) => void
  readonly signal?: AbortSignal
}

/**
 * Makes the corpus and tells what became of everything. Atomic: until all is done, the folder holds nothing under its name;
 * a run that was stopped begins anew, and leaves no folder that it made. The same folder gives the same bytes.
 * Throws `corpus-other-settings` where a corpus is there already, `corpus-empty` where nothing was kept (the report is
 * written), `cancelled`, `file-missing` and `file-unreadable` for the folder itself, `file-unwritable`.
 */
export async function buildPictures(
  settings: PicturesSettings,
): Promise<{ readonly info: PicturesInfo; readonly report: PicturesReport }> {
  const { folder } = settings
  const out = resolve(settings.out)
  await refuseOccupied(folder, out)
  const pictures = await readFolder(folder, await leftOut(folder, out))
  return inFolder(out, () => convertAll(pictures, { ...settings, out }))
}

async function convertAll(
  pictures: FolderPictures,
  { folder, out, side, fit, concurrency = 4, onProgress, signal }: PicturesSettings,
): Promise<{ readonly info: PicturesInfo; readonly report: PicturesReport }> {
  const reporter = createReporter()
  const writer = await openShardWriter(out, side)
  try {
    const kept: { source: string; captions: readonly Caption[] }[] = []
    const known = new Map<string, number>()
    let done = 0
    const found = inOrderOf(
      pictures.found((bytes) => (done = bytes)),
      side,
      fit,
      concurrency,
    )
    for await (const result of found) {
      if (signal?.aborted) throw new NeufError('cancelled', { what: 'building the corpus; nothing is kept of it' })
      if ('refusal' in result) reporter.refused(result.refusal)
      else if (kept.length >= limits.pictures) reporter.refused(tooMany(result.item.source))
      else {
        const { item, picture } = result
        const { source } = item
        for (const { message } of item.captions.refused) reporter.noted(shown(source), 'caption-refused', message)
        const hash = createHash('sha256')
          .update(picture.pixels)
          .update(picture.alpha ?? '')
          .digest('base64')
        const before = known.get(hash)
        if (before !== undefined) {
          const { source: first, captions } = kept[before]!
          kept[before] = { source: first, captions: merged([{ kept: captions, refused: [] }, item.captions]).kept }
          reporter.noted(shown(source), 'duplicate', shown(first))
        } else {
          known.set(hash, kept.length)
          kept.push({ source: shown(source), captions: item.captions.kept })
          for (const note of picture.notes) reporter.noted(shown(source), note)
          await writer.add(picture)
        }
      }
      await writer.report(reporter.takeLines())
      onProgress?.(done, pictures.bytes, kept.length)
    }
    const captions = { en: 0, fr: 0 }
    for (const { language } of kept.flatMap((record) => record.captions)) captions[language]++
    const report = reporter.summary(kept.length, captions)
    if (kept.length === 0) {
      const counts = Object.entries(report.refused).map(([reason, { count }]) => {
        return `${count} refused (${reasons[reason as keyof typeof reasons]})`
      })
      const why = counts.length === 0 ? 'no pictures were found' : counts.join(', ')
      throw new NeufError('corpus-empty', { folder, reasons: why, report: await writer.finishReport() })
    }
    const records: PictureRecord[] = kept.map(({ source, captions: own }) => ({ captions: own, source }))
    return { info: await writer.finish(fit, records), report }
  } finally {
    await writer.dispose()
  }
}

type Result = { readonly item: Item; readonly picture: Converted } | { readonly refusal: Refusal }

/** Each item converted, several at once, in the order they were found in. */
const inOrderOf = (source: AsyncIterable<Found>, side: number, fit: Fit, together: number): AsyncGenerator<Result> =>
  inOrder(source, together, async (found): Promise<Result> => {
    if ('refusal' in found) return found
    const { item } = found
    try {
      if (item.captions.kept.length === 0) throw item.captions.refused[0] ?? new Refused('no-caption')
      return { item, picture: await convertPicture(await item.bytes(), side, fit) }
    } catch (error) {
      if (error instanceof Refused) return { refusal: error.of(item.source) }
      throw error
    }
  })

const tooMany = (source: string): Refusal =>
  new Refused('over-limit', `more than ${limits.pictures} pictures`).of(source)

/** A corpus is never written over another: the earlier one may be what a model was made from. */
async function refuseOccupied(folder: string, out: string): Promise<void> {
  if (out === resolve(folder)) {
    throw new NeufError('option-value', {
      option: '--out',
      value: out,
      expected: 'another folder than that of the pictures',
    })
  }
  const there = await readFile(join(out, 'corpus.json')).catch((error: unknown) => {
    // What else is wrong with the folder, writing into it will say.
    return systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR' ? null : 'unreadable'
  })
  if (there !== null) {
    throw new NeufError('corpus-other-settings', { folder: out, difference: 'it was built before' })
  }
}

/** The output's path as the walk comes to it, where it lies among the pictures. */
async function leftOut(folder: string, out: string): Promise<string> {
  const top = await realpath(folder).catch(() => resolve(folder))
  return join(top, relative(resolve(folder), out))
}
