/** Content negotiation (RFC 9110, section 12.5.1): which of the types that there are a client likes best. */
import { NeufError } from '../../errors/errors.ts'

/**
 * The first of `offered` with the highest quality in an Accept header; the very first where there is no header.
 * @throws NeufError `not-acceptable`
 */
export function negotiate<const T extends string>(header: string | undefined, offered: readonly [T, ...T[]]): T {
  if (header === undefined || header.trim() === '') return offered[0]
  const ranges = header.slice(0, 1000).split(',').map(readRange)
  let best: { type: T; quality: number } | undefined
  for (const type of offered) {
    const quality = qualityOf(type, ranges)
    if (quality > (best?.quality ?? 0)) best = { type, quality }
  }
  if (best !== undefined) return best.type
  throw new NeufError('not-acceptable', { asked: header.slice(0, 100).toWellFormed(), offered: offered.join(', ') })
}

type Range = { readonly type: string; readonly quality: number }

function readRange(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const q = parameters.map((parameter) => /^q=(\d(?:\.\d*)?)$/.exec(parameter)?.[1]).find((each) => each !== undefined)
  return { type, quality: q === undefined ? 1 : Math.min(1, Number(q)) }
}

/** The most specific range that fits decides. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const group = `${type.split('/')[0]}/*`
  for (const fitting of [type, group, '*/*']) {
    const range = ranges.find((each) => each.type === fitting)
    if (range !== undefined) return range.quality
  }
  return 0
}
