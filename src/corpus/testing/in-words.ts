/** Scenes written shortly, and what the grammars call them: for tests of wording. */
import { english } from '../english.ts'
import { french } from '../french.ts'
import { random } from '../random.ts'
import type { Language, Relation, Scene, Thing } from '../scene.ts'
import { drawWording, type Mention, type Wording } from '../wording.ts'

/** One thing, as it is unless told otherwise. */
export const thing = (concept: string, over: Partial<Thing> = {}): Thing => ({
  concept,
  presentation: null,
  tone: null,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...over,
})
/** Things, what stands between them, and the rest of the scene: white, flat, no filter. */
export const scene = (things: Thing[], between: Relation[] | Relation = [], over: Partial<Scene> = {}): Scene => ({
  things,
  relations: [between].flat(),
  background: 'white',
  style: 'flat',
  filter: null,
  ...over,
})

export const languages = ['en', 'fr'] as const
export const all: Mention = { style: true, filter: true, background: true }
export const nothing: Mention = { style: false, filter: false, background: false }

export const inWords = (of: Scene, language: Language, wording: Wording, mention: Mention = nothing): string =>
  language === 'en' ? english(of, wording, mention) : french(of, wording, mention)

/** All that a scene is called over many seeds, without slips. */
export const said = (of: Scene, language: Language, mention: Mention = nothing): ReadonlySet<string> =>
  new Set(Array.from({ length: 2000 }, (_, seed) => inWords(of, language, drawWording(random(seed, 'said')), mention)))
