/**
 * What has been measured, a JSON line a prompt, so that a run that was stopped goes on: a candidate is a pure function of
 * its recipe, so nothing has to be drawn twice. A line that is cut short or belongs to other settings is passed over.
 */
import { appendFileSync, readFileSync } from 'node:fs'
import { cannotRead, cannotWrite, systemCode } from '../storage/file-fault.ts'
import type { MeasuredPrompt } from './measure.ts'

export type EvaluationLog = {
  find(prompt: string): MeasuredPrompt | undefined
  add(prompt: string, measured: MeasuredPrompt): void
}

/**
 * @param key everything besides the prompt that the measurement depends on
 * @throws NeufError `file-unreadable`, and in `add` `file-unwritable`
 */
export function openLog(path: string, key: string): EvaluationLog {
  const known = new Map<string, MeasuredPrompt>()
  let text = ''
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw cannotRead(path, error)
  }
  for (const line of text.split('\n')) {
    const entry = parse(line)
    if (entry?.key === key) known.set(entry.prompt, entry.measured)
  }
  // A line that a kill cut short must not swallow the next.
  let start = text === '' || text.endsWith('\n') ? '' : '\n'
  return {
    find: (prompt) => known.get(prompt),
    add(prompt, measured) {
      try {
        appendFileSync(path, `${start}${JSON.stringify({ key, prompt, measured })}\n`)
      } catch (error) {
        throw cannotWrite(path, error)
      }
      start = ''
      known.set(prompt, measured)
    },
  }
}

function parse(line: string): { key: string; prompt: string; measured: MeasuredPrompt } | undefined {
  try {
    const entry = JSON.parse(line)
    const { findings, scores, chosen, best } = entry?.measured ?? {}
    return [findings ?? [], scores, chosen, best].every(Array.isArray) ? entry : undefined
  } catch {
    return undefined
  }
}
