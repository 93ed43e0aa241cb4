/** The English words for where a scene is, and for how it is drawn. The first of each list is the plain one; a word given twice comes twice as often. */
import type { Background, Filter, Style } from './scene.ts'

const plainGround = (...names: string[]): readonly string[] =>
  names.flatMap((name) => [
    `on a ${name} background`,
    `on a ${name} background`,
    `on ${name}`,
    `with a ${name} background`,
    `on a plain ${name} background`,
    `${name} background`,
  ])

/** Every way of naming a background. */
export const englishBackgrounds: Record<Background, readonly string[]> = {
  white: plainGround('white'),
  'plain-pink': plainGround('pink'),
  'plain-blue': plainGround('blue'),
  'plain-green': plainGround('green'),
  'plain-yellow': plainGround('yellow'),
  'plain-grey': plainGround('grey', 'gray'),
  'plain-purple': plainGround('purple'),
  'plain-orange': plainGround('orange').map((text) => text.replace(' a orange', ' an orange')),
  sky: ['in the sky', 'in the clouds'],
  field: ['in a field', 'in a meadow', 'in the countryside'],
  sea: ['at sea', 'in the sea', 'in the ocean'],
  beach: ['on the beach', 'at the beach'],
  snow: ['in the snow', 'in winter'],
  night: ['at night', 'under the night sky'],
  space: ['in space', 'in outer space'],
  desert: ['in the desert', 'in a desert'],
  forest: ['in the forest', 'in the woods', 'in a forest'],
  room: ['in a room', 'inside a room', 'indoors'],
  sunset: ['at sunset', 'in the sunset'],
  city: ['in the city', 'in a city', 'in town'],
  road: ['on the road', 'on a road', 'in the street'],
  mountains: ['in the mountains'],
  underwater: ['underwater', 'under the sea', 'under water'],
  moon: ['on the moon'],
  garden: ['in the garden', 'in a garden'],
  rain: ['in the rain', 'on a rainy day'],
  kitchen: ['in the kitchen', 'in a kitchen'],
  volcano: ['in front of a volcano', 'with a volcano in the background', 'near a volcano'],
  cave: ['in a cave', 'inside a cave'],
  stage: ['on stage', 'on a stage'],
  autumn: ['in autumn', 'in the fall', 'in fall'],
  transparent: [
    'on a transparent background',
    'with a transparent background',
    'with no background',
    'without a background',
    'transparent background',
    'no background',
  ],
}

type Manner = {
  /** Before "of". */
  readonly pre: readonly string[]
  /** After a comma. */
  readonly post: readonly string[]
  /** At the end, without a comma. */
  readonly tail?: readonly string[]
  /** Right before the things, in key words: "watercolour cat". */
  readonly front?: readonly string[]
}

export const englishStyles: Record<Style, Manner> = {
  '3d': { pre: ['a 3d render', 'a 3d picture', 'a 3d model'], post: ['3d render', '3d', '3d style'], front: ['3d'] },
  flat: { pre: ['a flat drawing', 'a flat illustration'], post: ['flat drawing', 'flat style', 'flat'] },
  cartoon: { pre: ['a cartoon', 'a cartoon drawing'], post: ['cartoon', 'cartoon style'], front: ['cartoon'] },
  sticker: { pre: ['a sticker', 'a sticker drawing'], post: ['sticker', 'sticker style'] },
  blob: { pre: ['a blob drawing', 'a soft drawing'], post: ['blob style', 'soft style'] },
  icon: { pre: ['an icon', 'a simple icon'], post: ['icon', 'icon style'] },
}

export const englishFilters: Record<Filter, Manner> = {
  watercolour: {
    pre: ['a watercolour', 'a watercolor', 'a watercolour painting', 'a watercolor painting'],
    post: ['watercolour', 'watercolor', 'watercolor style', 'watercolour painting'],
    tail: ['in watercolour', 'in watercolor'],
    front: ['watercolour', 'watercolor'],
  },
  oil: {
    pre: ['an oil painting'],
    post: ['oil painting', 'oil painting style', 'oil on canvas'],
    tail: ['as an oil painting'],
  },
  pencil: {
    pre: ['a pencil sketch', 'a pencil drawing', 'a sketch'],
    post: ['pencil sketch', 'pencil drawing', 'sketch'],
    tail: ['in pencil', 'drawn in pencil'],
  },
  'pixel-art': {
    pre: ['a pixel art picture', 'a pixel art drawing', 'pixel art'],
    post: ['pixel art', 'pixel art', 'pixel art style', 'pixelated'],
    tail: ['in pixel art', 'in pixel art style', 'as pixel art'],
    front: ['pixel art', 'pixel'],
  },
  mosaic: { pre: ['a mosaic'], post: ['mosaic', 'mosaic style'], tail: ['as a mosaic'], front: ['mosaic'] },
  blueprint: { pre: ['a blueprint'], post: ['blueprint', 'blueprint style'], tail: ['as a blueprint'] },
  neon: {
    pre: ['a neon sign', 'a neon picture'],
    post: ['neon', 'neon style', 'neon lights'],
    tail: ['in neon', 'in neon lights'],
    front: ['neon'],
  },
  'black-and-white': {
    pre: ['a black and white picture', 'a black and white drawing', 'a black-and-white image'],
    post: ['black and white', 'b&w'],
    tail: ['in black and white', 'in black and white'],
  },
  silhouette: {
    pre: ['a silhouette', 'the silhouette'],
    post: ['silhouette'],
    tail: ['in silhouette', 'as a silhouette'],
  },
}

/** Before the whole caption: those that end in "of" name the picture, the others ask for it. */
export const englishOpenings = {
  naming: ['a picture of', 'an image of', 'a drawing of', 'an illustration of', 'picture of', 'drawing of'],
  asking: ['draw me', 'draw', 'show me', 'i want', 'please draw', 'can you draw', 'make', 'generate', 'create'],
} as const
