/** The prompts of the measure: plain captions of scenes of one thing, in English and French. */
import { plainCaption } from '../corpus/captions.ts'
import { type EvaluationKind, evaluationScenes } from '../corpus/evaluation-scenes.ts'
import type { Language, Scene, Style } from '../corpus/scene.ts'
import type { Look } from './verifier-classes.ts'

/** Three that training has shown in other pictures, two that it never has. */
export const evaluationKinds = [
  'single',
  'colour-seen',
  'material-seen',
  'colour-held-out',
  'material-held-out',
] as const satisfies readonly EvaluationKind[]

export const isHeldOutKind = (kind: EvaluationKind): boolean => kind.endsWith('held-out')

export type SuitePrompt = {
  readonly kind: EvaluationKind
  readonly language: Language
  /** As a person would type it. */
  readonly text: string
  readonly look: Look
  /** A scene that the text describes. */
  readonly scene: Scene
}

export type SuiteSettings = {
  /** Prompts of each kind. */
  readonly prompts: number
  readonly seed: number
  readonly concepts: readonly string[]
  readonly styles: readonly Style[]
}

/** Every prompt of this many is in French. */
const frenchEvery = 4

/** The kinds take turns, so that the first part of a suite is a smaller suite. */
export function suite({ prompts, seed, concepts, styles }: SuiteSettings): SuitePrompt[] {
  const scenes = evaluationKinds.map((kind) => evaluationScenes({ kind, count: prompts, seed, concepts, styles }))
  return Array.from({ length: prompts }, (_, place) =>
    evaluationKinds.map((kind, which): SuitePrompt => {
      const scene = scenes[which]![place]!
      const language = place % frenchEvery === frenchEvery - 1 ? 'fr' : 'en'
      return { kind, language, text: plainCaption(scene, language), look: lookOf(scene), scene }
    }),
  ).flat()
}

/** What a scene of one thing shows. */
export function lookOf(scene: Scene): Look {
  const [thing] = scene.things
  if (thing === undefined || scene.things.length !== 1) throw new RangeError('a scene of the measure shows one thing')
  return { concept: thing.concept, colour: thing.colour, material: thing.material }
}
