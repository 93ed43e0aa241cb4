/** A sheet as a file: its pictures side by side, and how each of them came to be. */
import { encodePng } from './codec.ts'
import type { Pixels } from './pixels.ts'
import { type PictureRecord, writeSheetRecipe } from './recipe-metadata.ts'
import { composeSheet, layOutSheet } from './sheet.ts'

/** A PNG of pictures of one size, at least one, with their records in the same order. */
export function encodeSheet(pictures: readonly Pixels[], records: readonly PictureRecord[]): Uint8Array<ArrayBuffer> {
  const { columns, gap, scale } = layOutSheet(pictures.length, pictures[0]!)
  const png = encodePng(composeSheet(pictures, { columns, gap, scale }))
  return writeSheetRecipe(png, records, { columns, gap, scale })
}
