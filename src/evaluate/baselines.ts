/** What stands beside a model's figures: ceilings, the picture looked up, pictures drawn for nothing, copies. */
import type { OpenModel } from '../families/open.ts'
import { type Pixels, wrapPixels } from '../image/pixels.ts'
import { onWhite } from '../image/transparency.ts'
import { accuracyOf } from './accuracy.ts'
import { judge } from './judge.ts'
import { drawCandidates, isRanked, type MeasuredPrompt } from './measure.ts'
import { indexTraining, nearestExamples } from './nearest.ts'
import { mean, median, type Share, wilson } from './statistics.ts'
import { isHeldOutKind, type SuitePrompt } from './suite.ts'
import type { Copies, Nearest, Unconditional } from './suite-report.ts'
import type { TrainingPictures } from './training-pictures.ts'
import type { Render } from './true-renders.ts'
import type { Verifier } from './verifier.ts'
import { barsOf } from './verifier-network.ts'

/** True renders through the image tokenizer and back: what a generator that never errs would draw. */
export async function roundTrip(model: OpenModel, verifier: Verifier, shown: readonly Render[]) {
  const { side } = model
  const tokens = await model.encode(shown.map(({ pixels }): Pixels => wrapPixels(side, side, 3, pixels)))
  const decoded = await model.sampler.decode(tokens)
  const findings = await verifier.find(decoded.map((picture) => onWhite(picture, 3)))
  return accuracyOf(shown, findings, barsOf(verifier.network))
}

/** Of the prompts that are ranked. */
export async function measureNearest(
  { model, verifier }: { readonly model: OpenModel; readonly verifier: Verifier },
  training: TrainingPictures,
  asked: readonly SuitePrompt[],
  measured: readonly MeasuredPrompt[],
  shown: readonly Render[] | undefined,
  onProgress: (done: number, total: number) => void,
): Promise<Nearest> {
  const places = [...asked.keys()].filter((i) => isRanked(asked[i]!))
  const prompts = places.map((i) => asked[i]!)
  const index = indexTraining(training, (done) => onProgress(done, training.count))
  const findings = await verifier.find(nearestExamples(index, prompts).map((example) => training.pixels(example)))
  const bars = barsOf(verifier.network)
  const right = prompts.map(
    ({ requirement }, i) => requirement !== null && judge(findings[i]!, requirement, { bars }).correct,
  )
  const share = (heldOut: boolean): Share => {
    const own = right.filter((_, i) => isHeldOutKind(prompts[i]!.kind) === heldOut)
    return wilson(own.filter(Boolean).length, own.length)
  }
  const drawn = await model.sampler.decode(places.map((i) => Uint16Array.from(measured[i]!.best)))
  // As many true renders as drawn pictures, of the same kinds: what two pictures of one thing differ by anyway.
  const compared = [...Map.groupBy(prompts, ({ kind }) => kind)].flatMap(([kind, own]) =>
    (shown ?? []).filter((one) => one.kind === kind).slice(0, own.length),
  )
  return {
    count: prompts.length,
    trainingPictures: training.count,
    seen: share(false),
    heldOut: share(true),
    distance: {
      drawn: median(drawn.map((picture) => index.nearestDistance(onWhite(picture, 3)))),
      trueRenders: compared.length === 0 ? null : median(compared.map(({ pixels }) => index.nearestDistance(pixels))),
    },
  }
}

/** Pictures for the empty prompt. @throws NeufError `cancelled` */
export async function measureUnconditional(
  { model, verifier }: { readonly model: OpenModel; readonly verifier: Verifier | undefined },
  { count, seed }: { readonly count: number; readonly seed: number },
  signal?: AbortSignal,
): Promise<Unconditional> {
  const tokens = await drawCandidates(model, '', { count, seed }, signal)
  if (verifier === undefined) return { count, broken: null, things: null }
  const pictures = await model.sampler.decode(tokens, signal)
  const findings = await verifier.find(pictures.map((picture) => onWhite(picture, 3)))
  const { present } = barsOf(verifier.network)
  return {
    count,
    broken: wilson(findings.filter(({ broken }) => broken).length, count),
    things: mean(findings.map(({ things }) => things.filter(({ confidence }) => confidence >= present).length)),
  }
}

/** @param repeats whether a picture repeats a drawing that training showed */
export async function measureCopies(
  model: OpenModel,
  asked: readonly SuitePrompt[],
  measured: readonly MeasuredPrompt[],
  repeats: (picture: Pixels) => boolean,
): Promise<Copies> {
  const places = [...asked.keys()].filter((i) => isRanked(asked[i]!))
  const pictures = await model.sampler.decode(places.map((i) => Uint16Array.from(measured[i]!.best)))
  const repeated = pictures.map(repeats)
  const share = (heldOut: boolean): Share => {
    const own = repeated.filter((_, k) => isHeldOutKind(asked[places[k]!]!.kind) === heldOut)
    return wilson(own.filter(Boolean).length, own.length)
  }
  return { count: places.length, seen: share(false), heldOut: share(true) }
}
