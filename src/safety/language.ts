/** Which of the two languages a prompt is in, by its small words: enough for words that are slurs in one and ordinary in the other. */

export type Language = 'en' | 'fr'

const small: Readonly<Record<Language, ReadonlySet<string>>> = {
  en: new Set(
    (
      'the an of and with in at is are was were who that this these those his her its their to by from near for into ' +
      'onto under over behind beside between two three four five my your him he she they it not no as like having made ' +
      'wearing holding eating riding standing sitting playing looking photo picture painting drawing red blue green ' +
      'white black yellow big small little old young'
    ).split(' '),
  ),
  fr: new Set(
    (
      'le la les un une des du de et avec dans sur sous pour par au aux est sont qui que quel quelle ce cet cette ces son sa ses leur ' +
      'leurs mon ma mes ton tes en chez entre devant derriere pres vers sans deux trois quatre cinq il elle ils elles ne ' +
      'pas ou comme fait faite assis assise debout portant tenant mangeant jouant peinture dessin rouge bleu bleue vert ' +
      'verte blanc blanche noir noire jaune grand grande petit petite gros grosse vieux vieille jeune d l qu'
    ).split(' '),
  ),
}

/** The language that more of the words speak for; null where neither does, as in a prompt of one noun. */
export function languageOf(words: Iterable<string>): Language | null {
  let english = 0
  let french = 0
  for (const word of words) {
    if (small.en.has(word)) english++
    if (small.fr.has(word)) french++
  }
  return english === french ? null : english > french ? 'en' : 'fr'
}

/** A word that is too small to be anybody's name. */
export const isSmallWord = (word: string): boolean => small.en.has(word) || small.fr.has(word)
