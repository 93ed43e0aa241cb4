/**
 * The prompt policy on the command line. One's own machine is left alone unless asked: the models that come with neuf draw
 * pictograms, so a prompt refused by mistake costs more than one missed.
 */
import { resolve } from 'node:path'
import { NeufError } from '../errors/errors.ts'
import { checkPrompt, type Verdict } from '../safety/check-prompt.ts'
import { type Level, levels, type Policy, stricterLevel, stricterOutcome } from '../safety/policy.ts'
import { readPolicy } from '../safety/read-policy.ts'
import { refusalOf } from '../safety/refusal.ts'
import { boundedRead } from '../storage/bounded-read.ts'
import type { Context } from './command.ts'
import { printable } from './say.ts'

export const policyOption = {
  kind: 'choice',
  choices: levels,
  help: 'what prompts are checked for, off unless told; NEUF_POLICY sets what it cannot go below (docs/safety.md)',
} as const

/** A host's lists are kept by hand. */
const mostBytes = 4 * 2 ** 20

/**
 * The host's policy, NEUF_POLICY: a level, or the path of a policy's JSON file. An option can make it stricter, never milder.
 * @throws NeufError `file-missing`, `file-unreadable`
 */
export async function readHostPolicy(
  option: Level | undefined,
  { environment, folder }: Pick<Context, 'environment' | 'folder'>,
): Promise<Policy> {
  const named = environment.NEUF_POLICY ?? ''
  const host: Policy = levels.includes(named as Level)
    ? { level: named as Level }
    : named === ''
      ? { level: 'off' }
      : await readPolicyFile(resolve(folder, named))
  return option === undefined ? host : { ...host, level: stricterLevel(host.level, option) }
}

async function readPolicyFile(path: string): Promise<Policy> {
  const todo = `NEUF_POLICY has to be one of ${levels.join(', ')}, or a policy's file.`
  const bytes = await boundedRead(path, mostBytes, todo)
  if (bytes === undefined) throw new NeufError('file-unreadable', { path, why: `it has more than 4 MB`, todo })
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new NeufError('file-unreadable', { path, why: 'it is not JSON', todo })
  }
  return readPolicy(value, path)
}

/**
 * Checks a prompt. What a page would blur is drawn, since the files are the caller's own, and said on standard error.
 * @param json true prints the verdict of a refused prompt as an object on standard output, too
 * @throws NeufError `prompt-refused`
 */
export function applyPolicy(
  prompt: string,
  policy: Policy,
  { out, err }: Pick<Context, 'out' | 'err'>,
  json: boolean,
): Verdict {
  const verdict = checkPrompt(prompt, policy)
  const [first] = verdict.reasons
  if (first === undefined) return verdict
  const refusal = refusalOf(verdict)
  if (refusal !== undefined) {
    if (json) out.write(`${JSON.stringify({ prompt, policy: verdict })}\n`)
    throw refusal
  }
  const { matched, why } = first
  err.write(
    `neuf: A page would blur these pictures (${verdict.level}): "${printable(matched)}": ${why.en.replace(/\.$/, '')}. [policy-blurred]\n`,
  )
  return verdict
}

/**
 * Checks a prompt that was let through again, as its model reads it: a normaliser may make other words of it, which take
 * `#twowords` apart and `&eacute;` for a letter. What would only be said a second time is not.
 * @param before the verdict of the prompt as it was typed
 * @throws NeufError `prompt-refused`
 */
export function applyPolicyAsRead(
  normalisedPrompt: string,
  before: Verdict,
  policy: Policy,
  ...rest: readonly [context: Pick<Context, 'out' | 'err'>, json: boolean]
): Verdict {
  const { outcome } = checkPrompt(normalisedPrompt, policy)
  const stricter = stricterOutcome(before.outcome, outcome) !== before.outcome
  return stricter ? applyPolicy(normalisedPrompt, policy, ...rest) : before
}
