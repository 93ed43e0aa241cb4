/** Looking concepts up, and which style draws which. */
import { type Entry, lexicon } from './lexicon/index.ts'
import type { Style } from './scene.ts'

const byName = new Map(lexicon.map((entry) => [entry.concept, entry]))

/** The names of all concepts, in their fixed order. */
export const concepts: readonly string[] = lexicon.map((entry) => entry.concept)

/** A concept's entry. Throws RangeError where there is none. */
export function entryOf(concept: string): Entry {
  const entry = byName.get(concept)
  if (!entry) throw new RangeError(`no concept is named "${concept}"`)
  return entry
}

/** True where the style has a picture of the concept. */
export const isDrawn = (concept: string, style: Style): boolean => !entryOf(concept).without.includes(style)

/** Twenty things that are easy to tell apart: for skeletons and tests. */
export const twentyConcepts: readonly string[] = [
  'cat',
  'dog',
  'elephant',
  'penguin',
  'kangaroo',
  'frog',
  'fish',
  'butterfly',
  'red-apple',
  'banana',
  'carrot',
  'pizza',
  'automobile',
  'airplane',
  'sun',
  'star',
  'cactus',
  'house',
  'key',
  'umbrella',
]

/** The things that people ask for first, in the order that the shipped tiny model was trained with. */
// biome-ignore format: a plain list
export const everydayConcepts: readonly string[] = [
  'monkey', 'gorilla', 'dog', 'wolf', 'fox', 'cat', 'lion', 'tiger', 'horse', 'unicorn', 'zebra', 'deer', 'cow',
  'pig', 'ewe', 'camel', 'giraffe', 'elephant', 'hippopotamus', 'mouse', 'rabbit', 'chipmunk', 'hedgehog', 'bear',
  'koala', 'panda', 'kangaroo', 'rooster', 'front-facing-baby-chick', 'penguin', 'duck', 'owl', 'flamingo',
  'peacock', 'parrot', 'frog', 'crocodile', 'turtle', 'snake', 'dragon', 't-rex', 'whale', 'dolphin', 'fish',
  'shark', 'octopus', 'crab', 'snail', 'butterfly', 'honeybee', 'lady-beetle', 'spider', 'grapes', 'watermelon',
  'tangerine', 'lemon', 'banana', 'pineapple', 'red-apple', 'pear', 'cherries', 'strawberry', 'tomato', 'avocado',
  'eggplant', 'carrot', 'ear-of-corn', 'broccoli', 'mushroom', 'bread', 'croissant', 'egg', 'cheese-wedge',
  'hamburger', 'french-fries', 'pizza', 'hot-dog', 'doughnut', 'cookie', 'birthday-cake', 'cupcake',
  'soft-ice-cream', 'lollipop', 'candy', 'popcorn', 'hot-beverage', 'automobile', 'bus', 'delivery-truck',
  'fire-engine', 'police-car', 'taxi', 'tractor', 'motorcycle', 'bicycle', 'locomotive', 'train', 'airplane',
  'helicopter', 'rocket', 'ship', 'sailboat', 'flying-saucer', 'skateboard', 'mountain', 'volcano', 'sun',
  'crescent-moon', 'star', 'cloud', 'rainbow', 'fire', 'snowflake', 'snowman-without-snow', 'droplet',
  'high-voltage', 'ringed-planet', 'globe-showing-europe-africa', 'evergreen-tree', 'palm-tree', 'deciduous-tree',
  'cactus', 'rose', 'sunflower', 'tulip', 'maple-leaf', 'house', 'castle', 'tent', 'closed-book', 'pencil',
  'scissors', 'key', 'hammer', 'locked', 'bell', 'umbrella', 'balloon', 'wrapped-gift', 'crown', 'top-hat',
  'gem-stone', 'glasses', 't-shirt', 'jeans', 'dress', 'running-shoe', 'backpack', 'chair', 'bed', 'door',
  'candle', 'light-bulb', 'camera', 'television', 'laptop', 'mobile-phone', 'alarm-clock', 'guitar', 'violin',
  'soccer-ball', 'basketball', 'trophy', 'teddy-bear', 'anchor', 'robot', 'ghost', 'alien', 'red-heart',
  'jack-o-lantern',
]
