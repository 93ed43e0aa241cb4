/** What is wrong with a request, from what zod found, in words for people: what was expected, and what came instead. */
import type { z } from 'zod'
import type { NeufError } from '../../errors/errors.ts'
import { quoted } from '../../errors/quoted.ts'

type Raw<C> = z.core.$ZodRawIssue & { readonly code: C }
/** As a schema finds it, or within a union when that is done with it. */
type Issue = z.core.$ZodRawIssue | z.core.$ZodIssue
type Field = NonNullable<NeufError<'body-malformed'>['details']['field']>

/** For `safeParse`: the words of what a schema has no words of its own for. */
export const inWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'unrecognized_keys') return unknownField(issue)
  const expected = expectedOf(issue)
  if (expected === undefined) return 'it is not what was expected'
  if (issue.input === undefined) return `missing, expected ${expected}`
  const found = foundOf(issue)
  return found === undefined ? `expected ${expected}` : `expected ${expected}, not ${found}`
}

/** In which way a field is wrong; the issue has to carry its input. */
export function wrongIn(issue: z.core.$ZodIssue): Field['wrong'] {
  // What a refinement finds is there, or could be: its input need not be the field's.
  if (issue.input === undefined && issue.code !== 'custom') return 'missing'
  const number = 'origin' in issue && (issue.origin === 'number' || issue.origin === 'int')
  if (issue.code === 'too_big') return number ? 'above' : issue.origin === 'string' ? 'long' : 'value'
  if (issue.code === 'too_small') return number ? 'below' : 'value'
  return issue.code === 'invalid_type' ? 'type' : 'value'
}

/** zod's names of types. */
const types: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  file: 'a file',
}

const formats: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  datetime: 'a date and time with its offset, as 2030-01-31T12:00:00Z',
}

const units: Readonly<Record<string, string>> = { string: 'character', array: 'item', file: 'byte' }

function quantity(many: number | bigint, origin: string): string {
  const unit = units[origin]
  return unit === undefined ? `${many}` : `${many} ${unit}${many === 1 ? '' : 's'}`
}

function expectedOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return isWhole(issue) ? types.int : types[issue.expected]
    case 'invalid_value':
      return listed(issue.values.map(String))
    case 'invalid_format':
      return formats[issue.format]
    case 'too_small':
      return `at least ${quantity(issue.minimum, issue.origin)}`
    case 'too_big':
      return `at most ${quantity(issue.maximum, issue.origin)}`
    case 'invalid_union': {
      const all = issue.errors.flatMap(([first]) => (first === undefined ? [] : (expectedOf(first) ?? [])))
      return all.length === 0 ? undefined : all.join(' or ')
    }
    default:
      return undefined
  }
}

const isWhole = (issue: Issue): boolean =>
  'inst' in issue &&
  issue.inst !== undefined &&
  'format' in issue.inst._zod.def &&
  issue.inst._zod.def.format === 'safeint'

/** What came; undefined where that tells nothing, as NaN does, which zod makes of a text in place of a number. */
function foundOf({ code, input }: Issue): string | undefined {
  const measured = code === 'too_big' || code === 'too_small'
  if (typeof input === 'string') return measured ? `${input.length}` : quoted(input)
  if (typeof input === 'number' || typeof input === 'boolean') return Number.isNaN(input) ? undefined : `${input}`
  if (input === null) return 'null'
  if (Array.isArray(input)) return measured ? `${input.length}` : types.array
  if (input instanceof File) return measured ? `${input.size}` : types.file
  return types.object
}

/** The first of those that the schema does not have, and those that it has. */
function unknownField({ keys: [first = ''], inst }: Raw<'unrecognized_keys'>): string {
  const shape = inst !== undefined && 'shape' in inst._zod.def ? Object.keys(inst._zod.def.shape as object) : []
  return `there is no field ${quoted(first)}, expected ${listed(shape)}`
}

/** `a, b or c` */
function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`
}
