/** What the host's policy says of jobs as they are today: of the prompt as typed, as the model reads it, and of what is seen on pictures. */
import { checkPrompt, type Reason, type Verdict } from '../safety/check-prompt.ts'
import { judgePicture } from '../safety/picture-classifier.ts'
import { type Policy, stricterOutcome } from '../safety/policy.ts'
import type { Job, SeenPicture } from './job.ts'

export type JudgedText = { readonly prompt: string; readonly normalisedPrompt?: string | undefined }

/** A prompt, and what a classifier saw on its pictures, where there is one. */
export type Judged = JudgedText & { readonly seen?: readonly SeenPicture[] | undefined }

/** A verdict, with reasons that a prompt or a picture gives: `matched` are words of the prompt, or `image` and a candidate's index. */
export type JobVerdict = Pick<Verdict, 'level' | 'outcome'> & {
  readonly reasons: readonly Pick<Reason, 'category' | 'severity' | 'outcome' | 'matched' | 'why'>[]
}

/** What the policy judges of a job. */
export const judgedOf = ({ request, reading, seen }: Job): Judged => ({
  prompt: request.prompt,
  normalisedPrompt: reading?.normalisedPrompt,
  seen,
})

/** Verdicts kept at most, so that a list of jobs need not be judged anew each time; the oldest go first. */
const mostKept = 2000

/** The more careful of a prompt's two verdicts, the first where they are equal; and what pictures add to it. */
export function createVerdicts(policy: Policy): (judged: Judged) => JobVerdict {
  const kept = new Map<string, Verdict>()
  function verdict(text: string): Verdict {
    const known = kept.get(text)
    if (known !== undefined) return known
    const fresh = checkPrompt(text, policy)
    kept.set(text, fresh)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
    return fresh
  }
  function ofText({ prompt, normalisedPrompt }: JudgedText): Verdict {
    const typed = verdict(prompt)
    if (normalisedPrompt === undefined) return typed
    const read = verdict(normalisedPrompt)
    return stricterOutcome(typed.outcome, read.outcome) === typed.outcome ? typed : read
  }
  return ({ seen = [], ...text }) => {
    const ofPrompt: JobVerdict = ofText(text)
    if (seen.length === 0) return ofPrompt
    const reasons = [...ofPrompt.reasons]
    let { outcome } = ofPrompt
    for (const { index, classifier, probabilities, thresholds } of seen) {
      const ofPicture = judgePicture(outcome, probabilities, policy, { name: classifier, thresholds })
      outcome = ofPicture.outcome
      for (const reason of ofPicture.reasons) {
        const known = reasons.some((one) => one.category === reason.category && one.severity === reason.severity)
        if (!known) reasons.push({ ...reason, matched: `image ${index}` })
      }
    }
    return { level: policy.level, outcome, reasons }
  }
}
