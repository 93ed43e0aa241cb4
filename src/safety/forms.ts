/** The forms of a listed word, by rules of English and French. Too many rather than too few: what is no word is never typed. */

export type FormSign = '+' | '~' | '^' | '%'

/** What the sign behind a listed word stands for; accents are folded away before. */
export const forms: Readonly<Record<FormSign, (word: string) => readonly string[]>> = {
  '+': plural,
  '~': englishVerb,
  '^': frenchGender,
  '%': frenchVerb,
}

/** Nouns of both languages: cat, cats; box, boxes; body, bodies; cheval, chevaux; bateau, bateaux. */
function plural(word: string): string[] {
  const made = [word, `${word}s`]
  if (/(?:[sxz]|[cs]h)$/.test(word)) made.push(`${word}es`)
  if (/[^aeiou]y$/.test(word)) made.push(`${word.slice(0, -1)}ies`)
  if (/(?:au|eu)$/.test(word)) made.push(`${word}x`)
  if (word.endsWith('al')) made.push(`${word.slice(0, -2)}aux`)
  return made
}

/** stab: stabs, stabbed, stabbing, stabber(s); torture: tortured, torturing, torturer(s); also the dropped g of speech. */
function englishVerb(word: string): string[] {
  const silent = /[^e]e$/.test(word)
  const stem = silent ? word.slice(0, -1) : word
  const doubled = /[^aeiou][aeiou][bdgklmnprt]$/.test(word) ? word + word.at(-1) : stem
  const stems = new Set([stem, doubled])
  if (/[^aeiou]y$/.test(word)) stems.add(`${word.slice(0, -1)}i`)
  const endings = ['ed', 'ing', 'ings', 'in', 'er', 'ers']
  return [...plural(word), ...[...stems].flatMap((one) => endings.map((ending) => one + ending))]
}

/** Nouns and adjectives with a feminine: nu, nue, nus, nues; chien, chienne(s); menteur, menteuse(s). */
function frenchGender(word: string): string[] {
  const feminine = word.endsWith('eur')
    ? [`${word.slice(0, -1)}se`]
    : word.endsWith('eux')
      ? [`${word.slice(0, -1)}se`]
      : word.endsWith('f')
        ? [`${word.slice(0, -1)}ve`]
        : /[nlt]$/.test(word)
          ? [`${word}e`, `${word}${word.at(-1)}e`]
          : [word.endsWith('e') ? word : `${word}e`]
  return [...plural(word), ...feminine.flatMap((one) => [one, `${one}s`])]
}

const frenchEndings = 'e es ons ez ent er ee ees ant ais ait aient ai as a erent era eront erait eraient'.split(' ')

/** A verb in -er, given as its infinitive: tuer, tue, tuent, tuant, tué(e)(s), tuait, tuera ... */
function frenchVerb(infinitive: string): string[] {
  const stem = infinitive.replace(/er$/, '')
  return frenchEndings.map((ending) => stem + ending)
}
