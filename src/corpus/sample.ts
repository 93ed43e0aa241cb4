/** Which scenes there are: a scene is a pure function of its seed and the settings. */
import { concepts, isDrawn, twentyConcepts } from './concepts.ts'
import { type Random, random } from './random.ts'
import {
  type Background,
  backgrounds,
  colours,
  materials,
  relations,
  type Scene,
  type Size,
  type Style,
  type Thing,
} from './scene.ts'
import { isHeldOut } from './splits.ts'

export type SampleSettings = {
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
  /** The first is drawn `whiteShare` of the time, the others as often as each other. */
  readonly backgrounds: readonly Background[]
  readonly whiteShare: number
  /** Whether things stand elsewhere each time; see `DrawingSettings`. */
  readonly wander: boolean
  /** How often each kind of scene comes, as weights. */
  readonly mix: {
    /** One thing as it is. */
    readonly plain: number
    /** One thing in a colour. */
    readonly colour: number
    /** One thing made of a material. */
    readonly material: number
    /** One thing in a colour and a material. */
    readonly both: number
    /** One thing, small or large, some in a colour. */
    readonly size: number
    /** Two or three of a thing, some in a colour. */
    readonly count: number
    /** Two things in a relation, some with colours or materials. */
    readonly relation: number
  }
  /** Held-out pairs are drawn too: only for a verifier, which must know what it is shown. */
  readonly allowHeldOut?: true
}

/** The corpus of the shipped model. */
export const defaultSample: SampleSettings = {
  concepts,
  // The four other styles are left out: what a network this small gains by fewer drawings to know is worth more.
  styles: ['flat', 'sticker'],
  backgrounds,
  whiteShare: 0.6,
  // A network this small has enough to do with what things look like.
  wander: false,
  mix: { plain: 32, colour: 26, material: 22, both: 1, size: 5, count: 6, relation: 8 },
}

/** Twenty things on white: enough to see every part work. */
export const skeletonSample: SampleSettings = {
  concepts: twentyConcepts,
  styles: ['flat', 'cartoon'],
  backgrounds: ['white'],
  whiteShare: 1,
  wander: false,
  mix: { plain: 60, colour: 30, material: 10, both: 0, size: 0, count: 0, relation: 0 },
}

/** A thing is hard to see on a ground of its own colour: such scenes are drawn again. */
const lostOn: Partial<Record<Background, readonly string[]>> = {
  white: ['white'],
  'plain-pink': ['pink'],
  'plain-blue': ['blue', 'ice'],
  'plain-green': ['green', 'grass'],
  'plain-yellow': ['yellow', 'cheese', 'gold'],
  'plain-grey': ['grey', 'stone', 'white'],
  'plain-purple': ['purple'],
  'plain-orange': ['orange', 'wood'],
  sky: ['blue', 'ice', 'white'],
  field: ['green', 'grass'],
  sea: ['blue', 'ice'],
  beach: ['yellow', 'cheese'],
  snow: ['white', 'ice'],
  night: ['black', 'chocolate'],
  space: ['black', 'chocolate'],
  desert: ['orange', 'wood', 'yellow'],
  forest: ['green', 'grass'],
  room: ['brown', 'wood'],
  sunset: ['orange', 'purple', 'chocolate'],
}

const isLost = (scene: Scene): boolean =>
  scene.things.some((thing) => {
    const lost = lostOn[scene.background] ?? []
    return (
      (thing.colour !== null && lost.includes(thing.colour)) ||
      (thing.material !== null && lost.includes(thing.material))
    )
  })

/** Tries before settings are taken to allow no scene at all. */
const tries = 1000

/**
 * The scene of a seed. Never one that `isHeldOut`.
 * Throws RangeError where the settings leave nothing to draw.
 */
export const sampleScene = (seed: number, settings: SampleSettings = defaultSample): Scene =>
  sample(seed, settings, (scene) => !isHeldOut(scene))

/**
 * The same, held-out pairs too: for a verifier, which must know what it is shown. Never to be trained on by a generator
 * or a scorer.
 */
export const sampleAnyScene = (seed: number, settings: SampleSettings = defaultSample): Scene =>
  sample(seed, settings, () => true)

function sample(seed: number, settings: SampleSettings, allowed: (scene: Scene) => boolean): Scene {
  const source = random(seed, 'scene')
  // What kind of scene it is stays the same over the tries, so that resampling does not shift the mix.
  const kind = source.weighted(Object.entries(settings.mix) as [keyof SampleSettings['mix'], number][])
  for (let k = 0; k < tries; k++) {
    const scene = propose(kind, source, settings)
    if (scene && allowed(scene) && !isLost(scene)) return scene
  }
  throw new RangeError(`the settings leave nothing to draw for "${kind}": ${JSON.stringify(settings)}`)
}

/** White as often as the settings say. */
const sampleBackground = (source: Random, settings: SampleSettings): Background =>
  settings.backgrounds.length === 1 || source.chance(settings.whiteShare)
    ? settings.backgrounds[0]!
    : source.pick(settings.backgrounds.slice(1))

function propose(kind: keyof SampleSettings['mix'], source: Random, settings: SampleSettings): Scene | null {
  const concept = source.pick(settings.concepts)
  const second = source.pick(settings.concepts)
  const style = source.pick(settings.styles)
  if (!isDrawn(concept, style)) return null
  const background = sampleBackground(source, settings)
  const thing = (over: Partial<Thing>): Thing => ({
    concept,
    colour: null,
    material: null,
    size: 'normal',
    count: 1,
    ...over,
  })
  const one = (over: Partial<Thing>): Scene => ({ things: [thing(over)], background, style })
  const colour = source.pick(colours)
  const material = source.pick(materials)
  switch (kind) {
    case 'plain':
      return one({})
    case 'colour':
      return one({ colour })
    case 'material':
      return one({ material })
    case 'both':
      return one({ colour, material })
    case 'size':
      return one({ size: source.pick<Size>(['small', 'large']), colour: source.chance(0.35) ? colour : null })
    case 'count': {
      const count = source.chance(0.5) ? 2 : 3
      return one({ count, colour: source.chance(0.35) ? colour : null })
    }
    case 'relation': {
      if (second === concept || !isDrawn(second, style)) return null
      const dressed = (name: string): Thing => {
        const look = source.next()
        if (look < 0.3) return thing({ concept: name, colour: source.pick(colours) })
        return look < 0.38 ? thing({ concept: name, material: source.pick(materials) }) : thing({ concept: name })
      }
      return { things: [dressed(concept), dressed(second)], relation: source.pick(relations), background, style }
    }
  }
}
