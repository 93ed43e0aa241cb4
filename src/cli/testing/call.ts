/** Calls the command line as a shell would, and catches what it says. */
import type { Context } from '../command.ts'
import { run } from '../main.ts'

/** Status and output of `neuf ARGV`. Time stands still and seeds are 0 unless `change` says otherwise. */
export async function call(argv: readonly string[], change: Partial<Context> & Pick<Context, 'folder'>) {
  let out = ''
  let err = ''
  const status = await run(argv, {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    signal: new AbortController().signal,
    environment: {},
    now: () => 0,
    randomSeed: () => 0,
    ...change,
  })
  return { status, out, err }
}
