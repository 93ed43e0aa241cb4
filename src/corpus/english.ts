/** The English grammar: a scene in words. */
import { entryOf } from './concepts.ts'
import { canStandAlone, chooseEmoji } from './emoji-wording.ts'
import { nounPhrase, type Phrase } from './english-phrase.ts'
import { englishBackgrounds, englishFilters, englishOpenings, englishStyles } from './english-scenery.ts'
import { englishDrinking, englishRelations } from './english-words.ts'
import type { Entry } from './lexicon/index.ts'
import type { Scene } from './scene.ts'
import { withoutArticle } from './vocabulary.ts'
import { isLiving, isPlace, type Mention, type Wording } from './wording.ts'

/** True where "with" could mean that it is held or worn. */
const isHad = (second: Entry): boolean => second.traits.includes('holdable') || second.traits.includes('hat')

/** What stands between thing k and the next: "on", "that is riding". */
function link(scene: Scene, k: number, plural: boolean, wording: Wording): string {
  const relation = scene.relations[k]!
  const [first, second] = [entryOf(scene.things[k]!.concept), entryOf(scene.things[k + 1]!.concept)]
  const { any, living, loose } = englishRelations[relation]
  const only = scene.things.length === 2
  let words: string
  if (relation === 'next-to' && only && wording.maybe(0.35)) {
    return wording.maybe(0.25) && !isHad(second) ? 'with' : 'and'
  }
  if (loose && only && wording.maybe(0.3)) {
    words = wording.form(loose)
    // Of a hat that is held, too; and "in a hat" is inside one that things are put into.
    if (relation === 'holding' && second.traits.includes('hat')) words = any[0]!
    if (words === 'in' && second.traits.includes('container')) words = any[0]!
  } else if (relation === 'eating' && second.kind === 'drink') words = wording.form(englishDrinking)
  else words = living && isLiving(first) && wording.maybe(0.2) ? wording.form(living) : wording.form(any)
  if (wording.bare) return words
  // In a chain, what rides or eats is the thing just named.
  const verb = /^(?:riding|holding|carrying|eating|drinking|wearing)/.test(words)
  const who = first.kind === 'person' && wording.maybe(0.7) ? 'who' : 'that'
  if (verb ? k > 0 || wording.maybe(0.1) : k > 0 && wording.maybe(0.15))
    return `${who} ${plural ? 'are' : 'is'} ${words}`
  return words
}

/** The scene's things and their relations, without style or background. */
function core(scene: Scene, wording: Wording): string {
  const { things, relations } = scene
  const only = things.length === 1
  const [first, ...rest] = things.map((thing) => nounPhrase(thing, wording, only)) as [Phrase, ...Phrase[]]
  if (only) return first.text
  const neighbours = relations.every((relation) => relation === 'next-to')
  if (neighbours && wording.emoji === 'all') {
    const signs = things.map((thing) => chooseEmoji(thing, entryOf(thing.concept), wording))
    if (canStandAlone(things, signs)) return signs.join(wording.maybe(0.5) ? '' : ' ')
  }
  if (neighbours && things.length > 2 && wording.maybe(0.6)) {
    const last = rest.at(-1)!.text
    const others = [first, ...rest.slice(0, -1)].map((phrase) => phrase.text)
    return `${others.join(', ')}${wording.maybe(0.4) ? ',' : ''} and ${last}`
  }
  let text = first.text
  let { plural } = first
  for (const [k, phrase] of rest.entries()) {
    text += ` ${link(scene, k, plural, wording)} ${phrase.text}`
    plural = phrase.plural
  }
  return text
}

const bareGround = /^(?:(?!on|with)\S+) background$/

/** The scene as an English caption; style, filter and place are mentioned when told to. */
export function english(scene: Scene, wording: Wording, mention: Mention): string {
  let text = core(scene, wording)
  const filter = mention.filter && scene.filter ? englishFilters[scene.filter] : null
  const style = mention.style ? englishStyles[scene.style] : null
  const manner = filter ?? style
  const before = manner !== null && !wording.bare && wording.maybe(0.45)
  const { things } = scene
  const [thing] = things
  const front =
    manner?.front && wording.bare && thing!.count === 1 && !thing!.colour && !thing!.material && wording.maybe(0.4)
  let end = ''
  if (filter && style) end = `, ${wording.form(style.post)}`
  if (manner && !before && !front) {
    end = (manner.tail && wording.maybe(0.5) ? ` ${wording.form(manner.tail)}` : `, ${wording.form(manner.post)}`) + end
  }

  if (front) text = `${wording.form(manner.front!)} ${text}`
  const asking = !wording.bare && wording.maybe(0.05)
  const naming = !wording.bare && !manner && !asking && wording.maybe(0.03)
  if (mention.background) {
    const whole = wording.form(englishBackgrounds[scene.background])
    const place = wording.articles || wording.maybe(0.3) ? whole : withoutArticle.en(whole)
    if (bareGround.test(place)) end = `, ${place}${end}`
    else if (isPlace(scene.background) && !before && !asking && !naming && !front && wording.maybe(0.07)) {
      text = `${place}, ${text}`
    } else text += text.includes(', ') && things.length === 1 ? `, ${place}` : ` ${place}`
  }
  if (before) {
    const pre = wording.form(manner.pre)
    text = `${wording.articles ? pre : pre.replace(/^(?:an?|the) /, '')} of ${text}`
  }
  if (naming) text = `${wording.form(englishOpenings.naming)} ${text}`
  if (asking) text = `${wording.form(englishOpenings.asking)} ${text}`
  return `${text}${end}${asking && wording.maybe(0.1) ? ' please' : ''}`
}
