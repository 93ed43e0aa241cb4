/** GenEval's object classes (those of COCO), and the concepts of ours that a fair judge would accept for each. */
import { concepts } from '../corpus/concepts.ts'
import { lexicon } from '../corpus/lexicon/index.ts'

/** The first is the plainest; `kind:` stands for every concept of a kind. */
const classes: Readonly<Record<string, readonly string[]>> = {
  person: ['kind:person'],
  bicycle: ['bicycle'],
  car: ['automobile', 'oncoming-automobile', 'taxi', 'police-car', 'sport-utility-vehicle', 'racing-car'],
  motorcycle: ['motorcycle', 'motor-scooter'],
  airplane: ['airplane', 'small-airplane', 'airplane-departure', 'airplane-arrival'],
  bus: ['bus', 'oncoming-bus', 'minibus', 'trolleybus'],
  train: ['train', 'locomotive', 'bullet-train', 'high-speed-train', 'metro', 'light-rail', 'railway-car'],
  truck: ['delivery-truck', 'articulated-lorry', 'pickup-truck', 'fire-engine'],
  boat: ['sailboat', 'ship', 'motor-boat', 'speedboat', 'canoe', 'ferry', 'passenger-ship'],
  'traffic light': ['vertical-traffic-light', 'horizontal-traffic-light'],
  'fire hydrant': ['fire-hydrant'],
  'stop sign': ['stop-sign'],
  'parking meter': ['parking-meter'],
  bench: ['bench'],
  bird: ['kind:bird'],
  cat: ['cat', 'black-cat', 'cat-face'],
  dog: ['dog', 'dog-face', 'poodle', 'guide-dog', 'service-dog'],
  horse: ['horse', 'horse-face', 'carousel-horse'],
  sheep: ['ewe', 'ram'],
  cow: ['cow', 'cow-face', 'ox'],
  elephant: ['elephant', 'mammoth'],
  bear: ['bear', 'polar-bear'],
  zebra: ['zebra'],
  giraffe: ['giraffe'],
  backpack: ['backpack'],
  umbrella: ['umbrella', 'umbrella-with-rain-drops', 'closed-umbrella', 'umbrella-on-ground'],
  handbag: ['handbag', 'clutch-bag', 'purse'],
  tie: ['necktie'],
  suitcase: ['luggage', 'briefcase'],
  frisbee: ['flying-disc'],
  skis: ['skis'],
  snowboard: ['snowboarder'],
  'sports ball': [
    'soccer-ball',
    'basketball',
    'baseball',
    'softball',
    'volleyball',
    'american-football',
    'rugby-football',
  ],
  kite: ['kite'],
  'baseball bat': ['baseball-bat'],
  'baseball glove': ['baseball-glove'],
  skateboard: ['skateboard'],
  surfboard: ['surfer'],
  'tennis racket': ['tennis'],
  bottle: ['bottle-with-popping-cork', 'baby-bottle', 'lotion-bottle', 'sake'],
  'wine glass': ['wine-glass', 'cocktail-glass', 'clinking-glasses'],
  cup: ['hot-beverage', 'teacup-without-handle', 'cup-with-straw', 'tumbler-glass'],
  fork: ['fork-and-knife'],
  knife: ['fork-and-knife'],
  spoon: ['spoon'],
  bowl: ['bowl-with-spoon', 'steaming-bowl'],
  banana: ['banana'],
  apple: ['red-apple', 'green-apple'],
  sandwich: ['sandwich', 'stuffed-flatbread', 'hamburger'],
  orange: ['tangerine'],
  broccoli: ['broccoli'],
  carrot: ['carrot'],
  'hot dog': ['hot-dog'],
  pizza: ['pizza'],
  donut: ['doughnut'],
  cake: ['birthday-cake', 'shortcake', 'cupcake'],
  chair: ['chair', 'seat'],
  couch: ['couch-and-lamp'],
  'potted plant': ['potted-plant'],
  bed: ['bed', 'person-in-bed'],
  'dining table': ['dining-table'],
  toilet: ['toilet'],
  tv: ['television'],
  laptop: ['laptop'],
  'computer mouse': ['computer-mouse'],
  'tv remote': ['tv-remote'],
  'computer keyboard': ['keyboard'],
  'cell phone': ['mobile-phone', 'mobile-phone-with-arrow'],
  microwave: ['microwave'],
  oven: ['oven'],
  toaster: ['toaster'],
  sink: ['sink'],
  refrigerator: ['refrigerator'],
  book: [
    'closed-book',
    'open-book',
    'blue-book',
    'green-book',
    'orange-book',
    'notebook-with-decorative-cover',
    'books',
  ],
  clock: ['alarm-clock', 'mantelpiece-clock', 'three-oclock', 'ten-oclock', 'timer-clock'],
  vase: ['amphora'],
  scissors: ['scissors'],
  'teddy bear': ['teddy-bear'],
  'hair drier': ['hair-drier'],
  toothbrush: ['toothbrush'],
}

const known = new Set(concepts)

export const genevalClasses: readonly string[] = Object.keys(classes)

/** The concepts that may be shown for a class, the plainest first; none for a name that is no class. */
export function conceptsOfGenevalClass(name: string): readonly string[] {
  return (classes[name] ?? []).flatMap((entry) =>
    entry.startsWith('kind:')
      ? lexicon.filter(({ kind }) => kind === entry.slice('kind:'.length)).map(({ concept }) => concept)
      : known.has(entry)
        ? [entry]
        : [],
  )
}

/** Whether a model that knows these concepts could draw the class: its plainest concept, or one of the kind, is among them. */
export function holdsGenevalClass(name: string, vocabulary: ReadonlySet<string>): boolean {
  const [first = ''] = classes[name] ?? []
  if (first.startsWith('kind:')) return conceptsOfGenevalClass(name).some((concept) => vocabulary.has(concept))
  return vocabulary.has(first)
}
