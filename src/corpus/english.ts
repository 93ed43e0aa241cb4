/** The English grammar: a scene in words. */
import type { Background, Colour, Material, Relation, Scene, Size, Style, Thing } from './scene.ts'
import { chooseNoun, type Wording } from './wording.ts'
import { nounsOf } from './words.ts'

/** As an adjective before the noun, and after "made of". */
export const englishMaterials: Record<Material, { readonly before: readonly string[]; readonly of: string }> = {
  cheese: { before: ['cheese'], of: 'cheese' },
  chocolate: { before: ['chocolate'], of: 'chocolate' },
  ice: { before: ['ice', 'icy'], of: 'ice' },
  stone: { before: ['stone'], of: 'stone' },
  brick: { before: ['brick'], of: 'bricks' },
  wood: { before: ['wooden', 'wood'], of: 'wood' },
  gold: { before: ['golden', 'gold'], of: 'gold' },
  grass: { before: ['grass', 'grassy'], of: 'grass' },
}

const sizeWords: Record<Size, readonly string[]> = {
  small: ['small', 'little', 'tiny'],
  normal: [],
  large: ['large', 'big', 'huge'],
}

const relationWords: Record<Relation, readonly string[]> = {
  'next-to': ['next to', 'and', 'beside', 'with', 'near'],
  'left-of': ['to the left of', 'left of', 'on the left of'],
  'right-of': ['to the right of', 'right of', 'on the right of'],
  above: ['above', 'over'],
  below: ['below', 'underneath'],
  on: ['on', 'on top of', 'standing on'],
  under: ['under', 'beneath'],
  'in-front-of': ['in front of'],
  behind: ['behind'],
}

const plainGround = (colour: string): readonly string[] => [
  `on a ${colour} background`,
  `on ${colour}`,
  `with a ${colour} background`,
]

/** Every way of naming a background. */
export const englishBackgrounds: Record<Background, readonly string[]> = {
  white: ['on a white background', 'on white', 'with a white background'],
  'plain-pink': plainGround('pink'),
  'plain-blue': plainGround('blue'),
  'plain-green': plainGround('green'),
  'plain-yellow': plainGround('yellow'),
  'plain-grey': [...plainGround('grey'), ...plainGround('gray')],
  'plain-purple': plainGround('purple'),
  'plain-orange': ['on an orange background', 'on orange', 'with an orange background'],
  sky: ['in the sky', 'in the clouds'],
  field: ['in a field', 'in a meadow', 'in the countryside'],
  sea: ['at sea', 'in the sea', 'in the ocean'],
  beach: ['on the beach', 'at the beach'],
  snow: ['in the snow', 'in winter'],
  night: ['at night', 'under the night sky'],
  space: ['in space', 'in outer space'],
  desert: ['in the desert'],
  forest: ['in the forest', 'in the woods'],
  room: ['in a room', 'inside a room', 'indoors'],
  sunset: ['at sunset', 'in the sunset'],
}

/** Before "of", and after a comma. */
const styleWords: Record<Style, { readonly pre: readonly string[]; readonly post: readonly string[] }> = {
  '3d': { pre: ['a 3d render', 'a 3d picture', 'a 3d model'], post: ['3d render', '3d', '3d style'] },
  flat: { pre: ['a flat drawing', 'a flat illustration'], post: ['flat drawing', 'flat style', 'flat'] },
  cartoon: { pre: ['a cartoon', 'a cartoon drawing'], post: ['cartoon', 'cartoon style'] },
  sticker: { pre: ['a sticker', 'a sticker drawing'], post: ['sticker', 'sticker style'] },
  blob: { pre: ['a blob drawing', 'a soft drawing'], post: ['blob style', 'soft style'] },
  icon: { pre: ['an icon', 'a simple icon'], post: ['icon', 'icon style'] },
}

const openings = ['a picture of', 'an image of', 'a drawing of', 'draw me', 'draw', 'show me', 'i want', 'picture of']

const numerals: Record<1 | 2 | 3, readonly string[]> = {
  1: ['one'],
  2: ['two', '2', 'two'],
  3: ['three', '3', 'three'],
}

/** "a" or "an" by sound: a vowel letter, save "unicorn" and "ufo", whose u sounds like "you". */
export const article = (next: string): string => (/^[aeiou]/.test(next) && !/^(u[fn][oi])/.test(next) ? 'an' : 'a')

const colourWord = (colour: Colour, wording: Wording): string =>
  colour === 'grey' ? wording.form(['grey', 'gray']) : colour

/** A thing as a noun phrase. */
function nounPhrase(thing: Thing, wording: Wording, alone: boolean): string {
  const noun = chooseNoun(nounsOf(thing.concept, 'en'), wording)
  const several = thing.count > 1
  // Mass and plural nouns are counted through a noun that can be: "bread" has "loaf of bread".
  const counted =
    several && noun.number !== 'count' ? nounsOf(thing.concept, 'en').find((n) => n.number === 'count') : noun
  const head = several ? (counted ?? noun).many : noun.one
  const size = thing.size === 'normal' ? [] : [wording.form(sizeWords[thing.size])]
  const colour = thing.colour ? colourWord(thing.colour, wording) : null
  const material = thing.material ? englishMaterials[thing.material] : null
  const materialAfter = material !== null && (wording.bare ? wording.maybe(0.3) : !wording.maybe(0.4))
  const colourAfter = colour !== null && !material && alone && wording.maybe(wording.bare ? 0.3 : 0.12)
  const before = [...size]
  if (colour && !colourAfter) before.push(colour)
  if (material && !materialAfter) before.push(wording.form(material.before))
  const words = [...before, head]
  const number = several ? wording.form(numerals[thing.count]) : null
  if (number) words.unshift(number)
  else if (wording.articles && !wording.bare) {
    const determiner = noun.number === 'count' ? article(words[0]!) : wording.maybe(0.25) ? 'some' : ''
    if (determiner) words.unshift(determiner)
  }
  let phrase = words.join(' ')
  const plural = several || noun.number === 'plural'
  if (materialAfter) {
    phrase += wording.bare
      ? wording.form([`, ${material!.of}`, ` of ${material!.of}`, ` ${material!.of}`])
      : ` ${wording.form(['made of', 'made of', 'made out of', 'made from'])} ${material!.of}`
  }
  if (colourAfter) {
    phrase += wording.bare ? wording.form([`, ${colour}`, ` ${colour}`]) : ` that ${plural ? 'are' : 'is'} ${colour}`
  }
  return phrase
}

/** The scene's things and their relation, without style or background. */
function englishCore(scene: Scene, wording: Wording): string {
  const [first, second] = scene.things
  if (!second) return nounPhrase(first!, wording, true)
  const relation = wording.form(relationWords[scene.relation ?? 'next-to'])
  return `${nounPhrase(first!, wording, false)} ${relation} ${nounPhrase(second, wording, false)}`
}

/** The scene as an English caption; style and place are mentioned when told to. */
export function english(scene: Scene, wording: Wording, mention: { style: boolean; background: boolean }): string {
  let text = englishCore(scene, wording)
  if (mention.background) {
    const place = wording.form(englishBackgrounds[scene.background])
    text += wording.articles ? ` ${place}` : ` ${place.replace(/ (the|an|a) /, ' ')}`
  }
  const style = styleWords[scene.style]
  if (mention.style) {
    const before = !wording.bare && wording.maybe(0.5)
    const pre = wording.form(style.pre)
    text = before
      ? `${wording.articles ? pre : pre.replace(/^an? /, '')} of ${text}`
      : `${text}, ${wording.form(style.post)}`
  } else if (!wording.bare && wording.maybe(0.07)) text = `${wording.form(openings)} ${text}`
  return text
}
