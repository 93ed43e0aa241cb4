/** Values for a JSON schema: as it wants them, at its limits, and as nobody should send them. */
import type { Random } from './random.ts'

export type Schema = {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly format?: string
  readonly example?: unknown
}

export type Known = {
  readonly random: Random
  /** Nothing is to be wrong: only then is there much behind the door to be met. */
  readonly earnest: boolean
  resolve(reference: string): Schema
  /** A text from answers that came before (ids, names), or another. */
  text(name: string): string
  /** A picture in base64, whole or not. */
  picture(): string
}

/** JSON that JSON.stringify would not write. */
export class RawJson {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

const deep = (levels: number): unknown => (levels === 0 ? 0 : [deep(levels - 1)])

export const badTexts: readonly string[] = [
  '',
  ' \n\t ',
  '\0',
  'a\u0000cat',
  '\u001b[31m',
  'a\r\nx-injected: 1',
  '\u202ea cat',
  '\u200b\ufeff',
  'half \ud83d of one',
  '🦘🧀👨‍👩‍👧‍👦',
  'e\u0301'.repeat(900),
  'красный кенгуру كنغر أحمر 红色的袋鼠',
  '../../../etc/passwd',
  '%00%ff%2e%2e',
  "'; drop table jobs; --",
  '{{7*7}} #{7*7} %s%n <script>alert(1)</script>',
  'https://127.0.0.1:9/x.png',
  'file:///etc/passwd',
  'data:image/png;base64,!!!!',
  '__proto__',
  'constructor',
  'NaN',
  '-1',
  '1e999',
  '9'.repeat(400),
  'true',
  'null',
  '00000000-0000-4000-8000-000000000000',
  'a'.repeat(5000),
  'a'.repeat(70_000),
]

const oddValues: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [null],
  '',
  'nine',
  '9',
  0,
  -1,
  0.5,
  1e300,
  2 ** 31,
  2 ** 53,
  deep(50),
  new RawJson('1e999'),
  new RawJson('-0'),
  new RawJson('9007199254740993'),
  new RawJson('{"__proto__":{"count":1}}'),
  new RawJson('"\\ud800"'),
  new RawJson('{"a":1,"a":2}'),
]

/** A value that the schema should allow, often at one of its limits, and one step beyond them now and then. */
export function sampleOf(known: Known, schema: Schema, name = ''): unknown {
  const { random } = known
  if (schema.$ref !== undefined) return sampleOf(known, known.resolve(schema.$ref), name)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return sampleOf(known, random.pick(choices), name)
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => sampleOf(known, part, name) as object))
  }
  if ('const' in schema) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  const type =
    typeof schema.type === 'string' ? schema.type : schema.type === undefined ? 'any' : random.pick(schema.type)
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([property]) => schema.required?.includes(property) || random.once(known.earnest ? 4 : 2))
          .map(([property, inner]) => [property, sampleOf(known, inner, property)] as const)
          // In earnest nothing is said where nothing is known to say.
          .filter(([, value]) => !known.earnest || value !== ''),
      )
    case 'array':
      return Array.from({ length: random.below(4) }, () => sampleOf(known, schema.items ?? {}, name))
    case 'integer':
    case 'number':
      return numberOf(known, schema, type === 'integer')
    case 'boolean':
      return random.once(2)
    case 'null':
      return null
    case 'string':
      if (schema.format === 'binary' || schema.format === 'byte') return known.picture()
      if (!known.earnest && random.once(4)) return random.once(3) ? known.picture() : random.pick(badTexts)
      return typeof schema.example === 'string' && random.once(2) ? schema.example : known.text(name)
    default:
      return random.pick(oddValues)
  }
}

/** Small numbers mostly: what draws a thousand pictures keeps everybody waiting. */
function numberOf({ random, earnest }: Known, { minimum = -5, maximum = 1000 }: Schema, whole: boolean): number {
  const limits = [minimum, minimum - 1, maximum, maximum + 1, 0]
  if (!earnest && random.once(6)) return random.pick(limits)
  const value = Math.min(maximum, Math.max(0, minimum) + random.below(8))
  return whole || earnest || random.once(2) ? value : value + 0.5
}

/** The same value with something wrong in one place of it. */
export function spoiled(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || value instanceof RawJson || random.once(8)) {
    return random.once(3) ? random.pick(badTexts) : random.pick(oddValues)
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || random.once(4)) return [...value, random.pick(oddValues)]
    const at = random.below(value.length)
    return value.map((each, i) => (i === at ? spoiled(random, each) : each))
  }
  const entries = Object.entries(value)
  const at = random.below(entries.length + 1)
  const entry = entries[at]
  if (entry === undefined || random.once(6)) {
    return {
      ...value,
      [random.pick(['surprise', 'constructor', 'toString', '', '\0', 'a'.repeat(3000)])]: random.pick(oddValues),
    }
  }
  if (random.once(3)) return Object.fromEntries(entries.filter((_, i) => i !== at))
  return { ...value, [entry[0]]: spoiled(random, entry[1]) }
}

/** JSON text; raw pieces stand as they are. */
export function jsonOf(value: unknown): string {
  if (value instanceof RawJson) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonOf).join()}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([name, each]) => `${JSON.stringify(name)}:${jsonOf(each)}`)
      .join()}}`
  }
  return JSON.stringify(value) ?? 'null'
}
