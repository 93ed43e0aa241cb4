/** French puts a space before some signs and inside of guillemets, at which no line may break. */

const inTexts = (text: string): string => text.replace(/ (?=[:;?!%»…])/g, '\u00a0').replace(/« /g, '«\u00a0')

/** The same table, with no-break spaces in its texts and in what its functions make. */
export function typeset<T>(table: T): T {
  if (typeof table === 'string') return inTexts(table) as T
  if (typeof table === 'function') return ((...given: unknown[]) => inTexts(table(...given))) as T
  if (Array.isArray(table)) return table.map(typeset) as T
  return Object.fromEntries(Object.entries(table as object).map(([key, value]) => [key, typeset(value)])) as T
}
