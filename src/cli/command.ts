/**
 * What a command is: data that says how it is called, and a function that does it. One file a command, `src/cli/<name>.ts`,
 * exporting `command`; `commands.ts` lists them.
 */
import type { OptionTable, OptionValues } from './arguments.ts'

/** Where text goes; `process.stdout` and `process.stderr` fit, and so does a test's own. */
export type Output = {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** Everything a command may know of the world outside its arguments. */
export type Context = {
  /** Results: what a person reads or another program takes in. */
  readonly out: Output
  /** Progress and warnings. */
  readonly err: Output
  /** Aborted by Ctrl-C. A command stops soon, leaves no half-written file and throws `cancelled`. */
  readonly signal: AbortSignal
  /** The folder that relative paths start from. */
  readonly folder: string
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Milliseconds, only ever growing. */
  readonly now: () => number
  /** A new random whole number, 0 to 2^32 - 1, for a seed nobody named. */
  readonly randomSeed: () => number
}

type Description = {
  readonly name: string
  /** One line for the list of commands, without a full stop. */
  readonly summary: string
}

type Declaration<O extends OptionTable> = Description & {
  /** The call without options, after the name: `PROMPT`, `IMAGE...`; empty when there is none. */
  readonly usage: string
  /** How many arguments that are not options it takes. */
  readonly positionals: { readonly least: number; readonly most: number }
  /** More than the summary says, for --help: sentences, examples. */
  readonly about?: string
  readonly options: O
  /** Does it; the result is the exit status. @throws NeufError for every fault a person can meet */
  run(context: Context, options: OptionValues<O>, positionals: readonly string[]): Promise<number>
}

export type Command = Omit<Declaration<OptionTable>, 'run'> & {
  run(context: Context, options: Readonly<Record<string, unknown>>, positionals: readonly string[]): Promise<number>
}

/** Several commands under one word: `neuf models list`. */
export type CommandGroup = Description & { readonly commands: readonly Command[] }

/** Declares a command; `run` gets its options typed by their declarations. */
export function defineCommand<const O extends OptionTable>(declaration: Declaration<O>): Command {
  // The table of commands holds them side by side, so the types of their options end here; parseOptions, which reads
  // the same declarations, is what makes the values fit.
  return declaration as unknown as Command
}
