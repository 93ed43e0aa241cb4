/** How a caption is worded: every choice the two grammars leave open. The plain wording takes the first of everything. */
import type { Entry, Kind } from './lexicon/index.ts'
import type { Random } from './random.ts'
import type { Background, Colour } from './scene.ts'

export type Wording = {
  /** One of the forms; the first is the plain one. */
  form<T>(forms: readonly T[]): T
  /** True with the probability; never in the plain wording. */
  maybe(probability: number): boolean
  /** True with the probability, and always in the plain wording: for what is there to be said, and mostly is not. */
  tells(probability: number): boolean
  /** Written like a person in a hurry: "cat on beach". */
  readonly articles: boolean
  /** Key words only: "cat, red". */
  readonly bare: boolean
  /** Emoji in place of nouns: here and there ("a 🦘 made of 🧀"), or wherever there is one ("🦘🧀", always bare). */
  readonly emoji: 'none' | 'some' | 'all'
}

/** What a caption speaks of besides its things. */
export type Mention = { readonly style: boolean; readonly filter: boolean; readonly background: boolean }

export const plainWording: Wording = {
  form: (forms) => forms[0]!,
  maybe: () => false,
  tells: () => true,
  articles: true,
  bare: false,
  emoji: 'none',
}

/** Shares of captions that are key words, have no articles, hold some emoji, hold as many emoji as they can. */
const shares = { bare: 0.3, noArticles: 0.1, someEmoji: 0.035, allEmoji: 0.02 }

export function drawWording(source: Random): Wording {
  const manner = source.next()
  const signs = source.next()
  const emoji = signs < shares.allEmoji ? 'all' : signs < shares.allEmoji + shares.someEmoji ? 'some' : 'none'
  return {
    form: (forms) => (forms.length === 1 ? forms[0]! : source.pick(forms)),
    maybe: (probability) => source.chance(probability),
    tells: (probability) => source.chance(probability),
    bare: manner < shares.bare || emoji === 'all',
    articles: manner >= shares.bare + shares.noArticles,
    emoji,
  }
}

/** The plain name of a thing two times in three, a synonym else. */
export const chooseNoun = <T>(nouns: readonly T[], wording: Wording): T =>
  nouns.length > 1 && wording.maybe(0.34) ? wording.form(nouns.slice(1)) : nouns[0]!

const livingKinds: ReadonlySet<Kind> = new Set<Kind>(['animal', 'bird', 'insect', 'person', 'fantasy'])

/** True for what can be said to sit, to stand and to hide. */
export const isLiving = (entry: Entry): boolean => livingKinds.has(entry.kind)

/** True for a background that is a place or a time: "in the forest", "at night". */
export const isPlace = (background: Background): boolean =>
  background !== 'white' && background !== 'transparent' && !background.startsWith('plain-')

const skinWords: ReadonlySet<Colour> = new Set<Colour>(['black', 'white', 'brown', 'yellow', 'red'])

/** True for a colour that, said of a person, would be understood as their skin: "painted black" says what the picture shows. */
export const readsAsSkin = (entry: Entry, colour: Colour | null): boolean =>
  colour !== null && entry.kind === 'person' && skinWords.has(colour)
