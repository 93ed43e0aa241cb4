/** The French grammar: a scene in words. */
import { entryOf } from './concepts.ts'
import { canStandAlone, chooseEmoji } from './emoji-wording.ts'
import { nounPhrase, type Phrase } from './french-phrase.ts'
import { frenchBackgrounds, frenchCutOut, frenchFilters, frenchOpenings, frenchStyles } from './french-scenery.ts'
import {
  type Agreeing,
  agree,
  frenchAboard,
  frenchAstride,
  frenchCapped,
  frenchDrinking,
  frenchRelations,
} from './french-words.ts'
import type { Scene } from './scene.ts'
import { withoutArticle } from './vocabulary.ts'
import { isLiving, isPlace, type Mention, type Wording } from './wording.ts'
import { de } from './words.ts'

/** A link and what follows it: "de" takes up an article. */
const join = (link: string, phrase: Phrase): string => {
  if (link === frenchAstride) return `${link.slice(0, -3)} ${de(phrase.noun)}`
  return link.endsWith(' de') ? `${link.slice(0, -3)} ${phrase.afterDe}` : `${link} ${phrase.text}`
}

/** One sits on these, not in them. */
const open = /bicycle|scooter|motorcycle|skateboard|sled|skis|surf|board|kick|skate|parachute|wheelchair/

/** What stands between thing k and the next: "sur", "qui chevauche", "à côté de". */
function link(scene: Scene, k: number, { gender, plural, noun }: Phrase, wording: Wording): string {
  const relation = scene.relations[k]!
  const thing = scene.things[k + 1]!
  const [first, second] = [entryOf(scene.things[k]!.concept), entryOf(thing.concept)]
  const words = second.kind === 'drink' && relation === 'eating' ? frenchDrinking : frenchRelations[relation]
  const only = scene.things.length === 2
  const form = (forms: readonly (string | Agreeing)[]): string => {
    const chosen = wording.form(forms)
    return typeof chosen === 'string' ? chosen : agree(chosen, gender, plural)
  }
  if (relation === 'next-to' && only && wording.maybe(0.35)) {
    const had = second.traits.includes('holdable') || second.traits.includes('hat')
    return wording.maybe(0.25) && !had ? 'avec' : 'et'
  }
  if (relation === 'riding' && only && wording.maybe(0.3)) {
    if (second.kind !== 'vehicle' && isLiving(second) && thing.count === 1) return frenchAstride
    if (second.kind === 'vehicle' && !open.test(second.concept)) return form(frenchAboard)
  }
  if (relation === 'wearing' && only && second.kind === 'clothing' && wording.maybe(0.15)) return form([frenchCapped])
  if (words.participle && noun.includes(' qui ')) return words.participle
  if (words.bare && wording.bare && wording.maybe(0.6)) return form(words.bare)
  // Of a hat that is held, "avec" would say that it is worn.
  if (words.loose && only && wording.maybe(0.35) && !(relation === 'holding' && second.traits.includes('hat'))) {
    return form(words.loose)
  }
  const chosen = words.living && isLiving(first) && wording.maybe(0.2) ? form(words.living) : form(words.any)
  const clause = k > 0 && !wording.bare && !chosen.startsWith('qui ') && wording.maybe(0.12)
  return clause ? `qui ${plural ? 'sont' : 'est'} ${chosen}` : chosen
}

/** The scene's things and their relations, without style or background. */
function core(scene: Scene, wording: Wording): Phrase {
  const { things, relations } = scene
  const only = things.length === 1
  const [first, ...rest] = things.map((thing) => nounPhrase(thing, wording, only)) as [Phrase, ...Phrase[]]
  if (only) return first
  const neighbours = relations.every((relation) => relation === 'next-to')
  if (neighbours && wording.emoji === 'all') {
    const signs = things.map((thing) => chooseEmoji(thing, entryOf(thing.concept), wording))
    if (canStandAlone(things, signs)) {
      const text = signs.join(wording.maybe(0.5) ? '' : ' ')
      return { ...first, text, afterDe: `de ${text}` }
    }
  }
  if (neighbours && things.length > 2 && wording.maybe(0.6)) {
    const list = (texts: readonly string[]): string => `${texts.slice(0, -1).join(', ')} et ${texts.at(-1)}`
    const all = [first, ...rest]
    return { ...first, text: list(all.map(({ text }) => text)), afterDe: list(all.map(({ afterDe }) => afterDe)) }
  }
  let { text, afterDe } = first
  let before = first
  for (const [k, phrase] of rest.entries()) {
    const words = link(scene, k, before, wording)
    text += ` ${join(words, phrase)}`
    // "Une image d'un chat et d'un chien".
    afterDe += words === 'et' ? ` et ${phrase.afterDe}` : ` ${join(words, phrase)}`
    before = phrase
  }
  return { ...first, text, afterDe }
}

/** The scene as a French caption; style, filter and place are mentioned when told to. */
export function french(scene: Scene, wording: Wording, mention: Mention): string {
  const phrase = core(scene, wording)
  const filter = mention.filter && scene.filter ? frenchFilters[scene.filter] : null
  const style = mention.style ? frenchStyles[scene.style] : null
  const manner = filter ?? style
  const before = manner !== null && !wording.bare && wording.maybe(0.45)
  let end = ''
  if (filter && style) end = `, ${wording.form(style.post)}`
  if (manner && !before) {
    end = (manner.tail && wording.maybe(0.5) ? ` ${wording.form(manner.tail)}` : `, ${wording.form(manner.post)}`) + end
  }

  let opening = ''
  if (before) {
    const pre = wording.form(manner.pre)
    opening = `${wording.articles ? pre : pre.replace(/^(?:une?|la) /, '')} de`
  } else if (!wording.bare && !manner && wording.maybe(0.03)) opening = wording.form(frenchOpenings.naming)
  const asking = !wording.bare && wording.maybe(0.05) ? wording.form(frenchOpenings.asking) : ''

  let text = opening ? `${opening.slice(0, -3)} ${phrase.afterDe}` : phrase.text
  if (mention.background) {
    const place = ground(scene, phrase, wording)
    if (/^fond /.test(place)) end = `, ${place}${end}`
    else if (isPlace(scene.background) && !opening && !asking && wording.maybe(0.07)) text = `${place}, ${text}`
    else text += text.includes(', ') && scene.things.length === 1 ? `, ${place}` : ` ${place}`
  }
  if (asking) text = `${asking} ${text}`
  return `${text}${end}${asking && wording.maybe(0.1) ? " s'il te plaît" : ''}`
}

/** A way of naming the background: of one thing on none, "détourée" too. */
function ground(scene: Scene, { text, gender, plural }: Phrase, wording: Wording): string {
  if (
    scene.background === 'transparent' &&
    scene.things.length === 1 &&
    wording.maybe(0.15) &&
    !text.includes(' qui ')
  ) {
    return agree(frenchCutOut, gender, plural)
  }
  const place = wording.form(frenchBackgrounds[scene.background])
  return wording.articles || wording.maybe(0.5) ? place : withoutArticle.fr(place)
}
