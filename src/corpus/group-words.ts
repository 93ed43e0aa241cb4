/** What many of a kind are called together: herds, flocks, crowds, piles. By concept where a kind has more names than one. */
import type { Entry, Kind } from './lexicon/index.ts'
import type { Language } from './scene.ts'

type Groups = Readonly<Record<Language, readonly string[]>>

/** English before "of", French (with its article) before "de". */
const ofKind: Partial<Record<Kind, Groups>> = {
  animal: { en: ['group'], fr: ['un groupe'] },
  bird: { en: ['flock'], fr: ['une volée', 'un groupe'] },
  fish: { en: ['school', 'school', 'shoal'], fr: ['un banc'] },
  insect: { en: ['swarm'], fr: ['une nuée', 'un essaim'] },
  plant: { en: ['group'], fr: ['un groupe'] },
  food: { en: ['pile', 'pile', 'heap', 'bunch'], fr: ['un tas'] },
  drink: { en: ['bunch', 'group'], fr: ['un tas'] },
  vehicle: { en: ['fleet'], fr: ['une flotte'] },
  building: { en: ['group', 'cluster'], fr: ['un groupe'] },
  object: { en: ['pile', 'bunch'], fr: ['un tas'] },
  clothing: { en: ['pile', 'heap'], fr: ['un tas', 'une pile'] },
  instrument: { en: ['pile', 'bunch'], fr: ['un tas'] },
  tool: { en: ['pile', 'bunch'], fr: ['un tas'] },
  person: { en: ['crowd', 'crowd', 'group'], fr: ['une foule', 'une foule', 'un groupe'] },
  fantasy: { en: ['group', 'crowd'], fr: ['un groupe'] },
  face: { en: ['bunch'], fr: ['un tas'] },
  symbol: { en: ['bunch'], fr: ['un tas'] },
}

const some = (concepts: string, en: readonly string[], fr: readonly string[]): [string, Groups][] =>
  concepts.split(' ').map((concept) => [concept, { en, fr }])

const ofConcept = new Map<string, Groups>([
  ...some(
    'horse unicorn zebra deer cow ox water-buffalo pig boar ewe ram goat camel two-hump-camel llama giraffe elephant ' +
      'mammoth rhinoceros hippopotamus bison moose donkey kangaroo sauropod t-rex racehorse',
    ['herd', 'herd', 'herd', 'group'],
    ['un troupeau', 'un troupeau', 'un troupeau', 'un groupe'],
  ),
  ...some('dog wolf hyena poodle guide-dog service-dog', ['pack'], ['une meute']),
  ...some('lion', ['pride', 'group'], ['une troupe', 'un groupe']),
  ...some('monkey gorilla orangutan', ['troop', 'group'], ['une troupe', 'un groupe']),
  ...some('whale spouting-whale dolphin seal orca', ['pod', 'group'], ['un groupe']),
  ...some('penguin', ['colony', 'group'], ['une colonie', 'un groupe']),
  ...some('rooster chicken front-facing-baby-chick hatching-chick baby-chick turkey', ['flock'], ['un groupe']),
  ...some('bat', ['colony', 'swarm'], ['une colonie', 'une nuée']),
  ...some('honeybee', ['swarm'], ['un essaim']),
  ...some('ant', ['colony', 'swarm'], ['une colonie']),
  ...some(
    'octopus squid crab lobster shrimp oyster coral jellyfish spiral-shell turtle',
    ['group', 'bunch'],
    ['un groupe'],
  ),
  ...some('snail spider scorpion worm caterpillar bug lady-beetle beetle', ['bunch', 'group'], ['un groupe']),
  ...some(
    'rose tulip sunflower hibiscus cherry-blossom blossom wilted-flower lotus hyacinth white-flower',
    ['bunch', 'bunch', 'bouquet'],
    ['un bouquet'],
  ),
  ...some('grapes', ['pile'], ['un tas']),
  ...some('banana', ['bunch'], ['un régime', 'un tas']),
  ...some('balloon', ['bunch'], ['un tas']),
  ...some('key', ['bunch'], ['un trousseau', 'un tas']),
  ...some('closed-book green-book blue-book orange-book books plate bowl', ['stack', 'pile'], ['une pile']),
])

const none: readonly string[] = []

/** English nouns that stand before "of", French ones with their article that stand before "de". The first is the commonest. */
export const groupsOf = (entry: Entry, language: Language): readonly string[] =>
  (ofConcept.get(entry.concept) ?? ofKind[entry.kind])?.[language] ?? none

/** All of them, for whoever reads captions. */
export const allGroups = (language: Language): readonly string[] => [
  ...new Set([...Object.values(ofKind), ...ofConcept.values()].flatMap((groups) => groups[language])),
]
