/** What a host may decide about prompts: categories, levels, and its own lists. Data only; `check-prompt.ts` applies it. */

/** What a prompt can be stopped for. `coarse` is swearing and suggestive words, which only a class of children minds. */
export const categories = [
  'minors',
  'hate',
  'sexual',
  'violence',
  'self-harm',
  'dangerous',
  'people',
  'extremism',
  'coarse',
] as const
export type Category = (typeof categories)[number]

/** `mild`: the subject itself (a nude, a corpse); `strong`: what hardly anyone wants drawn for others. */
export type Severity = 'mild' | 'strong'

/** `blurred`: drawn, and shown blurred until somebody asks to see it. */
export type Outcome = 'allowed' | 'blurred' | 'refused'

/** From lenient to strict. `off` still refuses sexual content with minors. */
export const levels = ['off', 'standard', 'strict'] as const
export type Level = (typeof levels)[number]

export type Policy = {
  readonly level: Level
  /** People by name who are not to be drawn in demeaning, sexual or violent scenes; at `strict` not at all. */
  readonly people?: readonly string[]
  /** Uses that are harmless here, in the notation of `terms.ts`: a word within one of them is no reason. */
  readonly allow?: readonly string[]
  /** More terms, in the same notation, that count as `strong` in their category. */
  readonly block?: Readonly<Partial<Record<Category, readonly string[]>>>
}

type Actions = Readonly<Record<Category, Readonly<Record<Severity, Outcome>>>>

const every = (mild: Outcome, strong: Outcome = mild) => ({ mild, strong })

/** What each level does with each category. No level allows `minors`. */
export const actions: Readonly<Record<Level, Actions>> = {
  off: {
    minors: every('refused'),
    hate: every('allowed'),
    sexual: every('allowed'),
    violence: every('allowed'),
    'self-harm': every('allowed'),
    dangerous: every('allowed'),
    people: every('allowed'),
    extremism: every('allowed'),
    coarse: every('allowed'),
  },
  standard: {
    minors: every('refused'),
    hate: every('allowed', 'refused'),
    sexual: every('blurred', 'refused'),
    violence: every('allowed', 'blurred'),
    'self-harm': every('blurred', 'refused'),
    dangerous: every('allowed', 'refused'),
    people: every('allowed', 'refused'),
    extremism: every('blurred', 'refused'),
    coarse: every('allowed'),
  },
  strict: {
    minors: every('refused'),
    hate: every('refused'),
    sexual: every('refused'),
    violence: every('refused'),
    'self-harm': every('refused'),
    dangerous: every('refused'),
    people: every('refused'),
    extremism: every('refused'),
    coarse: every('refused'),
  },
}

const ranks: Readonly<Record<Outcome, number>> = { allowed: 0, blurred: 1, refused: 2 }

/** The more careful of two outcomes. */
export const stricterOutcome = (a: Outcome, b: Outcome): Outcome => (ranks[a] >= ranks[b] ? a : b)

/** The stricter of two levels: nobody gets below what a host has set. */
export const stricterLevel = (a: Level, b: Level): Level => (levels.indexOf(a) >= levels.indexOf(b) ? a : b)
