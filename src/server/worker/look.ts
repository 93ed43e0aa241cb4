/** Pictures that were drawn, as a classifier sees them: which of them are not kept, and what is noted of the others. */
import { NeufError } from '../../errors/errors.ts'
import { decodePicture } from '../../image/codec.ts'
import type { ReasonText } from '../../safety/explain.ts'
import { judgePicture, type PictureJudge } from '../../safety/picture-classifier.ts'
import type { Policy } from '../../safety/policy.ts'
import type { SeenPicture } from '../job.ts'
import type { Picture } from './messages.ts'

export type Looked = {
  /** Those that the policy lets be shown, covered or not. */
  readonly kept: readonly Picture[]
  readonly seen: readonly SeenPicture[]
  /** Whether the strictest policy has something against one of those that are kept. */
  readonly notable: boolean
  /** Why the others are not, by index. */
  readonly refused: ReadonlyMap<number, ReasonText>
}

/**
 * Has a classifier look at pictures' files. Without one all are kept, and nothing is seen.
 * @throws NeufError `engine` for a classifier that fails or gives no sound answer: then nothing passes for harmless
 */
export async function lookAt(
  pictures: readonly Picture[],
  { judge, policy }: { readonly judge: PictureJudge | undefined; readonly policy: Policy },
): Promise<Looked> {
  const kept: Picture[] = []
  const seen: SeenPicture[] = []
  const refused = new Map<number, ReasonText>()
  let notable = false
  if (judge === undefined || pictures.length === 0) return { kept: pictures, seen, notable, refused }
  const { classifier, thresholds } = judge
  const by = { name: classifier.name, thresholds }
  try {
    const pixels = await Promise.all(pictures.map(([, png]) => decodePicture(png, { alpha: 'keep' })))
    const answers = await classifier.classify(pixels)
    if (answers.length !== pictures.length) throw new RangeError(`${answers.length} answers of ${pictures.length}`)
    for (const [i, picture] of pictures.entries()) {
      const probabilities = answers[i]!
      const [index] = picture
      const { outcome, reasons } = judgePicture('allowed', probabilities, policy, by)
      if (outcome === 'refused') {
        refused.set(index, reasons.find((reason) => reason.outcome === 'refused')!.why)
        continue
      }
      kept.push(picture)
      seen.push({ index, classifier: classifier.name, probabilities, thresholds })
      notable ||= judgePicture('allowed', probabilities, { level: 'strict' }, by).outcome !== 'allowed'
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new NeufError('engine', { what: `looking at pictures with ${classifier.name}`, why }, { cause })
  }
  return { kept, seen, notable, refused }
}
