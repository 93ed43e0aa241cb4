/** Pictures from elsewhere: read within bounds, and what is wrong with them said of the field they came in. */
import { NeufError } from '../errors/errors.ts'

export type UploadField = readonly (string | number)[]

/** Does what makes pixels of an upload once it is its turn: so many at a time, in the order in which they came. */
export type Decoding = <T>(work: () => Promise<T>) => Promise<T>

/** Each takes the memory of all pixels of a picture, and a processor. */
const usualAtOnce = 2

export function createDecoding(atOnce: number = usualAtOnce): Decoding {
  let under = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (under < atOnce) under++
    else await new Promise<void>((begin) => waiting.push(begin))
    try {
      return await work()
    } finally {
      const begin = waiting.shift()
      if (begin === undefined) under--
      else begin()
    }
  }
}

/** What `read` makes of an upload. @throws NeufError `upload-unreadable` where it finds the file unreadable */
export async function readUpload<T>(field: UploadField, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof NeufError) || error.code !== 'file-unreadable') throw error
    const { why } = (error as NeufError<'file-unreadable'>).details
    throw new NeufError('upload-unreadable', { why, field: { path: field, wrong: 'value' } }, { cause: error })
  }
}
