/** Command-line arguments: options declared as data, read strictly, typed by their declarations. */
import { parseArgs } from 'node:util'
import { NeufError } from '../errors/errors.ts'
import { nearest } from './nearest.ts'

type Told = {
  /** One line for --help. */
  readonly help: string
}

type Valued<V> = Told & {
  /** What stands for the value in --help: `N`, `PATH`. */
  readonly value: string
  readonly default?: V
}

export type OptionDeclaration =
  | (Told & { readonly kind: 'flag' })
  | (Valued<string> & { readonly kind: 'text' })
  /** May be given several times; every value is kept, in order. */
  | (Told & { readonly kind: 'texts'; readonly value: string })
  /** A whole number or a decimal one, `least` and `most` included. */
  | (Valued<number> & { readonly kind: 'integer' | 'number'; readonly least: number; readonly most: number })
  | (Told & { readonly kind: 'choice'; readonly choices: readonly string[]; readonly default?: string })

/** Options by name, without the two dashes. */
export type OptionTable = Readonly<Record<string, OptionDeclaration>>

type ValueOf<D extends OptionDeclaration> = D extends { kind: 'flag' }
  ? boolean
  : D extends { kind: 'texts' }
    ? readonly string[]
    : D extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? C
      : D extends { kind: 'text' }
        ? string
        : number

/** Flags and lists always have a value; others only where they were given or have a default. */
export type OptionValues<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends { kind: 'flag' | 'texts' } | { default: string | number }
    ? ValueOf<O[K]>
    : ValueOf<O[K]> | undefined
}

export type Parsed<O extends OptionTable> = {
  readonly options: OptionValues<O>
  readonly positionals: readonly string[]
  /** `--help` or `-h` was among them; nothing else was checked then. */
  readonly help: boolean
}

/**
 * Reads arguments by the declared options. `--name value` and `--name=value` are the same, `--` ends the options, and
 * an option given twice counts as given last.
 * @param command the words that call the command, for messages: `models list`
 * @throws NeufError `option-unknown`, `option-value`, `usage`
 */
export function parseOptions<O extends OptionTable>(declared: O, argv: readonly string[], command: string): Parsed<O> {
  const { tokens } = parseArgs({
    args: [...argv],
    // Not strict: parseArgs finds the tokens, and what is wrong with them is said here, with our codes and words.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(declared).map(([name, d]) => [name, { type: d.kind === 'flag' ? 'boolean' : 'string' }] as const),
    ),
  })
  const values = new Map<string, unknown>()
  for (const [name, d] of Object.entries(declared)) {
    values.set(name, d.kind === 'flag' ? false : d.kind === 'texts' ? [] : 'default' in d ? d.default : undefined)
  }
  const help = tokens.some((t) => t.kind === 'option' && (t.rawName === '--help' || t.rawName === '-h'))
  const positionals: string[] = []
  for (const token of help ? [] : tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const declaration = Object.hasOwn(declared, token.name) ? declared[token.name] : undefined
    if (declaration === undefined || !token.rawName.startsWith('--')) throw unknown(declared, token.rawName, command)
    // `--out --json` forgets a value; it does not name a file "--json".
    const swallowed = token.inlineValue === false && namesOption(declared, token.value)
    const value = readValue(declaration, token.rawName, swallowed ? undefined : token.value, command)
    values.set(token.name, declaration.kind === 'texts' ? [...(values.get(token.name) as string[]), value] : value)
  }
  return { options: Object.fromEntries(values) as OptionValues<O>, positionals, help }
}

function namesOption(declared: OptionTable, text: string): boolean {
  return text.startsWith('--') && Object.hasOwn(declared, text.slice(2))
}

function unknown(declared: OptionTable, option: string, command: string): NeufError {
  const like = nearest(option.replace(/^-+/, ''), [...Object.keys(declared), 'help'])
  return new NeufError('option-unknown', { option, command, ...(like === undefined ? {} : { nearest: `--${like}` }) })
}

function readValue(d: OptionDeclaration, option: string, text: string | undefined, command: string): unknown {
  if (d.kind === 'flag') {
    if (text === undefined) return true
    throw new NeufError('option-value', { option, value: text, expected: 'no value' })
  }
  if (text === undefined) throw new NeufError('usage', { problem: `${option} needs a value: ${expected(d)}.`, command })
  if (d.kind === 'text' || d.kind === 'texts') return text
  if (d.kind === 'choice') {
    if (d.choices.includes(text)) return text
  } else {
    const form = d.kind === 'integer' ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i
    const value = form.test(text) ? Number(text) : Number.NaN
    if (value >= d.least && value <= d.most) return value
  }
  throw new NeufError('option-value', { option, value: text, expected: expected(d) })
}

/** What a value of the option must be, in words: `a whole number from 1 to 64`. */
export function expected(d: OptionDeclaration): string {
  if (d.kind === 'flag') return 'no value'
  if (d.kind === 'choice') return `one of ${d.choices.join(', ')}`
  if (d.kind === 'text' || d.kind === 'texts') return d.value
  const what = d.kind === 'integer' ? 'a whole number' : 'a number'
  if (d.most === Number.POSITIVE_INFINITY) return `${what} of at least ${d.least}`
  return `${what} from ${d.least} to ${d.most}`
}
