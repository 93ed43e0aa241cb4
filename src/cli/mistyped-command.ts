/** A mistyped command is no prompt: drawing `modles list` would take a while, and hide what went wrong. */
import { NeufError } from '../errors/errors.ts'
import { slipsBetween } from '../text/words.ts'
import type { Command, CommandGroup, Context } from './command.ts'
import type { CommandTable } from './commands.ts'

/**
 * Refuses a call whose first word is nearly a command's name and no word that the model met, when nothing follows or
 * what follows belongs to that command: one of its subcommands or options. One argument with spaces is a prompt.
 * @throws NeufError `command-unknown`
 */
export async function refuseMistyped(argv: readonly string[], table: CommandTable, context: Context): Promise<void> {
  const [first = '', second] = argv
  if (first.startsWith('-') || /\s/.test(first)) return
  const name = nearestCommand(first.toLowerCase(), Object.keys(table), second === undefined)
  if (name === undefined) return
  if (second !== undefined && !belongsTo((await table[name]!()).command, second)) return
  // Loaded here, since hardly any call comes this far.
  const { hasMet } = await import('./met-word.ts')
  if (await hasMet(first, context, modelOf(argv))) return
  const options = argv.findIndex((word) => word.startsWith('-'))
  const words = argv.slice(1, options < 0 ? undefined : options)
  throw new NeufError('command-unknown', {
    word: first,
    meant: [name, ...words].join(' '),
    prompt: [first, ...words].join(' '),
  })
}

/** Of `--model VALUE` or `--model=VALUE`, the last of them. */
function modelOf(argv: readonly string[]): string | undefined {
  const at = argv.findLastIndex((word) => word === '--model' || word.startsWith('--model='))
  return argv[at] === '--model' ? argv[at + 1] : argv[at]?.slice('--model='.length)
}

/** Up to two slips away; alone, a short name, which many words are like, only one, and a shorter one none. */
function nearestCommand(word: string, names: readonly string[], alone: boolean): string | undefined {
  const near = names
    .map((name) => ({ name, slips: slipsBetween(word, name, 2) }))
    .filter(({ name, slips }) => slips <= (!alone ? 2 : name.length <= 3 ? 0 : name.length <= 5 ? 1 : 2))
  return near.toSorted((a, b) => a.slips - b.slips)[0]?.name
}

function belongsTo(command: Command | CommandGroup, argument: string): boolean {
  if (argument === '--help' || argument === '-h') return true
  const commands = 'commands' in command ? command.commands : [command]
  if (!argument.startsWith('--')) return 'commands' in command && commands.some(({ name }) => name === argument)
  return commands.some(({ options }) => Object.hasOwn(options, argument.slice(2).split('=', 1)[0]!))
}
