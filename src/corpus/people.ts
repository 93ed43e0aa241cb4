/** Which presentations of a person a style draws: not all styles have all of them. */
import { entryOf } from './concepts.ts'
import { type Presentation, presentations, type Style } from './scene.ts'

/** No style draws these as nobody in particular. */
const neverNeutral: ReadonlySet<string> = new Set(['dancer'])

/** The blob drawings give a woman and a man, but these few alone leave it open. */
const neutralBlobs: ReadonlySet<string> = new Set([
  'deaf-person',
  'zombie',
  'person-standing',
  'person-kneeling',
  'superhero',
  'supervillain',
])
const onlyBlob: Readonly<Record<string, Presentation>> = {
  'person-beard': 'man',
  'person-in-tuxedo': 'man',
  'person-with-veil': 'woman',
}

/** The presentations in which a style draws the concept; none where the concept has only one, or the style lacks it. */
export function presentationsIn(concept: string, style: Style): readonly Presentation[] {
  const entry = entryOf(concept)
  if (!entry.presentations || entry.without.includes(style)) return []
  const drawn = presentations.filter((which) => which !== 'person' || !neverNeutral.has(concept))
  if (style !== 'blob') return drawn
  const only = onlyBlob[concept]
  if (only) return [only]
  return neutralBlobs.has(concept) ? drawn : drawn.filter((which) => which !== 'person')
}

/** The presentations in which any style draws the concept; none where it has only one. */
export const presentationsOf = (concept: string): readonly Presentation[] =>
  entryOf(concept).presentations
    ? presentations.filter((which) => which !== 'person' || !neverNeutral.has(concept))
    : []
