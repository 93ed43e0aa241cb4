/** What a verifier is, as data: its kind, its sizes and the names of its classes. */
import type { DetectorSettings } from '../networks/detector.ts'
import type { VerifierSettings } from '../networks/verifier.ts'
import type { DetectorClasses } from './detector-classes.ts'
import type { NamingClasses } from './naming-classes.ts'

export type DetectingNetwork = {
  readonly kind: 'detecting'
  readonly settings: DetectorSettings
  readonly classes: DetectorClasses
  /** What is surer than this is there; where things are counted, another bar may serve better. */
  readonly bars: Bars
}

export type NamingNetwork = {
  readonly kind: 'naming'
  readonly settings: VerifierSettings
  readonly classes: NamingClasses
}

export type VerifierNetwork = DetectingNetwork | NamingNetwork

/** Confidences from which on a thing counts as seen (GenEval has 0.3 and 0.9 for its own detector). */
export type Bars = { readonly present: number; readonly counted: number }

export const defaultBars: Bars = { present: 0.3, counted: 0.4 }

export const barsOf = (network: VerifierNetwork): Bars => (network.kind === 'detecting' ? network.bars : defaultBars)

/** The concepts that it can name. */
export const conceptsOf = (network: VerifierNetwork): readonly string[] =>
  network.kind === 'detecting' ? network.classes.things.concept : network.classes.objects.slice(0, -1)
