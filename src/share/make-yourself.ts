/** The command that draws what is shared again. */
import type { Recipe } from '../image/recipe-metadata.ts'

/** `neuf generate` with everything that decides the pictures, as a POSIX shell takes it, in one line. */
export function commandFor({ prompt, seed, candidates, model, sampling }: Recipe): string {
  const { temperature, topK, guidance } = sampling
  const settings = [
    `--model ${quoted(model.name)} --seed ${seed} --candidates ${candidates}`,
    `--temperature ${temperature} --top-k ${topK} --guidance ${guidance}`,
  ].join(' ')
  // A prompt of one line draws the same: the model's reader takes any white space for a space.
  const words = prompt.replace(/\s+/gu, ' ').trim()
  // Behind two dashes nothing is an option.
  return `neuf generate ${words.startsWith('-') ? `${settings} -- ${quoted(words)}` : `${quoted(words)} ${settings}`}`
}

/** A word of a POSIX shell: within single quotes nothing has a meaning but the quote itself. */
const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
