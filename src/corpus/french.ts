/** The French grammar: a scene in words, with gender, plural, elision and the articles that "de" takes up. */
import type { Background, Colour, Material, Relation, Scene, Size, Style, Thing } from './scene.ts'
import { chooseNoun, type Wording } from './wording.ts'
import { de, elides, type FrenchNoun, nounsOf } from './words.ts'

/** Masculine, feminine, masculine plural, feminine plural. Orange and marron never change. */
export const frenchColours: Record<Colour, readonly [ms: string, fs: string, mp: string, fp: string]> = {
  red: ['rouge', 'rouge', 'rouges', 'rouges'],
  orange: ['orange', 'orange', 'orange', 'orange'],
  yellow: ['jaune', 'jaune', 'jaunes', 'jaunes'],
  green: ['vert', 'verte', 'verts', 'vertes'],
  blue: ['bleu', 'bleue', 'bleus', 'bleues'],
  purple: ['violet', 'violette', 'violets', 'violettes'],
  pink: ['rose', 'rose', 'roses', 'roses'],
  brown: ['marron', 'marron', 'marron', 'marron'],
  black: ['noir', 'noire', 'noirs', 'noires'],
  white: ['blanc', 'blanche', 'blancs', 'blanches'],
  grey: ['gris', 'grise', 'gris', 'grises'],
}

/** After "en" or "fait de". */
export const frenchMaterials: Record<Material, string> = {
  cheese: 'fromage',
  chocolate: 'chocolat',
  ice: 'glace',
  stone: 'pierre',
  brick: 'briques',
  wood: 'bois',
  gold: 'or',
  grass: 'herbe',
}

const sizeWords: Record<Size, readonly (readonly [string, string, string, string])[]> = {
  small: [
    ['petit', 'petite', 'petits', 'petites'],
    ['minuscule', 'minuscule', 'minuscules', 'minuscules'],
  ],
  normal: [],
  large: [
    ['grand', 'grande', 'grands', 'grandes'],
    ['gros', 'grosse', 'gros', 'grosses'],
    ['énorme', 'énorme', 'énormes', 'énormes'],
  ],
}

/** Those that end in "de" take up the article that follows. */
const relationWords: Record<Relation, readonly string[]> = {
  'next-to': ['à côté de', 'et', 'près de', 'avec'],
  'left-of': ['à gauche de'],
  'right-of': ['à droite de'],
  above: ['au-dessus de'],
  below: ['en dessous de', 'au-dessous de'],
  on: ['sur'],
  under: ['sous'],
  'in-front-of': ['devant'],
  behind: ['derrière'],
}

const plainGround = (colour: string): readonly string[] => [`sur fond ${colour}`, `sur un fond ${colour}`]

/** Every way of naming a background. */
export const frenchBackgrounds: Record<Background, readonly string[]> = {
  white: plainGround('blanc'),
  'plain-pink': plainGround('rose'),
  'plain-blue': plainGround('bleu'),
  'plain-green': plainGround('vert'),
  'plain-yellow': plainGround('jaune'),
  'plain-grey': plainGround('gris'),
  'plain-purple': plainGround('violet'),
  'plain-orange': plainGround('orange'),
  sky: ['dans le ciel', 'dans les nuages'],
  field: ['dans un champ', 'dans un pré', 'à la campagne'],
  sea: ['en mer', 'dans la mer', "dans l'océan"],
  beach: ['sur la plage', 'à la plage'],
  snow: ['dans la neige', 'en hiver'],
  night: ['la nuit', 'dans la nuit'],
  space: ["dans l'espace"],
  desert: ['dans le désert'],
  forest: ['dans la forêt', 'en forêt'],
  room: ['dans une pièce', 'dans une chambre', "à l'intérieur"],
  sunset: ['au coucher du soleil', 'au soleil couchant'],
}

const styleWords: Record<Style, { readonly pre: readonly string[]; readonly post: readonly string[] }> = {
  '3d': { pre: ['un rendu 3d', 'une image 3d'], post: ['rendu 3d', 'en 3d'] },
  flat: { pre: ['un dessin plat', 'une illustration plate'], post: ['dessin plat', 'style plat'] },
  cartoon: { pre: ['un dessin de style cartoon'], post: ['style cartoon', 'cartoon'] },
  sticker: { pre: ['un autocollant'], post: ['autocollant', 'style autocollant'] },
  blob: { pre: ['un dessin tout doux'], post: ['style tout doux', 'style blob'] },
  icon: { pre: ['une icône'], post: ['icône', "style d'icône"] },
}

const openings = ['une image de', 'un dessin de', 'dessine-moi', 'dessine', 'je veux', 'image de', 'montre-moi']

const numerals: Record<1 | 2 | 3, readonly string[]> = {
  1: ['un'],
  2: ['deux', '2', 'deux'],
  3: ['trois', '3', 'trois'],
}

/** Which of four forms an adjective takes. */
const agree = (forms: readonly [string, string, string, string], gender: 'm' | 'f', plural: boolean): string =>
  forms[(plural ? 2 : 0) + (gender === 'f' ? 1 : 0)]!

/** The article that opens a phrase: un, une, des, de (before a plural adjective), du, de la, de l'. */
function determiner(noun: FrenchNoun, next: string, adjectiveFirst: boolean): string {
  if (noun.number === 'count') return noun.gender === 'm' ? 'un ' : 'une '
  if (noun.number === 'plural') return adjectiveFirst ? (elides(next) ? "d'" : 'de ') : 'des '
  return elides(next) ? "de l'" : noun.gender === 'm' ? 'du ' : 'de la '
}

type Phrase = {
  readonly text: string
  /** The same after "de", which swallows des, du and de la: "d'un chat", "de ciseaux", "d'herbe". */
  readonly afterDe: string
}

function nounPhrase(thing: Thing, wording: Wording, alone: boolean): Phrase {
  const all = nounsOf(thing.concept, 'fr')
  const several = thing.count > 1
  const chosen = chooseNoun(all, wording)
  const noun = several && chosen.number !== 'count' ? (all.find((n) => n.number === 'count') ?? chosen) : chosen
  const plural = several || noun.number === 'plural'
  const size = thing.size === 'normal' ? null : agree(wording.form(sizeWords[thing.size]), noun.gender, plural)
  const words = [several ? noun.many : noun.one]
  if (size) words.unshift(size)
  const colour = thing.colour ? agree(frenchColours[thing.colour], noun.gender, plural) : null
  if (colour) words.push(colour)
  let phrase = words.join(' ')
  if (colour && !thing.material && alone && wording.maybe(0.1)) {
    const rest = words.slice(0, -1).join(' ')
    phrase = wording.bare ? `${rest}, ${colour}` : `${rest} qui ${plural ? 'sont' : 'est'} ${colour}`
  }
  if (thing.material) {
    const material = frenchMaterials[thing.material]
    const made = agree(['fait', 'faite', 'faits', 'faites'], noun.gender, plural)
    const forms = wording.bare
      ? [` en ${material}`, `, ${material}`, ` ${material}`]
      : [` en ${material}`, ` en ${material}`, ` ${made} de ${material}`, ` ${made} en ${material}`]
    phrase += wording.form(forms).replace(/ de (?=or$|herbe$)/, " d'")
  }
  if (several) {
    const text = `${wording.form(numerals[thing.count])} ${phrase}`
    return { text, afterDe: `de ${text}` }
  }
  if (!wording.articles || wording.bare) return { text: phrase, afterDe: de(phrase) }
  const text = determiner(noun, words[0]!, size !== null) + phrase
  return { text, afterDe: noun.number === 'count' ? `d'${text}` : de(phrase) }
}

function join(link: string, phrase: Phrase): string {
  return link.endsWith(' de') ? `${link.slice(0, -3)} ${phrase.afterDe}` : `${link} ${phrase.text}`
}

/** The scene's things and their relation, without style or background. */
function core(scene: Scene, wording: Wording): Phrase {
  const [first, second] = scene.things
  if (!second) return nounPhrase(first!, wording, true)
  const a = nounPhrase(first!, wording, false)
  const b = join(wording.form(relationWords[scene.relation ?? 'next-to']), nounPhrase(second, wording, false))
  return { text: `${a.text} ${b}`, afterDe: `${a.afterDe} ${b}` }
}

/** The scene as a French caption; style and place are mentioned when told to. */
export function french(scene: Scene, wording: Wording, mention: { style: boolean; background: boolean }): string {
  const phrase = core(scene, wording)
  const place = mention.background ? ` ${wording.form(frenchBackgrounds[scene.background])}` : ''
  const style = styleWords[scene.style]
  if (mention.style) {
    if (wording.bare || !wording.maybe(0.5)) return `${phrase.text}${place}, ${wording.form(style.post)}`
    const pre = wording.form(style.pre)
    return `${wording.articles ? pre : pre.replace(/^une? /, '')} ${phrase.afterDe}${place}`
  }
  if (!wording.bare && wording.maybe(0.07)) {
    const opening = wording.form(openings)
    return opening.endsWith(' de')
      ? `${opening.slice(0, -3)} ${phrase.afterDe}${place}`
      : `${opening} ${phrase.text}${place}`
  }
  return phrase.text + place
}
