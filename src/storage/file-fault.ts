/**
 * The one place where what the operating system says about a file becomes words a person can act on.
 * Everything that writes or reads a file throws through here, so a full disk reads the same everywhere.
 */
import { NeufError } from '../errors/errors.ts'

type Reason = { readonly why: string; readonly todo: string }

const writing: Readonly<Record<string, Reason>> = {
  ENOSPC: { why: 'the disk is full', todo: 'Free some space, or choose a folder on another disk.' },
  EDQUOT: { why: 'your quota on this disk is used up', todo: 'Free some space, or choose another folder.' },
  EFBIG: { why: 'the file would be larger than this disk allows', todo: 'Choose a folder on another disk.' },
  EACCES: { why: 'permission denied', todo: 'Choose a folder that you may write to.' },
  EPERM: { why: 'the system does not permit it', todo: 'Choose a folder that you may write to.' },
  EROFS: { why: 'the disk is read-only', todo: 'Choose a folder on another disk.' },
  EISDIR: { why: 'it is a folder', todo: 'Give the name of a file.' },
  ENOTDIR: { why: 'a part of the path is a file, not a folder', todo: 'Choose another path.' },
  EEXIST: { why: 'a file of that name is in the way', todo: 'Move that file, or choose another path.' },
  ENOENT: { why: 'its folder does not exist', todo: 'Make the folder first, or choose another path.' },
  ENAMETOOLONG: { why: 'the name is too long', todo: 'Choose a shorter name.' },
  EMFILE: { why: 'too many files are open', todo: 'Close other programs, or raise the limit (ulimit -n).' },
  EBUSY: { why: 'another program is using it', todo: 'Close that program and try again.' },
}

const reading: Readonly<Record<string, Reason>> = {
  EACCES: { why: 'permission denied', todo: 'Ask for the right to read it, or name another file.' },
  EPERM: { why: 'the system does not permit it', todo: 'Ask for the right to read it, or name another file.' },
  EISDIR: { why: 'it is a folder', todo: 'Give the name of a file.' },
  ENOTDIR: { why: 'a part of the path is a file, not a folder', todo: 'Check the path.' },
  EMFILE: { why: 'too many files are open', todo: 'Close other programs, or raise the limit (ulimit -n).' },
  EIO: { why: 'the disk reported an error', todo: 'Check the disk, or take the file from a copy.' },
  ELOOP: { why: 'its links lead in a circle', todo: 'Check the path.' },
}

/** The system's code for a failed call (`ENOSPC`), or undefined for any other error. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}

function reasonFor(table: Readonly<Record<string, Reason>>, error: unknown): Reason {
  const known = table[systemCode(error) ?? '']
  return known ?? { why: error instanceof Error ? error.message : String(error), todo: 'Check the path and the disk.' }
}

/** `file-unwritable` for anything the system threw while `path` was written; a NeufError is handed on as it is. */
export function cannotWrite(path: string, cause: unknown): NeufError {
  if (cause instanceof NeufError) return cause
  return new NeufError('file-unwritable', { path, ...reasonFor(writing, cause) }, { cause })
}

/** `file-unwritable` for a folder that is there and in which the system makes no file or folder, as in /proc. */
export function takesNothing(folder: string, cause: unknown): NeufError {
  const words = { why: 'the system keeps no new files there', todo: 'Choose a folder on a disk.' }
  return new NeufError('file-unwritable', { path: folder, ...words }, { cause })
}

/**
 * `file-missing` or `file-unreadable` for anything the system threw while `path` was read.
 * @param todo what a person should do when the file is not there
 */
export function cannotRead(path: string, cause: unknown, todo = 'Check the path.'): NeufError {
  if (cause instanceof NeufError) return cause
  if (systemCode(cause) === 'ENOENT') return new NeufError('file-missing', { path, todo }, { cause })
  return new NeufError('file-unreadable', { path, ...reasonFor(reading, cause) }, { cause })
}
