/** What a picture's file carries of how it was drawn: read here in the browser, so that no file leaves it. */
import { NeufError } from '../../../src/errors/errors.ts'
import { type PictureRecord, readRecipe, shareKept } from '../../../src/image/recipe-metadata.ts'
import type { Models, Order } from '../api/types.ts'

/** Larger than any sheet that is written. */
const mostBytes = 64 * 2 ** 20

export type Carried = {
  /** In the order of the sheet; one for a single picture. */
  readonly records: readonly [PictureRecord, ...PictureRecord[]]
}

/** Why nothing was read: the file is too large, it is damaged or no picture of ours, or it could not be opened at all. */
export type Unread = 'file-too-large' | 'file-unreadable' | 'file-unopened'

/** Never throws: a file is anything. */
export async function readCarried(file: Blob): Promise<Carried | Unread> {
  if (file.size > mostBytes) return 'file-too-large'
  let bytes: Uint8Array
  try {
    bytes = new Uint8Array(await file.arrayBuffer())
  } catch {
    return 'file-unopened'
  }
  try {
    const carried = readRecipe(bytes)
    const [first, ...others] = carried.kind === 'sheet' ? carried.records : [carried.record]
    return first === undefined ? 'file-unreadable' : { records: [first, ...others] }
  } catch (error) {
    if (error instanceof NeufError) return 'file-unreadable'
    throw error
  }
}

/** Whether the model that drew it is offered, bit for bit. */
export const isOffered = ({ recipe }: PictureRecord, { models }: Models): boolean =>
  models.some(({ sha256 }) => sha256 === recipe.model.sha256)

/** The share of another picture that stayed in it, 0 to 1: its words alone do not draw it again. Undefined where all was drawn. */
export const stayedIn = ({ recipe: { kept } }: PictureRecord): number | undefined =>
  kept === undefined ? undefined : shareKept(kept)

/** The order that draws it again, by the same model where it is offered. */
export function orderAgain({ recipe }: PictureRecord, { models, limits }: Models): Order {
  const { prompt, seed, sampling, candidates } = recipe
  const model = models.find(({ sha256 }) => sha256 === recipe.model.sha256)?.name
  const count = Math.min(candidates, limits.count)
  return { prompt, seed, sampling, candidates, count, ...(model !== undefined && { model }) }
}

/** Whether a picture's file has the very image tokens of the record. */
export async function isSame(record: PictureRecord, file: Blob): Promise<boolean> {
  const carried = await readCarried(file)
  if (typeof carried === 'string') return false
  const { recipe, tokens } = carried.records[0]
  return recipe.index === record.recipe.index && tokens.join() === record.tokens.join()
}
