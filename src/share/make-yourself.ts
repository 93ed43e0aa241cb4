/** The command that draws what is shared again. */
import type { Recipe } from '../image/recipe-metadata.ts'

/** What makes a picture again from the image tokens in its file, whatever it was drawn from. */
export const redrawCommand = 'neuf redraw picture.png'

/**
 * `neuf generate` with everything that decides the pictures, as a POSIX shell takes it, in one line; but for what stayed of another
 * picture, which no command line holds.
 */
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
