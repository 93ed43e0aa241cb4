/**
 * Where a classifier of pictures goes, for models that can draw what a prompt does not say. A contract and how its answer
 * joins a prompt's verdict; neuf brings no such classifier, and its own models need none (docs/safety.md says why). A server asks one
 * that its host names about every picture that it keeps.
 */
import { type ReasonText, reasonText } from './explain.ts'
import { actions, type Category, type Outcome, type Policy, type Severity, stricterOutcome } from './policy.ts'

/** What can be seen on a picture. */
export const pictureCategories = ['minors', 'hate', 'sexual', 'violence', 'self-harm', 'extremism'] as const
export type PictureCategory = (typeof pictureCategories)[number]

/** RGB or RGBA, rows from the top, 8 bits a channel; `Pixels` of `src/image` is one. */
export type ClassifiedPicture = {
  readonly width: number
  readonly height: number
  readonly channels: 3 | 4
  readonly data: Uint8Array
}

/** For each category a probability, 0 to 1, that a picture shows it; the severities are told apart where it can. */
export type PictureProbabilities = Readonly<
  Partial<Record<PictureCategory, Readonly<Partial<Record<Severity, number>>>>>
>

export type PictureClassifier = {
  /** Which classifier, with its version: kept with every verdict, since another would say something else. */
  readonly name: string
  /** One answer for each picture, in their order; the same answer whatever other pictures are asked about. */
  classify(pictures: readonly ClassifiedPicture[], signal?: AbortSignal): Promise<readonly PictureProbabilities[]>
}

/** From which probability on a category counts. A classifier's own calibration decides what to set. */
export type Thresholds = Readonly<Record<PictureCategory, number>>

/** A classifier, and from when on it counts. */
export type PictureJudge = { readonly classifier: PictureClassifier; readonly thresholds: Thresholds }

/** What a classifier saw on a picture: kept, so that it can be judged anew by another policy. */
export type Sight = {
  /** The name of the classifier. */
  readonly classifier: string
  readonly probabilities: PictureProbabilities
  readonly thresholds: Thresholds
}

export type PictureReason = {
  readonly category: PictureCategory
  readonly severity: Severity
  readonly outcome: Exclude<Outcome, 'allowed'>
  readonly probability: number
  readonly why: ReasonText
}

export type PictureVerdict = {
  /** The name of the classifier. */
  readonly classifier: string
  readonly outcome: Outcome
  readonly reasons: readonly PictureReason[]
}

/**
 * What a policy says of one picture: the more careful of what the prompt was given and what is seen. A picture never gets a
 * milder outcome than its prompt; a refused one is not shown, and the other candidates of its prompt stand as they are.
 * @throws RangeError for a probability outside 0 to 1: an answer that is none must not pass for harmless
 */
export function judgePicture(
  prompt: Outcome,
  seen: PictureProbabilities,
  { level }: Pick<Policy, 'level'>,
  { name, thresholds }: { readonly name: string; readonly thresholds: Thresholds },
): PictureVerdict {
  const reasons: PictureReason[] = []
  for (const category of pictureCategories) {
    for (const severity of ['strong', 'mild'] as const) {
      const probability = seen[category]?.[severity]
      if (probability === undefined) continue
      if (!(probability >= 0 && probability <= 1)) {
        throw new RangeError(`${name} gave ${category} a probability of ${probability}`)
      }
      const outcome = actions[level][category satisfies Category][severity]
      if (probability < thresholds[category] || outcome === 'allowed') continue
      reasons.push({ category, severity, outcome, probability, why: reasonText(category, severity) })
    }
  }
  return { classifier: name, outcome: reasons.reduce((worst, r) => stricterOutcome(worst, r.outcome), prompt), reasons }
}
