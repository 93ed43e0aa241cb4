/**
 * The command line: finds the command, runs it, and turns what happened into an exit status
 * (0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C).
 */
import { readFileSync } from 'node:fs'
import { NeufError } from '../errors/errors.ts'
import { removeUnfinished } from '../storage/atomic-write.ts'
import { cannotWrite } from '../storage/file-fault.ts'
import { parseOptions } from './arguments.ts'
import type { Command, CommandGroup, Context } from './command.ts'
import { type CommandTable, commands } from './commands.ts'
import { commandHelp, groupHelp, overview } from './help.ts'
import { refuseMistyped } from './mistyped-command.ts'
import { nearest } from './nearest.ts'
import { say } from './say.ts'

/** Runs one command line to its exit status. Nothing thrown passes: it becomes one line on `context.err`. */
export async function run(argv: readonly string[], context: Context, table = commands): Promise<number> {
  try {
    return await dispatch(argv, context, table)
  } catch (error) {
    const said = say(error, (context.environment.NEUF_DEBUG ?? '') !== '')
    context.err.write(said.text)
    return said.status
  }
}

async function dispatch(argv: readonly string[], context: Context, table: CommandTable): Promise<number> {
  const [first, ...rest] = argv
  const width = Math.min(100, context.out.columns ?? 80)
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    const all = await Promise.all(Object.values(table).map(async (load) => (await load()).command))
    // Asked for, it is a result; not asked for, it is what to do about a missing prompt.
    const asked = first !== undefined
    ;(asked ? context.out : context.err).write(overview(all, width))
    return asked ? 0 : 2
  }
  if (first === '--version') {
    context.out.write(`neuf ${version()}\n`)
    return 0
  }
  if (first === 'help' && Object.hasOwn(table, rest[0] ?? '')) return dispatch([...rest, '--help'], context, table)
  const named = Object.hasOwn(table, first)
  if (!named) await refuseMistyped(argv, table, context)
  const { command } = await table[named ? first : 'generate']!()
  return 'commands' in command
    ? runGroup(command, rest, context, width)
    : runCommand(command, undefined, named ? rest : argv, context, width)
}

async function runGroup(group: CommandGroup, argv: readonly string[], context: Context, width: number) {
  const [name, ...rest] = argv
  if (name === '--help' || name === '-h') {
    context.out.write(groupHelp(group, width))
    return 0
  }
  const command = group.commands.find((each) => each.name === name)
  if (command !== undefined) return runCommand(command, group, rest, context, width)
  const names = group.commands.map((each) => each.name)
  const like = nearest(name ?? '', names)
  const problem =
    name === undefined
      ? `Say which: ${names.join(', ')}.`
      : `There is no "neuf ${group.name} ${name}"${like === undefined ? '' : `; did you mean ${like}?`}.`
  throw new NeufError('usage', { problem: problem.replace('?.', '?'), command: group.name })
}

async function runCommand(
  command: Command,
  group: CommandGroup | undefined,
  argv: readonly string[],
  context: Context,
  width: number,
): Promise<number> {
  const words = group === undefined ? command.name : `${group.name} ${command.name}`
  const { options, positionals, help } = parseOptions(command.options, argv, words)
  if (help) {
    context.out.write(commandHelp(command, group, width))
    return 0
  }
  const { least, most } = command.positionals
  if (positionals.length < least) {
    throw new NeufError('usage', { problem: `Missing: ${command.usage}.`, command: words })
  }
  if (positionals.length > most) {
    throw new NeufError('usage', { problem: `One too many: "${positionals[most]}".`, command: words })
  }
  return command.run(context, options, positionals)
}

/** The version in package.json. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return (JSON.parse(text) as { version: string }).version
}

/** Milliseconds that a command has to stop, from the first Ctrl-C on. */
const patience = 5000

/** Where the launcher comes in: connects this process to `run`, and ends the process with its status. */
export function start(argv: readonly string[], table = commands): void {
  const stop = new AbortController()
  let stopped: 130 | 143 | undefined
  let stoppedAt = 0
  const leave = (status: number): never => {
    removeUnfinished()
    process.exit(status)
  }
  const onSignal = (status: 130 | 143) => () => {
    // The second Ctrl-C means now. A terminal and a launcher may both deliver the first, so a moment must lie between.
    if (stopped !== undefined && performance.now() - stoppedAt > 500) leave(status)
    if (stopped !== undefined) return
    stopped = status
    stoppedAt = performance.now()
    stop.abort(new NeufError('cancelled', { what: 'as you asked' }))
    // What has not come to an end by then is ended.
    const force = () => {
      process.stderr.write(say(stop.signal.reason, false).text)
      leave(status)
    }
    setTimeout(force, patience).unref()
  }
  process.on('SIGINT', onSignal(130))
  process.on('SIGTERM', onSignal(143))
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader went away (`neuf ... | head`): nobody is left to tell.
      if (error.code === 'EPIPE') leave(0)
      if (stream === process.stdout) process.stderr.write(say(cannotWrite('standard output', error), false).text)
      leave(1)
    })
  }
  const context: Context = {
    out: process.stdout,
    err: process.stderr,
    signal: stop.signal,
    folder: process.cwd(),
    environment: process.env,
    now: () => performance.now(),
    randomSeed: () => crypto.getRandomValues(new Uint32Array(1))[0]!,
  }
  process.on('uncaughtException', (error) => {
    const said = say(error, (process.env.NEUF_DEBUG ?? '') !== '')
    process.stderr.write(said.text)
    leave(said.status)
  })
  run(argv, context, table).then((status) => {
    // Both outputs written out first, and their errors heard; then an end at once, whatever a library keeps open.
    setImmediate(() => process.stdout.write('', () => process.stderr.write('', () => leave(stopped ?? status))))
  })
}
