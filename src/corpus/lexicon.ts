/**
 * The concepts that the corpus draws, with their English and French words.
 *
 * Names follow the Unicode CLDR annotations of the art pack (Unicode License v3) and a hand-checked French lexicon of gender and
 * plural made from them; everyday names ("car", not "automobile") and the synonyms were chosen by hand.
 *
 * English: `car` (plural by rule), `mouse/mice`, `=scissors` (always plural), `~cheese` (no plural).
 * French: gender first, `f voiture`, `m cheval/chevaux`, `mp ciseaux` (always plural), `mm pain` (no plural, partitive).
 * `natural`: colours that it mostly has anyway. `without`: styles that do not draw it (or draw something else).
 */
import type { Colour, Style } from './scene.ts'

export type Kind = 'animal' | 'food' | 'vehicle' | 'nature' | 'object'

export type Entry = {
  readonly concept: string
  readonly kind: Kind
  readonly en: readonly string[]
  readonly fr: readonly string[]
  readonly natural: readonly Colour[]
  readonly without: readonly Style[]
}

const entries: Entry[] = []
let kind: Kind = 'animal'

/** The first word of each list is the plain name; the rest are synonyms. */
function thing(concept: string, en: string, fr: string, natural = '', without = ''): void {
  entries.push({
    concept,
    kind,
    en: en.split(', '),
    fr: fr.split(', '),
    natural: natural.split(' ').filter(Boolean) as Colour[],
    without: without.split(' ').filter(Boolean) as Style[],
  })
}

thing('monkey', 'monkey', 'm singe', 'brown')
thing('gorilla', 'gorilla', 'm gorille', 'grey black', 'icon')
thing('dog', 'dog, puppy, doggy, doggo', 'm chien, m toutou, m chiot', 'brown orange')
thing('wolf', 'wolf/wolves', 'm loup', 'grey')
thing('fox', 'fox', 'm renard', 'orange', 'icon')
thing('cat', 'cat, kitty, kitten', 'm chat, m chaton, m minou', 'orange')
thing('lion', 'lion', 'm lion', 'orange yellow', 'icon')
thing('tiger', 'tiger', 'm tigre', 'orange')
thing('horse', 'horse, pony', 'm cheval/chevaux, m poney', 'brown')
thing('unicorn', 'unicorn', 'f licorne', 'white', 'icon')
thing('zebra', 'zebra', 'm zèbre', 'black white', 'icon')
thing('deer', 'deer/deer, stag, reindeer/reindeer', 'm cerf, m renne', 'brown', 'icon')
thing('cow', 'cow', 'f vache', 'white black')
thing('pig', 'pig, piggy', 'm cochon, m porc', 'pink')
thing('ewe', 'sheep/sheep, lamb', 'm mouton, f brebis', 'white')
thing('camel', 'camel, dromedary', 'm chameau, m dromadaire', 'orange brown')
thing('giraffe', 'giraffe', 'f girafe', 'orange yellow', 'icon')
thing('elephant', 'elephant', 'm éléphant', 'grey')
thing('hippopotamus', 'hippo, hippopotamus', 'm hippopotame', 'grey', 'icon')
thing('mouse', 'mouse/mice', 'f souris', 'grey white')
thing('rabbit', 'rabbit, bunny, hare', 'm lapin, m lièvre', 'grey white')
thing('chipmunk', 'squirrel, chipmunk', 'm écureuil', 'brown orange')
thing('hedgehog', 'hedgehog', 'm hérisson', 'brown', 'icon')
thing('bear', 'bear', 'm ours', 'brown')
thing('koala', 'koala', 'm koala', 'grey')
thing('panda', 'panda', 'm panda', 'black white')
thing('kangaroo', 'kangaroo, roo', 'm kangourou', 'brown orange', 'icon')
thing('rooster', 'rooster, chicken', 'm coq, f poule', 'brown white')
thing('front-facing-baby-chick', 'chick, baby chicken', 'm poussin', 'yellow')
thing('penguin', 'penguin', 'm pingouin, m manchot', 'black')
thing('duck', 'duck', 'm canard', '', 'icon')
thing('owl', 'owl', 'm hibou/hiboux, f chouette', 'brown', 'icon')
thing('flamingo', 'flamingo', 'm flamant rose/flamants roses, m flamant', 'pink', 'icon')
thing('peacock', 'peacock', 'm paon', 'green blue', 'icon')
thing('parrot', 'parrot', 'm perroquet', 'green', 'icon')
thing('frog', 'frog, toad', 'f grenouille, m crapaud', 'green')
thing('crocodile', 'crocodile, alligator', 'm crocodile, m alligator', 'green')
thing('turtle', 'turtle, tortoise', 'f tortue', 'green')
thing('snake', 'snake', 'm serpent', 'green')
thing('dragon', 'dragon', 'm dragon', 'green')
thing('t-rex', 'dinosaur, t-rex', 'm dinosaure, m tyrannosaure', 'green', 'icon')
thing('whale', 'whale', 'f baleine', 'blue')
thing('dolphin', 'dolphin', 'm dauphin', 'blue')
thing('fish', 'fish/fish', 'm poisson', 'blue')
thing('shark', 'shark', 'm requin', 'grey', 'icon')
thing('octopus', 'octopus', 'f pieuvre, m poulpe', 'red orange')
thing('crab', 'crab', 'm crabe', 'red', 'icon')
thing('snail', 'snail', 'm escargot', 'brown')
thing('butterfly', 'butterfly', 'm papillon', 'orange', 'icon')
thing('honeybee', 'bee, honeybee', 'f abeille', 'yellow')
thing('lady-beetle', 'ladybug, ladybird', 'f coccinelle', 'red')
thing('spider', 'spider', 'f araignée', 'black')

kind = 'food'
thing(
  'grapes',
  '=grapes, bunch of grapes/bunches of grapes',
  'mp raisins, f grappe de raisin/grappes de raisin',
  'purple',
)
thing('watermelon', 'watermelon', 'f pastèque', 'red green')
thing('tangerine', 'orange, tangerine, mandarin', 'f orange, f mandarine, f clémentine', 'orange')
thing('lemon', 'lemon', 'm citron', 'yellow')
thing('banana', 'banana', 'f banane', 'yellow')
thing('pineapple', 'pineapple', 'm ananas', 'orange yellow')
thing('red-apple', 'apple', 'f pomme', 'red')
thing('pear', 'pear', 'f poire', 'green')
thing('cherries', '=cherries', 'fp cerises', 'red')
thing('strawberry', 'strawberry', 'f fraise', 'red')
thing('tomato', 'tomato/tomatoes', 'f tomate', 'red')
thing('avocado', 'avocado', 'm avocat', 'green', 'icon')
thing('eggplant', 'eggplant, aubergine', 'f aubergine', 'purple')
thing('carrot', 'carrot', 'f carotte', 'orange', 'icon')
thing('ear-of-corn', 'corn cob, ear of corn/ears of corn, ~corn', 'm épi de maïs/épis de maïs, mm maïs', 'yellow')
thing('broccoli', 'broccoli/broccoli', 'm brocoli', 'green', 'icon')
thing('mushroom', 'mushroom, toadstool', 'm champignon', 'red')
thing('bread', '~bread, loaf of bread/loaves of bread', 'mm pain, f tranche de pain/tranches de pain', 'brown orange')
thing('croissant', 'croissant', 'm croissant', 'brown orange', 'icon')
thing('egg', 'egg', 'm œuf', 'white orange', 'icon')
thing(
  'cheese-wedge',
  '~cheese, piece of cheese/pieces of cheese',
  'mm fromage, m morceau de fromage/morceaux de fromage',
  'yellow',
  'icon',
)
thing('hamburger', 'hamburger, burger, cheeseburger', 'm hamburger, m burger', '')
thing('french-fries', '=french fries, =fries', 'fp frites', 'yellow red')
thing('pizza', 'pizza, slice of pizza/slices of pizza', 'f pizza, f part de pizza/parts de pizza', '')
thing('hot-dog', 'hot dog', 'm hot-dog', 'orange', 'icon')
thing('doughnut', 'donut, doughnut', 'm beignet, m donut', 'brown')
thing('cookie', 'cookie, biscuit', 'm biscuit, m cookie', 'brown')
thing('birthday-cake', 'cake, birthday cake', "m gâteau, m gâteau d'anniversaire/gâteaux d'anniversaire", '')
thing('cupcake', 'cupcake, muffin', 'm cupcake, m muffin', 'pink', 'icon')
thing('soft-ice-cream', 'ice cream, ice cream cone', 'm cornet de glace/cornets de glace, f glace', '')
thing('lollipop', 'lollipop', 'f sucette', '')
thing('candy', 'candy', 'm bonbon', 'red')
thing('popcorn', '~popcorn', 'mm pop-corn', '', 'icon')
thing(
  'hot-beverage',
  'cup of coffee/cups of coffee, coffee, cup of tea/cups of tea, coffee cup',
  'f tasse de café/tasses de café, m café, f tasse de thé/tasses de thé',
  'white',
)

kind = 'vehicle'
thing('automobile', 'car, automobile', 'f voiture, f auto, f automobile', 'red')
thing('bus', 'bus', 'm bus, m autobus, m autocar', '')
thing('delivery-truck', 'truck, lorry, delivery truck', 'm camion', '')
thing('fire-engine', 'fire truck, fire engine', 'm camion de pompiers/camions de pompiers', 'red')
thing('police-car', 'police car', 'f voiture de police/voitures de police', '')
thing('taxi', 'taxi, cab', 'm taxi', 'yellow orange')
thing('tractor', 'tractor', 'm tracteur', 'green')
thing('motorcycle', 'motorcycle, motorbike', 'f moto, f motocyclette', '')
thing('bicycle', 'bicycle, bike', 'm vélo, f bicyclette', '')
thing('locomotive', 'locomotive, steam train, steam locomotive', 'f locomotive, m train à vapeur/trains à vapeur', '')
thing('train', 'train', 'm train', '')
thing('airplane', 'airplane, plane, aeroplane', 'm avion', '')
thing('helicopter', 'helicopter', 'm hélicoptère', '')
thing('rocket', 'rocket, spaceship', 'f fusée', '')
thing('ship', 'ship, boat', 'm bateau, m navire', '', 'icon')
thing('sailboat', 'sailboat, sailing boat', 'm voilier, m bateau à voile/bateaux à voile', '', 'icon')
thing('flying-saucer', 'flying saucer, ufo', 'f soucoupe volante/soucoupes volantes, m ovni', '', 'icon')
thing('skateboard', 'skateboard', 'm skateboard, m skate', '', 'icon')

kind = 'nature'
thing('mountain', 'mountain', 'f montagne', '', 'icon')
thing('volcano', 'volcano/volcanoes', 'm volcan', '', 'icon')
thing('sun', 'sun', 'm soleil', 'yellow orange')
thing('crescent-moon', 'moon, crescent moon', 'f lune, m croissant de lune/croissants de lune', 'yellow orange')
thing('star', 'star', 'f étoile', 'yellow')
thing('cloud', 'cloud', 'm nuage', 'white grey')
thing('rainbow', 'rainbow', 'm arc-en-ciel/arcs-en-ciel', '', 'icon')
thing('fire', 'fire, flame', 'm feu/feux, f flamme', 'orange')
thing('snowflake', 'snowflake', 'm flocon de neige/flocons de neige, m flocon', 'blue')
thing('snowman-without-snow', 'snowman/snowmen', 'm bonhomme de neige/bonshommes de neige', 'white')
thing('droplet', 'water drop, drop of water/drops of water, droplet', "f goutte d'eau/gouttes d'eau, f goutte", 'blue')
thing('high-voltage', 'lightning bolt, ~lightning', 'm éclair', 'yellow orange')
thing('ringed-planet', 'planet, ringed planet', 'f planète', 'orange', 'icon')
thing(
  'globe-showing-europe-africa',
  'globe, planet earth',
  'm globe, m globe terrestre/globes terrestres',
  'blue green',
)
thing('evergreen-tree', 'fir tree, pine tree, fir', 'm sapin, m pin', 'green')
thing('palm-tree', 'palm tree, palm', 'm palmier', 'green')
thing('deciduous-tree', 'tree, oak tree', 'm arbre', 'green')
thing('cactus', 'cactus/cacti', 'm cactus', 'green')
thing('rose', 'rose', 'f rose', 'red')
thing('sunflower', 'sunflower', 'm tournesol', 'yellow')
thing('tulip', 'tulip', 'f tulipe', 'pink')
thing('maple-leaf', 'maple leaf/maple leaves, leaf/leaves', "f feuille d'érable/feuilles d'érable, f feuille", 'red')

kind = 'object'
thing('house', 'house, home', 'f maison', '')
thing('castle', 'castle', 'm château', '')
thing('tent', 'tent', 'f tente', '', 'icon')
thing('closed-book', 'book', 'm livre, m bouquin', 'red')
thing('pencil', 'pencil', 'm crayon', 'orange')
thing('scissors', '=scissors', 'mp ciseaux', 'red')
thing('key', 'key', 'f clé, f clef', 'yellow')
thing('hammer', 'hammer', 'm marteau', '')
thing('locked', 'padlock, lock', 'm cadenas', 'yellow orange')
thing('bell', 'bell', 'f cloche', 'yellow')
thing('umbrella', 'umbrella', 'm parapluie', 'purple', 'icon')
thing('balloon', 'balloon', 'm ballon, m ballon de baudruche/ballons de baudruche', 'red')
thing('wrapped-gift', 'gift, present, gift box', 'm cadeau', '')
thing('crown', 'crown', 'f couronne', 'yellow')
thing('top-hat', 'top hat, hat', 'm chapeau, m haut-de-forme/hauts-de-forme', 'black')
thing('gem-stone', 'diamond, gem, jewel', 'm diamant, m joyau', 'blue')
thing('glasses', '=glasses, =eyeglasses, =spectacles', 'fp lunettes', '')
thing('t-shirt', 't-shirt, shirt, tee shirt', 'm t-shirt, m tee-shirt', '')
thing('jeans', '=jeans, =pants, =trousers', 'm jean, m pantalon', 'blue')
thing('dress', 'dress', 'f robe', 'blue')
thing('running-shoe', 'shoe, sneaker, running shoe', 'f chaussure, f basket', '')
thing('backpack', 'backpack, schoolbag, rucksack', 'm sac à dos/sacs à dos, m cartable', 'red')
thing('chair', 'chair', 'f chaise', 'brown', 'icon')
thing('bed', 'bed', 'm lit', '', 'icon')
thing('door', 'door', 'f porte', 'brown')
thing('candle', 'candle', 'f bougie, f chandelle', '')
thing('light-bulb', 'light bulb, lightbulb', 'f ampoule', 'yellow')
thing('camera', 'camera', 'm appareil photo/appareils photo', 'black grey')
thing('television', 'television, tv', 'f télévision, f télé', '')
thing('laptop', 'laptop, computer', 'm ordinateur, m ordinateur portable/ordinateurs portables', 'grey blue')
thing(
  'mobile-phone',
  'phone, smartphone, mobile phone',
  'm téléphone, m téléphone portable/téléphones portables, m portable',
  'black',
)
thing('alarm-clock', 'alarm clock, clock', 'm réveil, f horloge', 'red')
thing('guitar', 'guitar', 'f guitare', 'red')
thing('violin', 'violin, fiddle', 'm violon', 'brown orange')
thing(
  'soccer-ball',
  'soccer ball, football',
  'm ballon de football/ballons de football, m ballon de foot/ballons de foot',
  'black white',
)
thing('basketball', 'basketball', 'm ballon de basket/ballons de basket', 'orange', 'blob icon')
thing('trophy', 'trophy', 'm trophée, f coupe', 'yellow')
thing('teddy-bear', 'teddy bear, teddy', 'm ours en peluche/ours en peluche, m nounours', 'brown', 'icon')
thing('anchor', 'anchor', 'f ancre', 'blue')
thing('robot', 'robot', 'm robot', 'grey', 'icon')
thing('ghost', 'ghost', 'm fantôme', 'white')
thing('alien', 'alien, extraterrestrial', 'm extraterrestre, m alien', 'green grey')
thing('red-heart', 'heart', 'm cœur', 'red')
thing(
  'jack-o-lantern',
  "pumpkin, jack-o'-lantern",
  "f citrouille, f citrouille d'Halloween/citrouilles d'Halloween",
  'orange',
)

/** Every concept, in a fixed order. */
export const lexicon: readonly Entry[] = entries
