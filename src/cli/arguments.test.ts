import { describe, expect, expectTypeOf, it } from 'vitest'
import { type OptionTable, parseOptions } from './arguments.ts'

const declared = {
  seed: { kind: 'integer', value: 'N', least: 0, most: 4294967295, help: 'seed' },
  count: { kind: 'integer', value: 'N', least: 1, most: 64, default: 9, help: 'count' },
  temperature: { kind: 'number', value: 'T', least: 0, most: 10, help: 'temperature' },
  device: { kind: 'choice', choices: ['auto', 'cpu'], default: 'auto', help: 'device' },
  out: { kind: 'text', value: 'PATH', help: 'out' },
  text: { kind: 'texts', value: 'TEXT', help: 'text' },
  json: { kind: 'flag', help: 'json' },
} as const satisfies OptionTable

const parse = (...argv: string[]) => parseOptions(declared, argv, 'generate')

describe('parseOptions', () => {
  it('gives defaults, and types that follow the declarations', () => {
    const { options, positionals, help } = parse()
    expect(options).toEqual({
      seed: undefined,
      count: 9,
      temperature: undefined,
      device: 'auto',
      out: undefined,
      text: [],
      json: false,
    })
    expect(positionals).toEqual([])
    expect(help).toBe(false)
    expectTypeOf(options.seed).toEqualTypeOf<number | undefined>()
    expectTypeOf(options.count).toEqualTypeOf<number>()
    expectTypeOf(options.device).toEqualTypeOf<'auto' | 'cpu'>()
    expectTypeOf(options.out).toEqualTypeOf<string | undefined>()
    expectTypeOf(options.text).toEqualTypeOf<readonly string[]>()
    expectTypeOf(options.json).toEqualTypeOf<boolean>()
  })

  it('reads values in both forms, between positionals, the last one given', () => {
    const { options, positionals } = parse(
      'a cat',
      '--seed=7',
      '--temperature',
      '.5',
      '--text',
      'x',
      '--json',
      '--seed',
      '8',
      'b',
      '--text=y=z',
    )
    expect(options).toMatchObject({ seed: 8, temperature: 0.5, text: ['x', 'y=z'], json: true })
    expect(positionals).toEqual(['a cat', 'b'])
  })

  it('takes what stands after -- as it is', () => {
    expect(parse('--json', '--', '--help', '-x').positionals).toEqual(['--help', '-x'])
  })

  it('sees --help and -h anywhere, before any fault', () => {
    expect(parse('--nonsense', '--help').help).toBe(true)
    expect(parse('--count', '999', '-h').help).toBe(true)
  })

  it('names unknown options and the one that was probably meant', () => {
    expect(() => parse('--sed', '3')).toThrow('Unknown option --sed. Did you mean --seed? See: neuf generate --help')
    expect(() => parse('--candidates')).toThrow('Unknown option --candidates. See: neuf generate --help')
    expect(() => parse('-s')).toThrow(/Unknown option -s\./)
    expect(() => parse('--constructor')).toThrow(/Unknown option --constructor/)
    expect(() => parse('--__proto__=1')).toThrow(/Unknown option/)
    expect(() => parse('--no-json')).toThrow(/Unknown option --no-json/)
  })

  it.each([
    ['--count', '0', 'a whole number from 1 to 64'],
    ['--count', '65', 'a whole number from 1 to 64'],
    ['--count', '-1', 'a whole number from 1 to 64'],
    ['--count', '9.5', 'a whole number'],
    ['--count', '', 'a whole number'],
    ['--count', '0x10', 'a whole number'],
    ['--count', '1e1', 'a whole number'],
    ['--seed', '4294967296', 'a whole number from 0 to 4294967295'],
    ['--temperature', 'NaN', 'a number from 0 to 10'],
    ['--temperature', 'Infinity', 'a number'],
    ['--temperature', '1,5', 'a number'],
    ['--device', 'gpu', 'one of auto, cpu'],
  ])('%s %j is refused: expected %s', (option, value, expected) => {
    expect(() => parse(option, value)).toThrow(`${option} cannot be "${value}": expected ${expected}`)
    expect(() => parse(`${option}=${value}`)).toThrow(`${option} cannot be "${value}"`)
  })

  it('notices a forgotten value', () => {
    expect(() => parse('--out')).toThrow('--out needs a value: PATH. See: neuf generate --help')
    expect(() => parse('--out', '--json')).toThrow('--out needs a value')
    expect(parse('--out=--json').options.out).toBe('--json')
    expect(() => parse('--json=yes')).toThrow('--json cannot be "yes": expected no value.')
  })
})
