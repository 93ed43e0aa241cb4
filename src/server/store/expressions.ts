/** Pieces of SQL that stand both in the tables and in what is asked of them: one place says what they mean. */
import { NeufError } from '../../errors/errors.ts'

/**
 * Whose a job is, from the client that asked for it (`holder@address`). A token with a name is a person's, wherever they are; one
 * without is many people's, so their addresses tell them apart. (Part of a released migration: a change needs a new one.)
 */
export const ownerOf = (client: string): string =>
  `case when split_part(${client}::text, '@', 1) = 'token' then ${client}::text
     else split_part(${client}::text, '@', 1) end`

/**
 * A text as it is searched: no case, no accents (French ones and all others that Unicode writes as marks), ligatures as two
 * letters, one kind of apostrophe. What a database whose locale is C does not lower stays. (Part of a released migration: a change
 * needs a new one.)
 */
export function folded(text: string): string {
  const ligatures = [
    ['œ', 'oe'],
    ['Œ', 'oe'],
    ['æ', 'ae'],
    ['Æ', 'ae'],
  ]
  const apart = ligatures.reduce((sql, [from, to]) => `replace(${sql}, '${from}', '${to}')`, `(${text})::text`)
  const marks = `regexp_replace(normalize(${apart}, NFKD), '[\\u0300-\\u036f]', '', 'g')`
  return `btrim(translate(lower(${marks}), '’‘ʼ', ''''''''))`
}

/** Where a row stands in an order by time and id, newest first, as a text: microseconds since 1970, and the id. */
export const cursorOf = (time: string, id: string): string =>
  `(extract(epoch from ${time}) * 1000000)::bigint::text || '.' || ${id}::text`

/** What such a text says of rows with ids of this form; undefined for none. @throws NeufError `body-malformed` */
export function fromCursor(cursor: string | undefined, ids: RegExp): { microseconds: string; id: string } | undefined {
  if (cursor === undefined) return undefined
  const [, microseconds, id = ''] = /^(\d{1,17})\.(.+)$/.exec(cursor) ?? []
  if (microseconds !== undefined && ids.test(id)) return { microseconds, id }
  throw new NeufError('body-malformed', { why: 'cursor: take the one that an earlier page names as next' })
}
