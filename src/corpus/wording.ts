/** How a caption is worded: every choice the two grammars leave open. The plain wording takes the first of everything. */
import type { Random } from './random.ts'

export type Wording = {
  /** One of the forms; the first is the plain one. */
  form<T>(forms: readonly T[]): T
  /** True with the probability; never in the plain wording. */
  maybe(probability: number): boolean
  /** Written like a person in a hurry: "cat on beach". */
  readonly articles: boolean
  /** Key words only: "cat, red". */
  readonly bare: boolean
}

export const plainWording: Wording = { form: (forms) => forms[0]!, maybe: () => false, articles: true, bare: false }

/** A third of captions are key words, a tenth have no articles. */
export function drawWording(source: Random): Wording {
  const manner = source.next()
  return {
    form: (forms) => source.pick(forms),
    maybe: (probability) => source.chance(probability),
    bare: manner < 0.3,
    articles: manner >= 0.4,
  }
}

/** The plain name of a thing two times in three, a synonym else. */
export const chooseNoun = <T>(nouns: readonly T[], wording: Wording): T =>
  nouns.length > 1 && wording.maybe(0.34) ? wording.form(nouns.slice(1)) : nouns[0]!
