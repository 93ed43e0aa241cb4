/** Errors as a person reads them: one line with a code, and the exit status that goes with it. */
import { NeufError } from '../errors/errors.ts'
import type { ReadPrompt } from '../generate/prompt.ts'
import { cannotRead, cannotWrite, systemCode } from '../storage/file-fault.ts'
import type { Context } from './command.ts'

export type Said = { readonly text: string; readonly status: 1 | 2 }

/** Calls to the system that change something; a failure of any other was a failure to read. */
const writingCalls = new Set([
  'write',
  'fsync',
  'mkdir',
  'rename',
  'unlink',
  'rmdir',
  'copyfile',
  'symlink',
  'ftruncate',
])
const alwaysWriting = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EFBIG'])

/**
 * What to print for anything that was thrown.
 * @param debug true adds the stack and its causes below the line (NEUF_DEBUG=1)
 */
export function say(thrown: unknown, debug: boolean): Said {
  const known = recognise(thrown)
  const line =
    known === undefined
      ? `neuf: This should not have happened: ${describe(thrown)}. NEUF_DEBUG=1 shows where. [unexpected]`
      : `neuf: ${printable(known.message)} [${known.code}]`
  return { text: debug ? `${line}\n${stack(thrown)}\n` : `${line}\n`, status: known?.exitStatus ?? 1 }
}

/** A fault of the table for what was thrown, or undefined when none fits. */
function recognise(thrown: unknown): NeufError | undefined {
  if (thrown instanceof NeufError) return thrown
  if (!(thrown instanceof Error)) return undefined
  if (thrown.name === 'AbortError') {
    return thrown.cause instanceof NeufError ? thrown.cause : new NeufError('cancelled', { what: 'as you asked' })
  }
  // A system's error that no room has put into words itself.
  const code = systemCode(thrown)
  if (code === undefined) return undefined
  if (code === 'ERR_MODULE_NOT_FOUND') {
    const missing = /Cannot find (?:package|module) '([^']+)'/.exec(thrown.message)?.[1] ?? thrown.message
    return new NeufError('not-installed', { missing }, { cause: thrown })
  }
  const path = 'path' in thrown && typeof thrown.path === 'string' ? thrown.path : undefined
  const call = 'syscall' in thrown ? String(thrown.syscall) : ''
  if (alwaysWriting.has(code)) return cannotWrite(path ?? 'a file', thrown)
  if (path === undefined) return undefined
  return writingCalls.has(call) ? cannotWrite(path, thrown) : cannotRead(path, thrown)
}

function describe(thrown: unknown): string {
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return printable(text).slice(0, 300).replace(/\.$/, '')
}

/** One line, and nothing that a terminal would obey: a file's name or a prompt may hold escape sequences. */
export function printable(text: string): string {
  return text.replace(/\s*\r?\n\s*/g, ' ').replace(/[\p{Cc}\p{Bidi_Control}]/gu, (character) => {
    return `\\u{${character.codePointAt(0)!.toString(16)}}`
  })
}

/** What a person has to know of a prompt before its pictures come: that no word is in it, that its end is cut off. */
export function warnOfPrompt({ wordless, cut }: Pick<ReadPrompt, 'wordless' | 'cut'>, { err }: Pick<Context, 'err'>) {
  if (wordless)
    err.write('neuf: There is no word here that the model can know, only signs or figures. [prompt-wordless]\n')
  if (cut === null) return
  err.write(`neuf: The prompt is longer than this model can read; it did not see: "${printable(cut)}" [prompt-cut]\n`)
}

/** How well the model knows a prompt's words: `never met: capybara`, `probably reads chese as cheese`. */
export function remarksOnWords({ unknownWords, likelySlips }: Pick<ReadPrompt, 'unknownWords' | 'likelySlips'>) {
  const unknown = unknownWords.map(({ word, suggestion }) => {
    return suggestion === null ? word : `${word} (did you mean ${suggestion}?)`
  })
  const slips = likelySlips.map(({ word, suggestion }) => `${word} as ${suggestion}`)
  return [
    ...(unknown.length > 0 ? [`never met: ${printable(unknown.join(', '))}`] : []),
    ...(slips.length > 0 ? [`probably reads ${printable(slips.join(', '))}`] : []),
  ]
}

function stack(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown)
  const own = thrown.stack ?? String(thrown)
  return thrown.cause === undefined ? own : `${own}\nCaused by: ${stack(thrown.cause)}`
}
