/** The form of the whole measure: what `neuf evaluate` writes. */
import type { Share } from './statistics.ts'
import type { GroupReport, RankGain } from './summary.ts'
import type { VerifierAccuracy } from './verifier-accuracy.ts'

/** What a part that needs the art pack, a corpus or a verifier says without it. */
export type LeftOut = { readonly count: 0; readonly leftOut: string }

export const isLeftOut = (part: { readonly count: number } | LeftOut): part is LeftOut => 'leftOut' in part

/** Prompts that training has shown pairs of, or never has, by what they ask for. */
export type SideReport = {
  readonly all: GroupReport
  readonly kinds: Readonly<Record<string, GroupReport>>
}

export type Ceiling = {
  readonly count: number
  /** The verifier's accuracy on true renders, and on those that the image tokenizer has encoded and decoded. */
  readonly trueRenders: Share
  readonly roundTrip: Share
}

export type Nearest = {
  readonly count: number
  /** Training pictures searched. */
  readonly trainingPictures: number
  /** Accuracy of answering each prompt with the training picture whose caption says most nearly the same. */
  readonly seen: Share
  readonly heldOut: Share
  /** Mean difference to the nearest training picture, levels of 0..255: medians over prompts; null without renders. */
  readonly distance: { readonly drawn: number; readonly trueRenders: number | null }
}

/** Pictures drawn for no prompt at all. */
export type Unconditional = {
  readonly count: number
  /** null without a verifier. */
  readonly broken: Share | null
  /** Things seen in a picture, on average. */
  readonly things: number | null
}

/** Chosen pictures that repeat a drawing of the training's. */
export type Copies = { readonly count: number; readonly seen: Share; readonly heldOut: Share }

/** Scores of a scorer, over the prompts: the unranked pictures, and those chosen. */
export type Scores = { readonly count: number; readonly unranked: number; readonly chosen: number | null }

export type ScoredGroup = {
  readonly report: GroupReport | null
  readonly own: Scores
  /** By another model's scorer; null unless one was asked for. */
  readonly other: Scores | null
}

/** Prompts from a file. */
export type FileReport = {
  readonly format: 'geneval' | 'partiprompts' | 'text'
  /** In the file, and those that the model's vocabulary holds. */
  readonly prompts: number
  readonly held: number
  readonly all: ScoredGroup
  readonly groups: Readonly<Record<string, ScoredGroup & { readonly prompts: number }>>
  /** The mean over groups, as GenEval sums up; null without verdicts. */
  readonly overGroups: { readonly unranked: number; readonly chosen: number | null } | null
}

export type EvaluationReport = {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly engine: string
  readonly settings: {
    readonly prompts: number
    readonly candidates: number
    readonly chosen: number
    readonly unranked: number
    readonly seed: number
  }
  /** `source` says whether it was measured now or recorded when the verifier was packed. */
  readonly verifier:
    | (VerifierAccuracy & {
        readonly count: number
        readonly source: 'measured' | 'recorded'
        readonly name: string
        readonly sha256: string
      })
    | LeftOut
  readonly seen: SideReport | null
  readonly heldOut: SideReport | null
  readonly file: FileReport | null
  readonly rankGain: RankGain | null
  readonly ceiling: Ceiling | LeftOut
  readonly nearest: Nearest | LeftOut
  readonly unconditional: Unconditional | LeftOut
  readonly copies: Copies | LeftOut
  /** The stated match probabilities against the verifier, over all candidates. */
  readonly calibration: { readonly count: number; readonly error: number } | LeftOut
}
