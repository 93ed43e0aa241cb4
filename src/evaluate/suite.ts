/** The prompts of the measure: plain captions of scenes of every kind, each in English and in French. */
import { plainCaption } from '../corpus/captions.ts'
import { english } from '../corpus/english.ts'
import { type EvaluationKind, evaluationKinds, evaluationScenes } from '../corpus/evaluation-scenes.ts'
import { french } from '../corpus/french.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import type { Language, Scene } from '../corpus/scene.ts'
import { plainWording } from '../corpus/wording.ts'
import { type Requirement, requirementOf } from './requirements.ts'
import type { VerifierNetwork } from './verifier-network.ts'
import { heldOutStyle } from './verifier-scenes.ts'

export type SuitePrompt = {
  /** Of a suite of our own: what its scenes are, with whether training held them out. Of a file: what the file calls it. */
  readonly kind: string
  readonly language: Language
  /** As a person would type it. */
  readonly text: string
  /** null: nobody says what a picture must show. */
  readonly requirement: Requirement | null
  /** A scene that the text describes; null for a prompt from a file. */
  readonly scene: Scene | null
}

export type ScenePrompt = SuitePrompt & { readonly requirement: Requirement; readonly scene: Scene }

const heldOut = /-held-out$/
const seen = /-seen$/

export const isHeldOutKind = (kind: string): boolean => heldOut.test(kind)
/** What is measured, whether training held it out or not: `colour`. */
export const groupOf = (kind: string): string => kind.replace(heldOut, '').replace(seen, '')

export type SuiteSettings = {
  /** Prompts of each kind. */
  readonly prompts: number
  readonly seed: number
  /** Of the model's corpus. */
  readonly sample: SampleSettings
  readonly languages?: readonly Language[]
  /** All that the sample has scenes for, unless given. */
  readonly kinds?: readonly EvaluationKind[]
}

/** The kinds take turns, so that the first part of a suite is a smaller suite; a scene's languages follow each other. */
export function suite({ prompts, seed, sample, languages = ['en', 'fr'], kinds }: SuiteSettings): ScenePrompt[] {
  const scenes = (kinds ?? kindsOf(sample)).map((kind) => {
    return { kind, scenes: evaluationScenes({ kind, count: prompts, seed, sample: sampleFor(kind, sample) }) }
  })
  return Array.from({ length: prompts }, (_, place) =>
    scenes.flatMap(({ kind, scenes: own }) =>
      languages.map((language): ScenePrompt => {
        const scene = own[place]!
        const text = captionFor(kind, scene, language)
        return { kind, language, text, requirement: requirementFor(kind, scene, text), scene }
      }),
    ),
  ).flat()
}

/** The kinds that scenes of this sample can be of. */
export const kindsOf = (sample: SampleSettings): EvaluationKind[] =>
  evaluationKinds.filter((kind) => {
    try {
      return evaluationScenes({ kind, count: 1, seed: 0, sample: sampleFor(kind, sample) }).length > 0
    } catch (error) {
      if (error instanceof RangeError) return false
      throw error
    }
  })

/** Those of them that a verifier can judge: one that names a single thing sees neither numbers nor places nor styles. */
export const kindsFor = (sample: SampleSettings, network?: VerifierNetwork): EvaluationKind[] =>
  kindsOf(sample).filter(
    (kind) => network?.kind !== 'naming' || ['single', 'colour', 'material'].includes(groupOf(kind)),
  )

const asksForStyle = (kind: string): boolean => groupOf(kind) === 'style'

/** A style that no verifier has learned is not asked for; where there is one style, none is. */
function sampleFor(kind: EvaluationKind, sample: SampleSettings): SampleSettings {
  if (!asksForStyle(kind)) return sample
  const styles = sample.styles.filter((style) => style !== heldOutStyle)
  return { ...sample, styles: styles.length > 1 ? styles : [] }
}

/** Plain, with the drawing style where that is what is asked for. */
function captionFor(kind: EvaluationKind, scene: Scene, language: Language): string {
  if (!asksForStyle(kind)) return plainCaption(scene, language)
  const words = language === 'en' ? english : french
  return words(scene, plainWording, { style: true, filter: true, background: false })
}

/** GenEval's names of what it measures, too. */
const tags: Readonly<Record<string, string>> = {
  single: 'single_object',
  two: 'two_object',
  count: 'counting',
  colour: 'colors',
  position: 'position',
  attribution: 'color_attr',
}

function requirementFor(kind: EvaluationKind, scene: Scene, prompt: string): Requirement {
  const group = groupOf(kind)
  const looksFor = {
    exactCount: group === 'count',
    positions: group === 'position' || group === 'relation',
    style: asksForStyle(kind),
  }
  return requirementOf(scene, { tag: tags[group] ?? group, prompt, looksFor })
}
