/** Scenes to ask a model for: their plain captions are the prompts, and what they hold is what a verifier looks for. */
import { isDrawn } from './concepts.ts'
import { lexicon } from './lexicon.ts'
import { random } from './random.ts'
import { defaultSample } from './sample.ts'
import { type Colour, colours, type Material, materials, type Scene, type Style } from './scene.ts'
import { isColourHeldOut, isMaterialHeldOut, isStyleHeldOut } from './splits.ts'

export type EvaluationKind = 'single' | 'colour-seen' | 'colour-held-out' | 'material-seen' | 'material-held-out'

export type EvaluationSettings = {
  readonly kind: EvaluationKind
  readonly count: number
  readonly seed: number
  /** Those of the shipped model's corpus unless told otherwise; the styles too. */
  readonly concepts?: readonly string[]
  readonly styles?: readonly Style[]
}

type Look = { readonly concept: string; readonly colour: Colour | null; readonly material: Material | null }

/**
 * One thing on a plain ground each, in shuffled order, every pair once before any comes twice. Colours that a thing has by nature are
 * left out on both sides, so that seen and held-out pairs are alike; so is cheese made of cheese.
 */
export function evaluationScenes(settings: EvaluationSettings): Scene[] {
  const { kind, count, seed } = settings
  const source = random(seed, `evaluate/${kind}`)
  const pairs = looks(kind, settings.concepts ?? defaultSample.concepts)
  if (pairs.length === 0) throw new RangeError(`no ${kind} pairs among the concepts`)
  const scenes: Scene[] = []
  while (scenes.length < count) {
    const round = [...pairs]
    for (let k = round.length - 1; k > 0; k--) {
      const other = source.below(k + 1)
      ;[round[k], round[other]] = [round[other]!, round[k]!]
    }
    for (const look of round.slice(0, count - scenes.length)) {
      const drawn = (settings.styles ?? defaultSample.styles).filter((style) => isDrawn(look.concept, style))
      const seen = drawn.filter((style) => !isStyleHeldOut(look.concept, style))
      const style = source.pick(seen.length > 0 ? seen : drawn)
      // The corpus shows no white thing on white: it would hardly be seen.
      const background = look.colour === 'white' ? 'plain-blue' : 'white'
      scenes.push({ things: [{ ...look, size: 'normal', count: 1 }], background, style })
    }
  }
  return scenes
}

function looks(kind: EvaluationKind, concepts: readonly string[]): Look[] {
  if (kind === 'single') return concepts.map((concept) => ({ concept, colour: null, material: null }))
  const heldOut = kind.endsWith('held-out')
  const entries = lexicon.filter((entry) => concepts.includes(entry.concept))
  if (kind.startsWith('colour')) {
    return entries.flatMap(({ concept, natural }) =>
      colours
        .filter((colour) => !natural.includes(colour) && isColourHeldOut(concept, colour) === heldOut)
        .map((colour) => ({ concept, colour, material: null })),
    )
  }
  return entries.flatMap(({ concept }) =>
    materials
      .filter((material) => !(concept === 'cheese-wedge' && material === 'cheese'))
      .filter((material) => isMaterialHeldOut(concept, material) === heldOut)
      .map((material) => ({ concept, colour: null, material })),
  )
}
