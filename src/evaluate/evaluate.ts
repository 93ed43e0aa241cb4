/** The whole measure of a model: what it draws, what ranking gains, and the ceilings and the baseline beside it. */

import type { EvaluationKind } from '../corpus/evaluation-scenes.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import type { Art } from '../corpus/sprite.ts'
import type { OpenModel } from '../families/open.ts'
import { type Pixels, wrapPixels } from '../image/pixels.ts'
import {
  type Accuracy,
  accuracyOf,
  byKind,
  measureVerifier,
  type Render,
  renders,
  type VerifierAccuracy,
} from './accuracy.ts'
import { calibrationError } from './calibrate.ts'
import type { EvaluationLog } from './evaluation-log.ts'
import { type MeasuredPrompt, type MeasureSettings, measurePrompt } from './measure.ts'
import { indexTraining, nearestExamples } from './nearest.ts'
import { mean, median, type Share, wilson } from './statistics.ts'
import { evaluationKinds, isHeldOutKind, type SuitePrompt, suite } from './suite.ts'
import { type GroupReport, groupReport, type JudgedPrompt, judge, type RankGain, rankGain } from './summary.ts'
import type { TrainingPictures } from './training-pictures.ts'
import type { Verifier } from './verifier.ts'
import { verdictOf } from './verifier-classes.ts'

/** What a part that needs the art pack or a corpus says without it. */
export type LeftOut = { readonly count: 0; readonly leftOut: string }

export type Ceiling = {
  readonly count: number
  /** The verifier's accuracy on true renders, and on true renders that the image tokenizer has encoded and decoded. */
  readonly trueRenders: Accuracy & { readonly kinds: Readonly<Record<EvaluationKind, Share>> }
  readonly roundTrip: Accuracy & { readonly kinds: Readonly<Record<EvaluationKind, Share>> }
}

export type Nearest = {
  readonly count: number
  /** Training pictures searched. */
  readonly trainingPictures: number
  /** Accuracy of answering each prompt with the training picture whose caption says most nearly the same. */
  readonly overall: Share
  readonly seen: Share
  readonly heldOut: Share
  /** Mean difference to the nearest training picture, levels of 0..255: medians over prompts. */
  readonly distance: { readonly drawn: number; readonly trueRenders: number }
}

export type EvaluationReport = {
  readonly model: { readonly name: string; readonly sha256: string }
  readonly engine: string
  readonly settings: MeasureSettings & { readonly prompts: number }
  /** `source` says whether it was measured now or recorded when the verifier was packed. */
  readonly verifier:
    | (VerifierAccuracy & {
        readonly count: number
        readonly source: 'measured' | 'recorded'
        readonly name: string
        readonly sha256: string
      })
    | LeftOut
  readonly overall: GroupReport & {
    readonly pictures: number
    readonly languages: Readonly<Record<'en' | 'fr', GroupReport>>
  }
  readonly seen: GroupReport & { readonly kinds: Readonly<Record<string, GroupReport>> }
  readonly heldOut: GroupReport & { readonly kinds: Readonly<Record<string, GroupReport>> }
  readonly rankGain: RankGain
  readonly ceiling: Ceiling | LeftOut
  readonly nearest: Nearest | LeftOut
  /** The stated match probabilities against the verifier, over all candidates. */
  readonly calibration: { readonly count: number; readonly error: number } | LeftOut
}

export type EvaluationSettings = MeasureSettings & {
  /** Of each of the five kinds. */
  readonly prompts: number
  /** Of the model's corpus. */
  readonly sample: Pick<SampleSettings, 'concepts' | 'styles' | 'wander'>
}

export type EvaluationParts = {
  readonly model: OpenModel
  readonly verifier: Verifier & {
    readonly name: string
    readonly sha256: string
    readonly accuracy: VerifierAccuracy | null
  }
  /** For the ceilings. */
  readonly art?: Art
  /** For the baseline. */
  readonly training?: TrainingPictures
  readonly log?: EvaluationLog
}

export type EvaluationProgress = (
  what: 'prompts' | 'renders' | 'training pictures',
  done: number,
  total: number,
) => void

const needsArt = 'needs the art pack: give its folder with --art'

/** @throws NeufError `cancelled` once the signal fires; what was measured until then is in the log */
export async function evaluate(
  parts: EvaluationParts,
  settings: EvaluationSettings,
  onProgress: EvaluationProgress = () => {},
  signal?: AbortSignal,
): Promise<EvaluationReport> {
  const { model, verifier, art, training } = parts
  const { seed } = settings
  const prompts = suite({ prompts: settings.prompts, seed, ...settings.sample })
  const measured = await measureAll(parts, prompts, settings, onProgress, signal)
  const judged = prompts.map((prompt, i) => judge(prompt, measured[i]!))

  const shown =
    art && renders(art, { count: Math.max(20, settings.prompts), seed, side: model.side, ...settings.sample })
  if (shown) onProgress('renders', 0, shown.length)
  const accuracy = shown ? await measureVerifier(verifier, shown, seed) : verifier.accuracy
  const ceiling = shown ? await measureCeiling(model, verifier, shown) : { count: 0 as const, leftOut: needsArt }
  if (shown) onProgress('renders', shown.length, shown.length)
  const nearest = training
    ? await measureNearest(parts, training, prompts, measured, shown, onProgress)
    : { count: 0 as const, leftOut: 'needs the training pictures: give --art or --corpus' }

  const trueRenders = (kinds: readonly EvaluationKind[]): number | null =>
    accuracy === null ? null : mean(kinds.map((kind) => accuracy.kinds[kind].value))
  const group = (kinds: readonly EvaluationKind[], only: (one: JudgedPrompt) => boolean = () => true): GroupReport =>
    groupReport(
      judged.filter((one) => kinds.includes(one.prompt.kind) && only(one)),
      trueRenders(kinds),
      seed,
    )
  const withKinds = (kinds: readonly EvaluationKind[]) => ({
    ...group(kinds),
    kinds: Object.fromEntries(kinds.map((kind) => [kind.replace(/-(seen|held-out)$/, ''), group([kind])])),
  })
  return {
    model: { name: model.name, sha256: model.sha256 },
    engine: model.engine,
    settings: { prompts: settings.prompts, candidates: settings.candidates, chosen: settings.chosen, seed },
    verifier: accuracy
      ? {
          ...accuracy,
          count: accuracy.all.count,
          source: shown ? 'measured' : 'recorded',
          name: verifier.name,
          sha256: verifier.sha256,
        }
      : { count: 0, leftOut: needsArt },
    overall: {
      ...group(evaluationKinds),
      pictures: judged.reduce((sum, { verdicts }) => sum + verdicts.length, 0),
      languages: {
        en: group(evaluationKinds, ({ prompt }) => prompt.language === 'en'),
        fr: group(evaluationKinds, ({ prompt }) => prompt.language === 'fr'),
      },
    },
    seen: withKinds(evaluationKinds.filter((kind) => !isHeldOutKind(kind))),
    heldOut: withKinds(evaluationKinds.filter(isHeldOutKind)),
    rankGain: rankGain(judged, seed),
    ceiling,
    nearest,
    calibration: measureCalibration(judged),
  }
}

async function measureAll(
  { model, verifier, log }: EvaluationParts,
  prompts: readonly SuitePrompt[],
  settings: MeasureSettings,
  onProgress: EvaluationProgress,
  signal: AbortSignal | undefined,
): Promise<MeasuredPrompt[]> {
  const measured: MeasuredPrompt[] = []
  for (const [done, prompt] of prompts.entries()) {
    onProgress('prompts', done, prompts.length)
    let one = log?.find(prompt.text)
    if (one === undefined) {
      one = await measurePrompt(model, verifier, prompt, settings, signal)
      log?.add(prompt.text, one)
    }
    measured.push(one)
  }
  onProgress('prompts', prompts.length, prompts.length)
  return measured
}

async function measureCeiling(model: OpenModel, verifier: Verifier, shown: readonly Render[]): Promise<Ceiling> {
  const { side } = model
  const looks = shown.map(({ look }) => look)
  const of = async (pictures: readonly Uint8Array[]) => {
    const findings = await verifier.find(pictures)
    return { ...accuracyOf(findings, looks), kinds: byKind(shown, findings) }
  }
  const tokens = await model.encode(shown.map(({ pixels }): Pixels => wrapPixels(side, side, 3, pixels)))
  const decoded = await model.sampler.decode(tokens)
  return {
    count: shown.length,
    trueRenders: await of(shown.map(({ pixels }) => pixels)),
    roundTrip: await of(decoded.map(({ data }) => data)),
  }
}

async function measureNearest(
  { model, verifier }: EvaluationParts,
  training: TrainingPictures,
  prompts: readonly SuitePrompt[],
  measured: readonly MeasuredPrompt[],
  shown: readonly Render[] | undefined,
  onProgress: EvaluationProgress,
): Promise<Nearest> {
  const index = indexTraining(training, (done) => onProgress('training pictures', done, training.count))
  const findings = await verifier.find(nearestExamples(index, prompts).map((example) => training.pixels(example)))
  const right = findings.map((finding, i) => verdictOf(finding, prompts[i]!.look).all)
  const share = (only: (prompt: SuitePrompt) => boolean): Share => {
    const own = right.filter((_, i) => only(prompts[i]!))
    return wilson(own.filter(Boolean).length, own.length)
  }
  const best = await model.sampler.decode(measured.map((one) => Uint16Array.from(one.best)))
  // As many true renders as drawn pictures, of the same kinds: what two pictures of one thing differ by anyway.
  const compared = evaluationKinds.flatMap((kind) => {
    const wanted = prompts.filter((prompt) => prompt.kind === kind).length
    return (shown ?? []).filter((one) => one.kind === kind).slice(0, wanted)
  })
  return {
    count: prompts.length,
    trainingPictures: training.count,
    overall: share(() => true),
    seen: share(({ kind }) => !isHeldOutKind(kind)),
    heldOut: share(({ kind }) => isHeldOutKind(kind)),
    distance: {
      drawn: median(best.map(({ data }) => index.nearestDistance(data))),
      trueRenders: median(compared.map(({ pixels }) => index.nearestDistance(pixels))),
    },
  }
}

function measureCalibration(judged: readonly JudgedPrompt[]): EvaluationReport['calibration'] {
  const pairs = judged.flatMap(({ verdicts, matchProbabilities }) =>
    verdicts.flatMap(({ all }, i) => {
      const probability = matchProbabilities[i]
      return probability === null || probability === undefined ? [] : [{ probability, matches: all }]
    }),
  )
  if (pairs.length === 0) return { count: 0, leftOut: 'the scorer of this model is not calibrated' }
  return { count: pairs.length, error: calibrationError(pairs) }
}
