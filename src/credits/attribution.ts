/** Where a drawing comes from, and what has to be said wherever it is passed on. */
import { artSets } from '../art/sets.ts'
import { pictureId, type SourcePicture } from '../art/source-list.ts'
import type { DrawingName } from './drawing-index.ts'

export type Attribution = {
  /** The set's name in the art pack; `own` for the project's own drawings. */
  readonly set: string
  readonly name: string
  readonly concept: string | null
  readonly presentation: 'person' | 'woman' | 'man' | null
  readonly tone: string | null
  /** What the drawing is called in English. */
  readonly title: string
  /** By its SPDX name; null for a drawing that neuf's list of sources does not have. */
  readonly licence: string | null
  readonly credit: string | null
  /** `owner/name` on GitHub and the commit; null for what is in the project itself. */
  readonly repository: string | null
  readonly commit: string | null
  /** In the repository. */
  readonly path: string | null
}

const nothingKnown = {
  concept: null,
  presentation: null,
  tone: null,
  licence: null,
  credit: null,
  repository: null,
  commit: null,
  path: null,
} as const

/** Looks drawings up in the list of sources. */
export function attributions(pictures: readonly SourcePicture[]): (drawing: DrawingName) => Attribution {
  const known = new Map(pictures.map((picture) => [pictureId(picture), picture]))
  return ({ set, name }) => {
    if (set === 'own') return ownAttribution(name)
    const picture = known.get(`${set}/${name}`)
    // A model can be trained on art of one's own.
    if (picture === undefined) return { set, name, title: name, ...nothingKnown }
    const { licence, credit, repository, commit } = artSets[picture.set]
    const { concept, presentation, tone, en } = picture.subject
    const { path } = picture
    return { set, name, concept, presentation, tone, title: en.name, licence, credit, repository, commit, path }
  }
}

const ownAttribution = (name: string): Attribution => ({
  set: 'own',
  name,
  concept: name,
  presentation: null,
  tone: null,
  title: name.replaceAll('-', ' '),
  licence: 'Apache-2.0',
  credit: 'Neuf, Copyright 2026 the Neuf authors, Apache License 2.0',
  repository: null,
  commit: null,
  path: `src/corpus/drawings/${name}.svg`,
})
