/** The French words for where a scene is, and for how it is drawn. The first of each list is the plain one; a word given twice comes twice as often. */
import type { Agreeing } from './french-words.ts'
import type { Background, Filter, Style } from './scene.ts'

const plainGround = (colour: string): readonly string[] => [
  `sur fond ${colour}`,
  `sur fond ${colour}`,
  `sur un fond ${colour}`,
  `sur un fond ${colour} uni`,
  `avec un fond ${colour}`,
  `fond ${colour}`,
]

/** Every way of naming a background. "Détouré" for a transparent one agrees with the thing: see the grammar. */
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
  snow: ['dans la neige', 'en hiver', 'sous la neige'],
  night: ['la nuit', 'dans la nuit', 'de nuit'],
  space: ["dans l'espace"],
  desert: ['dans le désert'],
  forest: ['dans la forêt', 'en forêt', 'dans les bois'],
  room: ['dans une pièce', 'dans une chambre', "à l'intérieur"],
  sunset: ['au coucher du soleil', 'au soleil couchant'],
  city: ['en ville', 'dans la ville', 'dans une ville'],
  road: ['sur la route', 'sur une route', 'dans la rue'],
  mountains: ['à la montagne', 'dans les montagnes'],
  underwater: ["sous l'eau", 'sous la mer', "au fond de l'eau"],
  moon: ['sur la lune'],
  garden: ['dans le jardin', 'dans un jardin'],
  rain: ['sous la pluie', 'un jour de pluie'],
  kitchen: ['dans la cuisine', 'dans une cuisine'],
  volcano: ['devant un volcan', "près d'un volcan", 'avec un volcan en arrière-plan'],
  cave: ['dans une grotte', 'dans la grotte', 'dans une caverne'],
  stage: ['sur scène', 'sur une scène', 'sur la scène'],
  autumn: ['en automne', "à l'automne"],
  transparent: [
    'sur fond transparent',
    'sur un fond transparent',
    'avec un fond transparent',
    'sans fond',
    'sans arrière-plan',
    'fond transparent',
  ],
}
export const frenchCutOut: Agreeing = ['détouré', 'détourée', 'détourés', 'détourées']

type Manner = {
  /** Before "de". */
  readonly pre: readonly string[]
  /** After a comma. */
  readonly post: readonly string[]
  /** At the end, without a comma. */
  readonly tail?: readonly string[]
}

export const frenchStyles: Record<Style, Manner> = {
  '3d': { pre: ['un rendu 3d', 'une image 3d'], post: ['rendu 3d', 'en 3d'] },
  flat: { pre: ['un dessin plat', 'une illustration plate'], post: ['dessin plat', 'style plat'] },
  cartoon: { pre: ['un dessin de style cartoon', 'un dessin style cartoon'], post: ['style cartoon', 'cartoon'] },
  sticker: { pre: ['un autocollant'], post: ['autocollant', 'style autocollant'] },
  blob: { pre: ['un dessin tout doux'], post: ['style tout doux', 'style blob'] },
  icon: { pre: ['une icône'], post: ['icône', "style d'icône"] },
}

export const frenchFilters: Record<Filter, Manner> = {
  watercolour: {
    pre: ['une aquarelle', "une peinture à l'aquarelle"],
    post: ['aquarelle', 'style aquarelle', "peinture à l'aquarelle"],
    tail: ["à l'aquarelle", 'en aquarelle'],
  },
  oil: {
    pre: ["une peinture à l'huile", "un tableau à l'huile"],
    post: ["peinture à l'huile", "style peinture à l'huile"],
  },
  pencil: {
    pre: ['un dessin au crayon', 'un croquis', 'un croquis au crayon'],
    post: ['dessin au crayon', 'croquis', 'croquis au crayon'],
    tail: ['au crayon', 'au crayon de papier'],
  },
  'pixel-art': {
    pre: ['un pixel art', 'une image en pixel art', 'un dessin en pixel art'],
    post: ['pixel art', 'style pixel art'],
    tail: ['en pixel art'],
  },
  mosaic: { pre: ['une mosaïque'], post: ['mosaïque', 'style mosaïque'], tail: ['en mosaïque'] },
  blueprint: {
    pre: ['un plan technique', 'un plan'],
    post: ['plan technique', 'style blueprint', 'blueprint', "plan d'architecte"],
    tail: ['en plan technique'],
  },
  neon: { pre: ['un néon', 'une image au néon'], post: ['néon', 'style néon'], tail: ['en néon', 'au néon'] },
  'black-and-white': {
    pre: ['une image en noir et blanc', 'un dessin en noir et blanc'],
    post: ['noir et blanc'],
    tail: ['en noir et blanc'],
  },
  silhouette: {
    pre: ['une silhouette', 'la silhouette'],
    post: ['silhouette', 'ombre chinoise'],
    tail: ['en silhouette', 'en ombre chinoise'],
  },
}

/** Before the whole caption: those that end in "de" name the picture, the others ask for it. */
export const frenchOpenings = {
  naming: ['une image de', 'un dessin de', 'image de', 'dessin de', 'une illustration de'],
  asking: ['dessine-moi', 'dessine', 'je veux', 'montre-moi', 'je voudrais', 'fais-moi', 'crée', 'génère'],
} as const
