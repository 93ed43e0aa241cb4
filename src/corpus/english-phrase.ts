/** English noun phrases: a thing with its looks and its number. */
import { entryOf } from './concepts.ts'
import { chooseEmoji, chooseMaterialEmoji } from './emoji-wording.ts'
import {
  englishColours,
  englishMany,
  englishMaterials,
  englishNumerals,
  englishSizes,
  englishTones,
  englishUnique,
} from './english-words.ts'
import { groupsOf } from './group-words.ts'
import type { Entry } from './lexicon/index.ts'
import type { Thing } from './scene.ts'
import { chooseNoun, readsAsSkin, type Wording } from './wording.ts'
import { type EnglishNoun, genderedNounsOf, measureEnglish, namesAnother, nounsOf } from './words.ts'

/** "a" or "an" by sound: a vowel letter, save where it sounds like "you" or "one"; a silent h; an x said as a letter. */
const article = (next: string): string =>
  (/^(?:[aeiou]|hour|honest|heir|x-|8|11\b|18\b|mp3|sos|suv)/i.test(next) &&
    !/^(?:uni(?!m)|ufo|uku|usb|uten|us[ae]|eu|ewe|one\b|once|ura)/i.test(next)) ||
  /^ufologist/.test(next)
    ? 'an'
    : 'a'

/** A name that says what the thing does or has: looks stand before it, or they would be those of what it has. */
const clause = / (?:with|without|in|at|on|from|behind|under|over|by|and|held|\S+ing)\b/

/** A thing in words. */
export type Phrase = { readonly text: string; readonly plural: boolean }

/** The noun that a thing is called by: of a person now and then one that says whether it is a woman or a man. */
function chooseEnglishNoun(thing: Thing, wording: Wording): EnglishNoun {
  const gendered = genderedNounsOf(thing, 'en', thing.presentation !== null && wording.tells(0.3))
  const nouns = gendered ?? nounsOf(thing.concept, 'en')
  const noun = chooseNoun(nouns, wording)
  if (noun.number === 'count' || (thing.count === 1 && (noun.number === 'plural' || thing.size === 'normal')))
    return noun
  // "Many scissors" needs no pairs; one or more of "bread" are "loaves of bread".
  if (thing.count === 'many' && noun.number === 'plural') return noun
  return nouns.find((other) => other.number === 'count') ?? noun
}

/** "a herd of", "many", "lots of": with the space behind it. */
function many(entry: Entry, mass: boolean, wording: Wording): string {
  const groups = groupsOf(entry, 'en')
  if (groups.length > 0 && wording.maybe(0.6)) {
    const group = wording.form(groups)
    return wording.articles && !wording.bare ? `${article(group)} ${group} of ` : `${group} of `
  }
  const words = wording.form(englishMany)
  return mass && words === 'many' ? 'lots of ' : `${words} `
}

/** A thing as a noun phrase: `alone` where the caption has no other, so that a look may follow after a comma. */
export function nounPhrase(thing: Thing, wording: Wording, alone: boolean): Phrase {
  const { count, concept } = thing
  const entry = entryOf(concept)
  const emoji = chooseEmoji(thing, entry, wording)
  const noun = chooseEnglishNoun(thing, wording)
  const plural = count !== 1 || noun.number === 'plural'
  const name = count === 1 ? noun.one : noun.many
  const repeated = emoji !== '' && (count === 2 || count === 3) && wording.maybe(wording.emoji === 'all' ? 0.8 : 0.3)
  let head = emoji === '' ? name : repeated ? emoji.repeat(count as number) : emoji
  const isName = (look: string): boolean => emoji === '' && namesAnother(`${look} ${head}`, concept, 'en')

  const sign = thing.material ? chooseMaterialEmoji(thing.material, wording) : ''
  const material = thing.material ? englishMaterials[thing.material] : null
  const before = material ? sign || wording.form(material.before) : ''
  const hasClause = emoji === '' && clause.test(head)
  const mustFollow = isName(before) || head.startsWith(before) || / of /.test(head)
  const materialAfter =
    material !== null &&
    (wording.bare
      ? wording.emoji === 'all' || (wording.maybe(0.3) && !hasClause)
      : hasClause
        ? mustFollow
        : !wording.maybe(0.4) || mustFollow)
  const colour = thing.colour ? wording.form(englishColours[thing.colour]) : ''
  const colourAfter =
    colour !== '' &&
    !material &&
    ((alone && !hasClause && wording.maybe(wording.bare ? 0.3 : 0.12)) || (isName(colour) && !wording.bare))

  if (thing.tone && emoji === '' && wording.tells(colour || material ? 0 : 0.1)) {
    const skin = englishTones[thing.tone]
    head = / with /.test(head) || wording.maybe(0.2) ? `${skin}-skinned ${head}` : `${head} with ${skin} skin`
  }
  if (material && !materialAfter) head = `${before} ${head}`
  const painted = readsAsSkin(entry, thing.colour)
  if (colour && painted && hasClause) head = `${colour}-painted ${head}`
  else if (colour && !colourAfter && !painted) head = `${colour} ${head}`
  if (thing.size !== 'normal') {
    const sizes = englishSizes[thing.size]
    const size = wording.form(sizes)
    head = `${isName(size) ? sizes.find((other) => !isName(other))! : size} ${head}`
  }

  if (materialAfter) {
    const of = sign || wording.form(material.of)
    if (wording.emoji === 'all' && sign) head += wording.maybe(0.5) ? sign : ` ${sign}`
    else if (!wording.bare) head += ` ${wording.form(['made of', 'made of', 'made out of', 'made from'])} ${of}`
    else head += wording.form(alone ? [`, ${of}`, ` of ${of}`, ` ${of}`] : [` of ${of}`, ` made of ${of}`])
  }
  if (painted && !hasClause) head += ` painted ${colour}`
  else if (colourAfter && !painted) {
    head += wording.bare ? wording.form([`, ${colour}`, ` ${colour}`]) : ` that ${plural ? 'are' : 'is'} ${colour}`
  }
  return { text: determiner(thing, entry, noun, wording, head === emoji ? name : head, repeated) + head, plural }
}

const isUnique = (name: string): boolean => englishUnique.the.has(name) || englishUnique.name.has(name)

/** What stands before the noun and its looks: an article, a number, a herd; with the space behind it. */
function determiner(
  { count }: Thing,
  entry: Entry,
  noun: EnglishNoun,
  wording: Wording,
  next: string,
  repeated: boolean,
): string {
  if (repeated) return ''
  if (count === 'many') return many(entry, noun.number === 'mass', wording)
  if (count > 1) {
    const measure = noun.number === 'count' ? '' : measureEnglish(noun, entry.kind === 'food')
    return `${wording.form(englishNumerals[count])} ${measure}`
  }
  if (noun.number === 'count' && !isUnique(noun.one) && wording.maybe(0.02))
    return `${wording.form(englishNumerals[1])} `
  if (!wording.articles || wording.bare) return ''
  if (next.startsWith(noun.one) && englishUnique.name.has(noun.one)) return ''
  if (englishUnique.the.has(noun.one)) return 'the '
  if (next === noun.one && englishUnique.sometimes.has(next) && wording.maybe(0.5)) return 'the '
  if (noun.number === 'count') return `${article(next)} `
  return wording.maybe(0.25) ? 'some ' : ''
}
