/** A sheet as a file: its pictures side by side, and how each of them came to be. */
import { decodePicture, encodePng } from './codec.ts'
import type { Pixels } from './pixels.ts'
import { unreadablePng } from './png-chunks.ts'
import { type PictureRecord, readRecipe, writeSheetRecipe } from './recipe-metadata.ts'
import { composeSheet, layOutSheet } from './sheet.ts'

/** A PNG of pictures of one size, at least one, with their records in the same order. */
export function encodeSheet(pictures: readonly Pixels[], records: readonly PictureRecord[]): Uint8Array<ArrayBuffer> {
  const { columns, gap, scale } = layOutSheet(pictures.length, pictures[0]!)
  const png = encodePng(composeSheet(pictures, { columns, gap, scale }))
  return writeSheetRecipe(png, records, { columns, gap, scale })
}

/**
 * A sheet of single pictures' files, at least one, each with the record that its file carries.
 * @throws NeufError `file-unreadable` for one that carries none, or is a sheet itself
 */
export async function sheetOf(files: readonly Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const pictures: Pixels[] = []
  const records: PictureRecord[] = []
  for (const file of files) {
    const carried = readRecipe(file)
    if (carried.kind !== 'picture') throw unreadablePng('the picture', 'it is a sheet')
    records.push(carried.record)
    pictures.push(await decodePicture(file))
  }
  return encodeSheet(pictures, records)
}
