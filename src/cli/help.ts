/** The words of --help, made from the declarations, so that they cannot say anything else than what is read. */
import type { OptionDeclaration } from './arguments.ts'
import { expected } from './arguments.ts'
import type { Command, CommandGroup } from './command.ts'

/** `neuf --help`: what it is and which commands there are. */
export function overview(commands: readonly (Command | CommandGroup)[], width = 80): string {
  return page([
    'neuf: type any idea, get the nine best of many new pictures of it',
    section(
      'How to call it',
      [
        ['neuf PROMPT', 'draw, for example: neuf "a kangaroo made of cheese"'],
        ['neuf generate PROMPT', 'the same, and the way to draw a word that is nearly a command'],
        ['neuf COMMAND', 'one of those below'],
        ['neuf COMMAND --help', 'what it does and its options'],
        ['neuf --version', 'which neuf this is'],
      ],
      width,
    ),
    section(
      'Commands',
      commands.map((c) => [c.name, c.summary]),
      width,
    ),
    'Exit status: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.\nNEUF_DEBUG=1 shows where an error came from.',
  ])
}

/** `neuf models --help`: the commands under one word. */
export function groupHelp(group: CommandGroup, width = 80): string {
  return page([
    `neuf ${group.name}: ${group.summary}`,
    section(
      'Commands',
      group.commands.map((c) => [`neuf ${calling(c, group)}`, c.summary]),
      width,
    ),
    `Options of each: neuf ${group.name} COMMAND --help`,
  ])
}

/** `neuf generate --help`, `neuf models show --help`. */
export function commandHelp(command: Command, group?: CommandGroup, width = 80): string {
  const options = Object.entries(command.options)
  return page([
    `neuf ${calling(command, group)}${options.length > 0 ? ' [options]' : ''}`,
    wrap(`${command.summary}.${command.about === undefined ? '' : ` ${command.about}`}`, width).join('\n'),
    section(
      'Options',
      options.map(([name, d]) => [optionCall(name, d), optionHelp(d)]),
      width,
    ),
  ])
}

function calling(command: Command, group: CommandGroup | undefined): string {
  return [group?.name, command.name, command.usage].filter((word) => word !== undefined && word !== '').join(' ')
}

function optionCall(name: string, d: OptionDeclaration): string {
  if (d.kind === 'flag') return `--${name}`
  return `--${name} ${d.kind === 'choice' ? d.choices.join('|') : d.value}`
}

function optionHelp(d: OptionDeclaration): string {
  const notes = []
  if (d.kind === 'integer' || d.kind === 'number') notes.push(expected(d))
  if (d.kind === 'texts') notes.push('may be given several times')
  if ('default' in d) notes.push(`default ${d.default}`)
  return notes.length === 0 ? d.help : `${d.help} (${notes.join('; ')})`
}

function page(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

function section(title: string, rows: readonly (readonly [string, string])[], width: number): string {
  if (rows.length === 0) return ''
  const left = Math.min(34, Math.max(...rows.map(([call]) => call.length)) + 2)
  const lines = rows.flatMap(([call, told]) => {
    const [first = '', ...rest] = wrap(told, Math.max(20, width - left - 2))
    const indent = ' '.repeat(left + 2)
    // A call too long for its column stands on a line of its own.
    const head = call.length + 2 <= left ? [`  ${call.padEnd(left)}${first}`] : [`  ${call}`, `${indent}${first}`]
    return [...head, ...rest.map((line) => indent + line)]
  })
  return [`${title}:`, ...lines].join('\n')
}

/** Lines of at most `width` characters, broken at spaces; a line break in the text stays one. */
function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines = ['']
    for (const word of paragraph.split(' ')) {
      const line = lines.at(-1)!
      if (line !== '' && line.length + 1 + word.length > width) lines.push(word)
      else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`
    }
    return lines
  })
}
