/** Which scenes there are: a scene is a pure function of its seed and the settings. */
import { entryOf, isDrawn } from './concepts.ts'
import { groundUnder, isLost, keepsLooks } from './lost.ts'
import { presentationsIn, presentationsOf } from './people.ts'
import { type Random, random } from './random.ts'
import { type Mix, type Part, type SampleSettings, tinySample } from './sample-settings.ts'
import {
  type Background,
  type Count,
  colours,
  type Relation,
  type Scene,
  type Size,
  type Style,
  type Thing,
  type Tone,
} from './scene.ts'
import { isFree, isSensibleChain, pickConcept, poolsOf } from './sensible.ts'
import { spelledBy } from './spelled.ts'
import { isHeldOut, isValidationScene } from './splits.ts'

export {
  completeSample,
  evenPeople,
  fullSample,
  type Mix,
  type Part,
  type SampleSettings,
  skeletonSample,
  tinySample,
} from './sample-settings.ts'

type SceneKind = keyof Mix

/** Tries before settings are taken to allow no scene at all. */
const tries = 4000

/**
 * The scene of a seed, in the part of all scenes that the settings name. Never one that `isHeldOut`.
 * Throws RangeError where the settings leave nothing to draw.
 */
export const sampleScene = (seed: number, settings: SampleSettings = tinySample): Scene =>
  sample(seed, settings, (scene) => !isHeldOut(scene))

/**
 * The same, held-out pairs too: for a verifier, which must know what it is shown. Never to be trained on by a generator
 * or a scorer.
 */
export const sampleAnyScene = (seed: number, settings: SampleSettings = tinySample): Scene =>
  sample(seed, settings, () => true)

function sample(seed: number, settings: SampleSettings, allowed: (scene: Scene) => boolean): Scene {
  const source = random(seed, 'scene')
  const part = settings.part ?? 'any'
  const pickKind = (): SceneKind => source.weighted(choicesOf(settings).kinds)
  // What kind of scene it is stays the same over the tries, so that resampling does not shift the mix. Those kept for
  // validation are few, and a small corpus may have none of a kind.
  let kind = pickKind()
  for (let k = 0; k < tries; k++) {
    if (k > 0 && part === 'validation') kind = pickKind()
    const scene = propose(kind, source, settings)
    if (scene && !isLost(scene) && allowed(scene) && isIn(part, scene)) return scene
  }
  const { concepts, ...others } = settings
  const from = `${concepts.length} concepts, ${JSON.stringify(others)}`
  throw new RangeError(`the settings leave nothing to draw for "${kind}": ${from}`)
}

const isIn = (part: Part, scene: Scene): boolean =>
  part === 'any' || isValidationScene(scene) === (part === 'validation')

/** What every scene of some settings chooses from; made once. */
type Choices = {
  readonly kinds: readonly (readonly [SceneKind, number])[]
  readonly tones: readonly (readonly [Tone | 'unmarked', number])[]
  /** All backgrounds but the first and the transparent one. */
  readonly grounds: readonly Background[]
}
const known = new WeakMap<SampleSettings, Choices>()

function choicesOf(settings: SampleSettings): Choices {
  let choices = known.get(settings)
  if (!choices) {
    choices = {
      kinds: Object.entries(settings.mix) as [SceneKind, number][],
      tones: Object.entries(settings.people.tones) as [Tone | 'unmarked', number][],
      grounds: settings.backgrounds.slice(1).filter((background) => background !== 'transparent'),
    }
    known.set(settings, choices)
  }
  return choices
}

/** White as often as the settings say. */
function sampleBackground(source: Random, settings: SampleSettings): Background {
  const { backgrounds, whiteShare, transparentShare } = settings
  if (transparentShare > 0 && source.chance(transparentShare)) return 'transparent'
  if (backgrounds.length === 1 || source.chance(whiteShare)) return backgrounds[0]!
  return source.pick(choicesOf(settings).grounds)
}

type Look = Partial<Pick<Thing, 'colour' | 'material' | 'size' | 'count'>>

/**
 * A thing with a look; a person is shown in one of the ways that the art has, as the settings weigh them. Of a green person, or
 * one made of wood, nobody sees a skin tone.
 */
function thing(concept: string, look: Look, source: Random, settings: SampleSettings): Thing {
  const ways = presentationsOf(concept)
  const bare = entryOf(concept).tones && !look.colour && !look.material
  const tone = bare ? source.weighted(choicesOf(settings).tones) : 'unmarked'
  const weights = settings.people.presentations
  return {
    concept,
    presentation: ways.length > 0 ? source.weighted(ways.map((way) => [way, weights[way]])) : null,
    tone: tone === 'unmarked' ? null : tone,
    colour: null,
    material: null,
    size: 'normal',
    count: 1,
    ...look,
  }
}

const draws = (style: Style, { concept, presentation }: Thing): boolean =>
  isDrawn(concept, style) && (presentation === null || presentationsIn(concept, style).includes(presentation))

/** "A red blue book" tells nobody anything. */
const isContradiction = ({ concept, colour }: Thing): boolean => colour !== null && Boolean(spelledBy(concept)?.colour)

/** One try: null where what was drawn does not go together. */
function propose(kind: SceneKind, source: Random, settings: SampleSettings): Scene | null {
  const pools = poolsOf(settings)
  const pool = kind === 'people' ? pools.people : isSeveral(kind) ? pools.things : pools.all
  const pick = (): string | undefined => pickConcept(pool, source, settings.everydayShare)
  const [concept, second] = [pick(), pick()]
  const style = source.pick(settings.styles)
  if (concept === undefined || second === undefined || !isDrawn(concept, style)) return null
  const background = sampleBackground(source, settings)
  const colour = source.pick(colours)
  const material = source.pick(settings.materials)
  const one = (look: Look) => finish([thing(concept, look, source, settings)], [], style, background, source, settings)
  switch (kind) {
    case 'plain':
    case 'people':
      return one({})
    case 'colour':
      return one({ colour })
    case 'material':
      return one({ material })
    case 'both':
      return one({ colour, material })
    case 'size':
      return one({ size: source.pick<Size>(['small', 'large']), colour: source.chance(0.35) ? colour : null })
    case 'count':
      return one({ count: source.pick(settings.counts), colour: source.chance(0.35) ? colour : null })
    case 'many':
      return one({ count: 'many', colour: source.chance(0.25) ? colour : null })
    case 'relation': {
      if (second === concept || !isDrawn(second, style)) return null
      const looks = [dressed(source, settings), dressed(source, settings)]
      const relation = source.pick(settings.relations)
      const names = isFree(relation) ? [concept, second] : castFor([relation], source, settings)
      if (!names) return null
      const things = names.map((name, k) => thing(name, looks[k]!, source, settings))
      return finish(things, [relation], style, background, source, settings)
    }
    case 'countedRelation': {
      const relation = source.pick(settings.relations)
      // "Three cats wearing two hats" is more than a picture this size can say.
      if (!isFree(relation) && relation !== 'inside') return null
      const names = castFor([relation], source, settings)
      if (!names) return null
      const which = relation === 'inside' || source.chance(0.7) ? 0 : 1
      const count = source.pick<Count>(relation === 'inside' ? [2, 3] : [2, 3, 'many'])
      const things = names.map((name, k) => thing(name, k === which ? { count } : {}, source, settings))
      return finish(things, [relation], style, background, source, settings)
    }
    case 'three': {
      const relations = [source.pick(settings.relations), source.pick(settings.relations)] as const
      if (!isSensibleChain(...relations)) return null
      const names = castFor(relations, source, settings)
      if (!names) return null
      const things = names.map((name) =>
        thing(name, source.chance(0.2) ? { colour: source.pick(colours) } : {}, source, settings),
      )
      return finish(things, relations, style, background, source, settings)
    }
  }
}

const isSeveral = (kind: SceneKind): boolean =>
  kind === 'count' || kind === 'many' || kind === 'relation' || kind === 'countedRelation' || kind === 'three'

/** Of two things in a relation some have a colour, a few a material. */
function dressed(source: Random, { materials }: SampleSettings): Look {
  const look = source.next()
  if (look < 0.3) return { colour: source.pick(colours) }
  return look < 0.38 ? { material: source.pick(materials) } : {}
}

/** Concepts fit for the relations between them; null where there are none, or one comes twice. */
function castFor(relations: readonly Relation[], source: Random, settings: SampleSettings): string[] | null {
  const { forRelation } = poolsOf(settings)
  const names: string[] = []
  for (let k = 0; k <= relations.length; k++) {
    const [before, after] = [relations[k - 1], relations[k]]
    // Of the relations on both sides of a thing at most one asks anything of it.
    const asking = after !== undefined && (before === undefined || isFree(before)) ? after : before!
    const pool = forRelation.get(asking)![asking === after ? 0 : 1]
    const name = pickConcept(pool, source, settings.everydayShare)
    if (name === undefined || names.includes(name)) return null
    names.push(name)
  }
  return names
}

/** The scene of these things, in a style that draws them all; null where there is none. */
function finish(
  things: readonly Thing[],
  relations: readonly Relation[],
  wanted: Style,
  background: Background,
  source: Random,
  { styles, filters, filterShare }: SampleSettings,
): Scene | null {
  if (things.some(isContradiction)) return null
  const drawsAll = (style: Style): boolean => things.every((one) => draws(style, one))
  let style = wanted
  if (!drawsAll(style)) {
    // Another style, rather than another person: not all styles draw all presentations, and their shares are to stay as told.
    const others = styles.filter(drawsAll)
    if (others.length === 0) return null
    style = source.pick(others)
  }
  const fitting = things.some(({ colour, material }) => colour ?? material) ? filters.filter(keepsLooks) : filters
  const filter = fitting.length > 0 && source.chance(filterShare) ? source.pick(fitting) : null
  const seen = filter === null || keepsLooks(filter) ? things : things.map((one) => ({ ...one, tone: null }))
  return { things: seen, relations, background: groundUnder(filter, background), style, filter }
}
