/** Pictures from elsewhere: read within bounds, and what is wrong with them said of the field they came in. */
import { NeufError } from '../errors/errors.ts'

export type UploadField = readonly (string | number)[]

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
