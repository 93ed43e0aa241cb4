/** Runs one command by itself: what it throws comes through, instead of the words that `main` finds for it. */
import { parseOptions } from '../arguments.ts'
import type { Command, Context } from '../command.ts'

/** Status and standard output of a command that takes options only. Time stands still and seeds are 0. */
export async function runCommand(command: Command, folder: string, argv: readonly string[]) {
  let out = ''
  const context: Context = {
    out: { write: (text) => (out += text) },
    err: { write: () => undefined },
    signal: new AbortController().signal,
    folder,
    environment: {},
    now: () => 0,
    randomSeed: () => 0,
  }
  const { options } = parseOptions(command.options, argv, command.name)
  return { status: await command.run(context, options, []), out }
}
