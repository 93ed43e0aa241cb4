/** The whole measure of a model: what it draws, what ranking gains, and the ceilings and the baselines beside it. */
import type { EvaluationKind } from '../corpus/evaluation-scenes.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import type { Art } from '../corpus/sprite.ts'
import type { OpenModel } from '../families/open.ts'
import type { Pixels } from '../image/pixels.ts'
import { measureVerifier } from './accuracy.ts'
import { measureCopies, measureNearest, measureUnconditional, roundTrip } from './baselines.ts'
import { calibrationError } from './calibrate.ts'
import type { EvaluationLog } from './evaluation-log.ts'
import { type FileSuite, fileReport } from './file-suite.ts'
import { conceptsOfGenevalClass } from './geneval-classes.ts'
import { type GenevalLine, genevalLines } from './geneval-folder.ts'
import { type MeasuredPrompt, type MeasureSettings, measurePrompt } from './measure.ts'
import { mean } from './statistics.ts'
import { groupOf, isHeldOutKind, kindsFor, type ScenePrompt, type SuitePrompt, suite } from './suite.ts'
import type { EvaluationReport, LeftOut, SideReport } from './suite-report.ts'
import { type Ceilings, groupReport, type JudgedPrompt, judgePrompt, rankGain } from './summary.ts'
import type { TrainingPictures } from './training-pictures.ts'
import { drawRenders, type Render } from './true-renders.ts'
import type { Verifier } from './verifier.ts'
import type { VerifierAccuracy } from './verifier-accuracy.ts'
import { barsOf, defaultBars } from './verifier-network.ts'

export type EvaluationSettings = MeasureSettings & {
  /** Of each kind; none with prompts from a file. */
  readonly prompts: number
  /** Of the model's corpus. */
  readonly sample: SampleSettings
}

export type EvaluationParts = {
  readonly model: OpenModel
  readonly verifier?: Verifier & {
    readonly name: string
    readonly sha256: string
    readonly accuracy: VerifierAccuracy | null
  }
  /** For the ceilings. */
  readonly art?: Art
  /** For the baseline. */
  readonly training?: TrainingPictures
  readonly log?: EvaluationLog
  /** Prompts of a file in place of the model's own. */
  readonly file?: FileSuite
  /** Whether a picture repeats a drawing that training showed. */
  readonly repeats?: (picture: Pixels) => boolean
  readonly otherScorer?: (text: string, pictures: readonly Pixels[]) => Promise<number[]>
  /** Is given the verdicts on every picture that stands for what is drawn unranked. */
  readonly onVerdicts?: (lines: readonly GenevalLine[]) => Promise<void>
  /** Is given the pictures of every prompt as it is measured, before that is written down. */
  readonly onPictures?: (place: number, prompt: SuitePrompt, pictures: readonly Pixels[]) => Promise<void>
}

export type EvaluationProgress = (
  what: 'prompts' | 'renders' | 'training pictures',
  done: number,
  total: number,
) => void

const needsArt = 'needs the art pack: give its folder with --art'
const leftOut = (why: string): LeftOut => ({ count: 0, leftOut: why })

/** Pictures of the empty prompt, of which the share that shows nothing whole is told. */
const unconditionalPictures = 64

/** True renders of each kind, at least. */
const leastRenders = 20

/** @throws NeufError `cancelled` once the signal fires; what was measured until then is in the log */
export async function evaluate(
  parts: EvaluationParts,
  settings: EvaluationSettings,
  onProgress: EvaluationProgress = () => {},
  signal?: AbortSignal,
): Promise<EvaluationReport> {
  const { model, verifier, art, training, file } = parts
  const { seed, unranked, sample } = settings
  const kinds = kindsFor(sample, verifier?.network)
  const own = file ? [] : suite({ prompts: settings.prompts, seed, sample, kinds })
  const prompts: readonly SuitePrompt[] = file ? file.prompts : own
  const measured = await measureAll(parts, prompts, settings, onProgress, signal)
  const bars = verifier ? barsOf(verifier.network) : defaultBars
  const conceptsOf = file?.format === 'geneval' ? conceptsOfGenevalClass : undefined
  const judged = prompts.map((prompt, i) => judgePrompt(prompt, measured[i]!, bars, conceptsOf))
  const known = judged.filter((one) => one !== null)
  await parts.onVerdicts?.(genevalLines(measured, judged, unranked))

  const shown = art && verifier && !file ? rendersFor(own, kinds, art, parts.model.side, settings) : undefined
  if (shown) onProgress('renders', 0, shown.length)
  const accuracy = shown && verifier ? await measureVerifier(verifier, shown, seed) : (verifier?.accuracy ?? null)
  const passed = shown && verifier ? await roundTrip(model, verifier, shown) : null
  if (shown) onProgress('renders', shown.length, shown.length)

  const ceilings = (kinds: readonly string[]): Ceilings => {
    const over = (of: VerifierAccuracy['kinds'] | undefined): number | null =>
      kinds.length > 0 && of && kinds.every((kind) => of[kind]) ? mean(kinds.map((kind) => of[kind]!.value)) : null
    return { trueRenders: over(accuracy?.kinds), roundTrip: over(passed?.kinds) }
  }
  const side = (heldOut: boolean): SideReport | null => {
    const ofSide = known.filter(({ prompt }) => isHeldOutKind(prompt.kind) === heldOut)
    const kinds = [...new Set(ofSide.map(({ prompt }) => prompt.kind))]
    if (file || kinds.length === 0) return null
    const report = (of: readonly string[]) =>
      groupReport(
        ofSide.filter(({ prompt }) => of.includes(prompt.kind)),
        unranked,
        ceilings(of),
      )
    return { all: report(kinds), kinds: Object.fromEntries(kinds.map((kind) => [groupOf(kind), report([kind])])) }
  }
  const without = file ? 'prompts from a file' : verifier ? needsArt : 'needs a verifier'
  return {
    model: { name: model.name, sha256: model.sha256 },
    engine: model.engine,
    settings: {
      prompts: settings.prompts,
      candidates: settings.candidates,
      chosen: settings.chosen,
      unranked,
      seed,
    },
    verifier:
      verifier && accuracy
        ? {
            ...accuracy,
            // What a style never met costs is measured when a verifier is packed.
            heldOutStyle: accuracy.heldOutStyle ?? verifier.accuracy?.heldOutStyle ?? null,
            count: accuracy.all.count,
            source: shown ? 'measured' : 'recorded',
            name: verifier.name,
            sha256: verifier.sha256,
          }
        : leftOut(verifier ? needsArt : 'there is none for pictures of this size'),
    seen: side(false),
    heldOut: side(true),
    file: file ? fileReport(file, measured, judged, settings) : null,
    rankGain: rankGain(known, seed),
    ceiling:
      accuracy && passed
        ? { count: accuracy.all.count, trueRenders: accuracy.all, roundTrip: passed.all }
        : leftOut(without),
    nearest:
      training && verifier && !file
        ? await measureNearest({ model, verifier }, training, own, measured, shown, (done, total) =>
            onProgress('training pictures', done, total),
          )
        : leftOut(file ? without : 'needs the training pictures: give --art or --corpus'),
    unconditional: await measureUnconditional({ model, verifier }, { count: unconditionalPictures, seed }, signal),
    copies:
      parts.repeats && !file
        ? await measureCopies(model, own, measured, parts.repeats)
        : leftOut(file ? without : 'needs the drawings that training showed'),
    calibration: measureCalibration(known),
  }
}

/** True renders of the suite's own scenes, and of more where these are few. */
function rendersFor(
  own: readonly ScenePrompt[],
  kinds: readonly EvaluationKind[],
  art: Art,
  side: number,
  settings: EvaluationSettings,
): Render[] {
  const { seed, sample, prompts } = settings
  const asked =
    prompts >= leastRenders
      ? own.filter(({ language }) => language === 'en')
      : suite({ prompts: leastRenders, seed, sample, kinds, languages: ['en'] })
  return drawRenders(art, asked, { seed, side, wander: sample.wander })
}

async function measureAll(
  { model, verifier, log, otherScorer, onPictures }: EvaluationParts,
  prompts: readonly SuitePrompt[],
  settings: MeasureSettings,
  onProgress: EvaluationProgress,
  signal: AbortSignal | undefined,
): Promise<MeasuredPrompt[]> {
  const measured: MeasuredPrompt[] = []
  for (const [place, prompt] of prompts.entries()) {
    onProgress('prompts', place, prompts.length)
    // A text that is right in both languages is measured as each of them.
    const name = `${prompt.language} ${prompt.text}`
    let one = log?.find(name)
    if (one === undefined) {
      const { pictures, ...found } = await measurePrompt({ model, verifier, otherScorer }, prompt, settings, signal)
      await onPictures?.(place, prompt, pictures)
      log?.add(name, found)
      one = found
    }
    measured.push(one)
  }
  onProgress('prompts', prompts.length, prompts.length)
  return measured
}

function measureCalibration(judged: readonly JudgedPrompt[]): EvaluationReport['calibration'] {
  const pairs = judged.flatMap(({ verdicts, matchProbabilities }) =>
    verdicts.flatMap(({ correct }, i) => {
      const probability = matchProbabilities[i]
      return probability === null || probability === undefined ? [] : [{ probability, matches: correct }]
    }),
  )
  if (pairs.length === 0) return leftOut('the scorer of this model is not calibrated, or nothing was judged')
  return { count: pairs.length, error: calibrationError(pairs) }
}
