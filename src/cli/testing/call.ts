/** Calls the command line as a shell would, and catches what it says. */
import type { Context } from '../command.ts'
import { commands } from '../commands.ts'
import { run } from '../main.ts'

/** Status and output of `neuf ARGV`. Time stands still and seeds are 0 unless `change` says otherwise. */
export async function call(
  argv: readonly string[],
  change: Partial<Context> & Pick<Context, 'folder'>,
  table = commands,
) {
  let out = ''
  let err = ''
  const context: Context = {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    signal: new AbortController().signal,
    environment: {},
    now: () => 0,
    randomSeed: () => 0,
    ...change,
  }
  const status = await run(argv, context, table)
  return { status, out, err }
}
