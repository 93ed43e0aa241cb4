/**
 * Prompts from a file, in any of three forms that tell themselves apart: GenEval's metadata (a JSON object a line),
 * PartiPrompts' table (tab-separated, `Prompt` and `Category` in its head), or plain text with a prompt a line.
 */
import { NeufError } from '../errors/errors.ts'
import { type Clause, type Requirement, relationNamed } from './requirements.ts'

export type FilePrompt = {
  readonly text: string
  /** What prompts are counted together by: GenEval's tag, PartiPrompts' category. */
  readonly group: string
  /** null: nobody says what a picture must show. */
  readonly requirement: Requirement | null
}

export type PromptFile = {
  readonly format: 'geneval' | 'partiprompts' | 'text'
  readonly prompts: readonly FilePrompt[]
}

/** More than any suite that is known holds, PartiPrompts' 1,632 among them. */
export const mostPrompts = 100_000

/** @throws NeufError `file-unreadable`, naming the line */
export function readPromptFile(text: string, path: string): PromptFile {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, at) => ({ line, at: at + 1 }))
    .filter(({ line }) => line.trim() !== '')
  const todo = 'It may be GenEval metadata (JSON lines), PartiPrompts (tab-separated) or plain text, a prompt a line.'
  const wrong = (why: string): NeufError => new NeufError('file-unreadable', { path, why, todo })
  const [first] = lines
  if (first === undefined) throw wrong('it holds no prompt')
  if (lines.length > mostPrompts) throw wrong(`it holds more than ${mostPrompts} prompts`)
  if (first.line.trimStart().startsWith('{')) {
    return {
      format: 'geneval',
      prompts: lines.map(({ line, at }) => readMetadata(line, (why) => wrong(`line ${at}: ${why}`))),
    }
  }
  const head = first.line.split('\t').map((name) => name.trim().toLowerCase())
  if (head.length > 1 && head.includes('prompt')) {
    const [prompt, category] = [head.indexOf('prompt'), head.indexOf('category')]
    const prompts = lines.slice(1).map(({ line, at }) => {
      const cells = line.split('\t')
      const said = cells[prompt]?.trim() ?? ''
      if (said === '') throw wrong(`line ${at}: its prompt is empty`)
      return { text: said, group: cells[category]?.trim() || 'all', requirement: null }
    })
    if (prompts.length === 0) throw wrong('it holds no prompt')
    return { format: 'partiprompts', prompts }
  }
  return { format: 'text', prompts: lines.map(({ line }) => ({ text: line.trim(), group: 'all', requirement: null })) }
}

/** The relations of GenEval's own evaluation. */
const directions = ['left-of', 'right-of', 'above', 'below']

function readMetadata(line: string, wrong: (why: string) => NeufError): FilePrompt {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw wrong('it is not JSON')
  }
  const { tag, prompt, include, exclude } = (value ?? {}) as Record<string, unknown>
  if (typeof tag !== 'string' || typeof prompt !== 'string' || prompt.trim() === '')
    throw wrong('it has no tag or prompt')
  const list = (given: unknown, field: string): Record<string, unknown>[] => {
    if (given === undefined) return []
    const sound = Array.isArray(given) && given.every((one) => typeof one === 'object' && one !== null)
    if (sound) return given as Record<string, unknown>[]
    throw wrong(`its ${field} is not a list of objects`)
  }
  const counted = (one: Record<string, unknown>, field: string) => {
    const { class: name, count } = one
    const sound = typeof name === 'string' && Number.isInteger(count) && (count as number) >= 1
    if (!sound) throw wrong(`an entry of its ${field} lacks class or count`)
    return { class: name, count: count as number }
  }
  const clauses = list(include, 'include').map((one, place): Clause => {
    const { color, position } = one
    if (color !== undefined && typeof color !== 'string') throw wrong('a color is not text')
    if (position === undefined) return { ...counted(one, 'include'), ...(color !== undefined && { color }) }
    const [words, target] = Array.isArray(position) ? position : []
    const sound = typeof words === 'string' && Number.isInteger(target) && target >= 0 && target < place
    if (!sound || !directions.includes(relationNamed(words))) throw wrong('a position is not one of GenEval')
    return { ...counted(one, 'include'), ...(color !== undefined && { color }), position: [words, target] }
  })
  const excluded = list(exclude, 'exclude').map((one) => counted(one, 'exclude'))
  const requirement = { tag, include: clauses, ...(excluded.length > 0 && { exclude: excluded }), prompt }
  return { text: prompt.trim(), group: tag, requirement }
}
