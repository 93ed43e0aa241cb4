/** French noun phrases: a thing with its looks and its number, in gender and plural, and what becomes of it after "de". */
import { entryOf } from './concepts.ts'
import { chooseEmoji, chooseMaterialEmoji } from './emoji-wording.ts'
import {
  agree,
  frenchClause,
  frenchColours,
  frenchMany,
  frenchMaterials,
  frenchNumerals,
  frenchSizes,
  frenchTones,
  frenchUnique,
} from './french-words.ts'
import { groupsOf } from './group-words.ts'
import type { Entry } from './lexicon/index.ts'
import type { Thing } from './scene.ts'
import { chooseNoun, readsAsSkin, type Wording } from './wording.ts'
import { de, elides, type FrenchNoun, genderedNounsOf, measureFrench, namesAnother, nounsOf } from './words.ts'

/** The article that opens a phrase: un, une, des, de (before a plural adjective), du, de la, de l'. */
function article(noun: FrenchNoun, next: string, adjectiveFirst: boolean): string {
  if (noun.number === 'count') return noun.gender === 'm' ? 'un ' : 'une '
  if (noun.number === 'plural') return adjectiveFirst ? (elides(next) ? "d'" : 'de ') : 'des '
  return elides(next) ? "de l'" : noun.gender === 'm' ? 'du ' : 'de la '
}

/** A thing in words. */
export type Phrase = {
  readonly text: string
  /** The same after "de", which swallows des, du and de la: "d'un chat", "de ciseaux", "d'herbe". */
  readonly afterDe: string
  /** The same without article or number. */
  readonly noun: string
  readonly gender: 'm' | 'f'
  readonly plural: boolean
}

/** The noun that a thing is called by: of a person now and then one that says whether it is a woman or a man. */
function chooseFrenchNoun(thing: Thing, wording: Wording): FrenchNoun {
  const gendered = genderedNounsOf(thing, 'fr', thing.presentation !== null && wording.tells(0.3))
  const nouns = gendered ?? nounsOf(thing.concept, 'fr')
  const noun = chooseNoun(nouns, wording)
  if (noun.number === 'count' || (thing.count === 1 && (noun.number === 'plural' || thing.size === 'normal')))
    return noun
  if (thing.count === 'many' && noun.number === 'plural') return noun
  return nouns.find((other) => other.number === 'count') ?? noun
}

/** A thing as a noun phrase: `alone` where the caption has no other, so that a look may follow after a comma. */
export function nounPhrase(thing: Thing, wording: Wording, alone: boolean): Phrase {
  const { count, concept } = thing
  const entry = entryOf(concept)
  const emoji = chooseEmoji(thing, entry, wording)
  const noun = chooseFrenchNoun(thing, wording)
  const { gender } = noun
  // Portions are many, what they are portions of is not: "deux portions de pop-corn vert".
  const measured = noun.number === 'mass' && count !== 1
  const plural = !measured && (count !== 1 || noun.number === 'plural')
  const repeated = emoji !== '' && (count === 2 || count === 3) && wording.maybe(wording.emoji === 'all' ? 0.8 : 0.3)
  let head = emoji === '' ? (count === 1 ? noun.one : noun.many) : repeated ? emoji.repeat(count as number) : emoji
  const isName = (words: string): boolean => emoji === '' && namesAnother(words, concept, 'fr')

  // Looks stand before what the thing does or has.
  const clause = emoji === '' ? (frenchClause.exec(head)?.[0] ?? '') : ''
  if (clause) head = head.slice(0, -clause.length)
  const sizes = frenchSizes[thing.size]
  let size = sizes.length > 0 ? agree(wording.form(sizes), gender, plural) : ''
  if (size && isName(`${size} ${head}`)) size = agree(sizes.at(-1)!, gender, plural)
  const colour = thing.colour ? agree(wording.form(frenchColours[thing.colour]), gender, plural) : ''
  const painted = readsAsSkin(entry, thing.colour)
  if (colour && !painted) {
    const isOther = isName(`${head} ${colour}`) || isName(`${head} ${colour.replace(/s$/, '')}`)
    const apart = !clause && (isOther || (alone && !thing.material && wording.maybe(0.1)))
    if (!apart) head += ` ${colour}`
    else head += wording.bare ? `, ${colour}` : ` qui ${plural ? 'sont' : 'est'} ${colour}`
  }
  if (thing.tone && emoji === '' && wording.tells(thing.colour || thing.material ? 0 : 0.1)) {
    head += ` à la peau ${frenchTones[thing.tone]}`
  }
  if (thing.material) head += made(thing, gender, plural, wording, alone && !clause)
  if (painted) {
    const peint = agree(['peint', 'peinte', 'peints', 'peintes'], gender, plural)
    head += ` ${peint} en ${frenchColours[thing.colour!][0]![0]}`
  }
  if (size) head = `${size} ${head}`
  const dressed = size || colour || thing.material
  head += clause

  const parts = { noun: head, gender, plural }
  const plain = { ...parts, text: head, afterDe: de(head) }
  if (repeated) return plain
  if (count === 'many') return many(entry, plain, wording)
  if (count > 1) {
    const number = wording.form(frenchNumerals[count as 2])
    if (noun.number === 'count') return counted(number, parts)
    return counted(`${number} ${measureFrench(noun, entry.kind === 'food')}`, {
      ...parts,
      noun: de(head),
      plural: true,
    })
  }
  const unique = frenchUnique.always.has(noun.one)
  if (noun.number === 'count' && !unique && wording.maybe(0.015)) {
    return counted(wording.form(['1', gender === 'm' ? 'un seul' : 'une seule']), parts)
  }
  if (!wording.articles || wording.bare) return plain
  if (unique || (!dressed && frenchUnique.sometimes.has(noun.one) && wording.maybe(0.5))) {
    if (elides(head)) return { ...parts, text: `l'${head}`, afterDe: `de l'${head}` }
    return gender === 'm'
      ? { ...parts, text: `le ${head}`, afterDe: `du ${head}` }
      : { ...parts, text: `la ${head}`, afterDe: `de la ${head}` }
  }
  const text = article(noun, head, size !== '') + head
  return { ...parts, text, afterDe: noun.number === 'count' ? `d'${text}` : de(head) }
}

/** With a number before it. */
const counted = (number: string, parts: Pick<Phrase, 'noun' | 'gender' | 'plural'>): Phrase => {
  const text = `${number} ${parts.noun}`
  return { ...parts, text, afterDe: de(text) }
}

/** "un troupeau de", "beaucoup de". */
function many(entry: Entry, phrase: Phrase, wording: Wording): Phrase {
  const groups = groupsOf(entry, 'fr')
  let group = groups.length > 0 && wording.maybe(0.6) ? wording.form(groups) : wording.form(frenchMany)
  if (!wording.articles || wording.bare) group = group.replace(/^une? /, '')
  const text = `${group} ${phrase.afterDe}`
  return { ...phrase, text, afterDe: de(text) }
}

/** What a thing is made of, with the space or comma before it: " en bois", " fait d'eau", " poilue". */
function made(thing: Thing, gender: 'm' | 'f', plural: boolean, wording: Wording, alone: boolean): string {
  const { en, of, adjectives } = frenchMaterials[thing.material!]
  const sign = chooseMaterialEmoji(thing.material!, wording)
  if (wording.emoji === 'all' && sign) return wording.maybe(0.5) ? sign : ` ${sign}`
  if (!sign && adjectives && !thing.colour && wording.maybe(0.35))
    return ` ${agree(wording.form(adjectives), gender, plural)}`
  const material = sign || wording.form(en)
  if (wording.bare) {
    return wording.form(alone ? [` en ${material}`, `, ${material}`, ` ${material}`] : [` en ${material}`])
  }
  if (!wording.maybe(0.4)) return ` en ${material}`
  const fait = agree(['fait', 'faite', 'faits', 'faites'], gender, plural)
  return wording.maybe(0.5) ? ` ${fait} en ${material}` : ` ${fait} ${de(sign || wording.form(of))}`
}
