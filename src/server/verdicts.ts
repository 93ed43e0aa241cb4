/** What the host's policy says of jobs as they are today: of the prompt as typed, and as the model reads it. */
import { checkPrompt, type Verdict } from '../safety/check-prompt.ts'
import { type Policy, stricterOutcome } from '../safety/policy.ts'
import type { Job } from './job.ts'

export type JudgedText = { readonly prompt: string; readonly normalisedPrompt?: string | undefined }

/** What the policy judges of a job. */
export const judgedText = ({ request, reading }: Job): JudgedText => ({
  prompt: request.prompt,
  normalisedPrompt: reading?.normalisedPrompt,
})

/** Verdicts kept at most, so that a list of jobs need not be judged anew each time; the oldest go first. */
const mostKept = 2000

/** The more careful of a prompt's two verdicts; the first where they are equal. */
export function createVerdicts(policy: Policy): (text: JudgedText) => Verdict {
  const kept = new Map<string, Verdict>()
  function verdict(text: string): Verdict {
    const known = kept.get(text)
    if (known !== undefined) return known
    const fresh = checkPrompt(text, policy)
    kept.set(text, fresh)
    if (kept.size > mostKept) kept.delete(kept.keys().next().value!)
    return fresh
  }
  return ({ prompt, normalisedPrompt }) => {
    const typed = verdict(prompt)
    if (normalisedPrompt === undefined) return typed
    const read = verdict(normalisedPrompt)
    return stricterOutcome(typed.outcome, read.outcome) === typed.outcome ? typed : read
  }
}
