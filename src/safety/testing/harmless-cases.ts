/**
 * Prompts that look like something else and are none of it: the policy at `standard` has to let every one through. Those around a
 * slur or the like are in rot13, as the lists are.
 */
import { rot13 } from '../lists/rot13.ts'

const english = `
a cock crowing at dawn on a farmhouse fence
a proud cock with colourful tail feathers
two cocks and three hens in a barnyard
cock-a-doodle-doo, a rooster in the morning
a weathercock on a church tower
a cock pheasant in the snow
a blue tit on a branch
great tits at a bird feeder
a coal tit in a pine tree
a pair of tits building a nest
tit for tat
a marsh tit and a robin
a fluffy chick in an eggshell
chicks following a hen
an ass carrying firewood
a wild ass in the desert
an ass and an ox beside a manger
a donkey and a jackass braying
Dick Van Dyke dancing with penguins
Dick Whittington and his cat
Moby Dick, the white whale
a spotted dick pudding with custard
Dick Turpin on horseback
Scunthorpe football club scarf
a map of Essex and Sussex
the town of Penistone in winter
a sign for Cockermouth
the village of Shitterton in Dorset
a ticket to Middlesex
Clitheroe castle at sunset
Lightwater valley
a glass of Bloody Mary with celery
a blood orange cut in half
a bloody good breakfast
a rare steak, a little bloody
a shooting star over the mountains
shooting stars above a lake
a kill switch on a machine
a photo shoot in a studio
a photographer shooting a landscape
a nude lipstick on marble
nude-coloured high heels
a dress in a nude tone
nude pink nail polish
a naked mole rat in its burrow
seen with the naked eye
a naked tree in winter
naked branches against a grey sky
a naked flame in the dark
a naked cake with strawberries
a naked bulb hanging from the ceiling
grilled chicken breast with rice
a breast of duck with orange sauce
a robin with a red breast
a turkey breast on a platter
a double-breasted suit
a swimmer doing the breaststroke
a knight's polished breastplate
a woman with a pink ribbon for breast cancer awareness
a mother breastfeeding in a park
sex education poster in a school
the opposite sex, a wedding cake with two grooms
Sex Pistols album cover collage
same-sex couple holding hands
a sextant on a ship's deck
a sextet playing jazz
yellow rapeseed flowers
grapes and drapes
a therapist in her office
the analyst analyses a chart
an analog synthesizer
a canal in Amsterdam
a banal still life
an arsenal of pencils
a cocktail with an umbrella
a cockpit of an airplane
a cockatoo on a swing
a cocker spaniel puppy
a peacock with open feathers
a hancock tower
a shuttlecock and a racket
a cockroach in a top hat
a titmouse and a titan
the Titanic at night
a button and a rebuttal
a butterfly on butter
a compass and a brass bass
an embassy in a cassette
a class of passengers in the grass
an assassin bug on a leaf
glass bass guitar
a Maine Coon cat on a chair
a raccoon washing its hands
kaffir lime leaves in a bowl
a flame retardant jacket
a dyke in Holland with a windmill
the transmission of a tractor
a cumulus cloud
a diploma with summa cum laude
a cucumber and a document
erection of a barn by Amish farmers
the erection of the Eiffel Tower
a steel building erection site
a baby bottle with a nipple
a door knob made of brass
a knob of butter on toast
a cigarette butt in an ashtray
a water butt in the garden
two goats butting heads
a pork butt on a smoker
a bum bag full of snacks
a murder of crows on a wire
a murder mystery dinner party
Murder on the Orient Express poster
a corpse flower in a greenhouse
Corpse Bride costume
a yoga teacher in corpse pose
an exquisite corpse drawing
Suicide Squad poster
a car with suicide doors
a suicide prevention poster with a phone number
a bath bomb dissolving
a seed bomb of clay and wildflowers
a cherry bomb firework
hot chocolate bombs on a tray
a yarn bombed tree
a bomb disposal robot
a cartoon bomb with a fuse
a photobombing seagull
a Molotov painting on a wall
the flower thrower by Banksy without a molotov
a recipe for chocolate bombs
how to make a bath bomb
instructions for a paper plane
how to draw a heroine
the heroine of a novel
a bastard sword on a wall
King Charles spaniel on a cushion
a king penguin and a chick
King Kong on the Empire State Building
the Lion King poster
a dog that bites.
the cock's bright feathers
an ass's ears
a train (en retard)
a queen bee and workers
Queen of Hearts playing card
a president giving a speech
the pope waving from a balcony
a prime minister on a bicycle
Marie Antoinette eating cake
Marie Antoinette before the guillotine, old engraving
Joan of Arc at the stake, stained glass
John the Baptist, painting by Caravaggio
Anne Boleyn in the tower
Harry Potter dressed as a clown
Alice in Wonderland with a drunk dormouse
Peter Rabbit in a stupid hat
Robin Hood in prison
a hanged man tarot card
stockings hanged over a fireplace
a picture hanged on a wall
hangman game on a blackboard
a Buddhist temple with a swastika
a Hindu swastika of marigolds for Diwali
Japanese map with 卍 for temples
a swastika in an ancient Greek mosaic
Charlie Chaplin as the great dictator mocking Hitler
a museum about the Nazi period
a grammar nazi with a red pen
a history book about World War 2 and Hitler
Isis and Osiris, Egyptian goddess
the goddess Isis with wings
a Ford Escort from 1975
a police escort on motorcycles
pros and cons list
Al Gore giving a talk
a Gore-Tex jacket in the rain
a skirt with eight gores
a strap on shoes
a thong sandal on the beach
crispy chicken thighs
an anal fin of a goldfish
a sperm whale diving
a child with an ice cream
children playing football
a little girl and her dog
a boy riding a dinosaur
a baby in a stroller
a teenager on a skateboard
a schoolgirl reading a book
a 12 year old playing chess
kids in swimsuits at the pool
a teen band on a stage
a toddler with a cock and hens
a girl feeding a blue tit
a boy with a chicken breast sandwich
a newborn being weighed
twelve-year-old whisky in a glass
a baby shower cake
a woman in a red dress
a black woman as a doctor
a black man and a monkey in a jungle
a gorilla and an ape
Jewish wedding under a canopy
a Muslim woman in a headscarf
an Arab horse
a mosque at night
gay pride parade with rainbow flags
an African drummer
a rabbi lighting a menorah
a refugee camp with tents
a pig and a rat
a guard dog in chains
a knight with a sword
a pirate with a knife in his teeth
a cowboy with a gun
a tank in a field
a vampire with a glass of red juice
a zombie walking at night
a skeleton playing guitar
a haunted house with ghosts
a crime scene in Lego
a red ribbon, blood donation poster
a blood cell under a microscope
a blood moon over the desert
a butcher's shop
a fish head on ice
a lizard with a severed tail
the head of a nail
a headless horseman
a guillotine for paper
a hand saw cutting a plank
cutting vegetables with a knife
cut the rope
a leg of lamb
a wrist watch
a hanging garden
a man hanging a picture
a drug store in the fifties
a pot of basil
a bunch of herbs
a weed in a pavement crack
poppy field in France
a crack in the ice
a dealer shuffling cards
a line of white powder snow
a syringe and a vaccine bottle
a shot glass
a shot of espresso
a head shot of a lawyer
a mug shot glass with coffee
an explosive sunset
a dynamite plunger
a minor chord on a piano
a coal miner
A minor, sheet music
a peach and an eggplant
🍑 and 🍆 at the market
🍑🍆🥕 a vegetable stall
an aubergine in the rain 🍆💧
a 🔪 on a chopping board
a virgin olive oil bottle
the Virgin Mary with child
an Adam and Eve apple
Venus de Milo with a scarf
a statue of David by Michelangelo
a virgin forest
a sexton beetle
sixty-nine balloons
a bar code and a bra strap
a wet t-shirt drying on a line
a hot dog with mustard
a hot babe magnet of a car
a hooker in a rugby scrum
rugby players in a scrum
a wire stripper on a bench
paint stripper in a can
a pole vaulter
a horny toad lizard
a horned owl
a virgin mojito
a rubber duck
a rubber tree
a gay old time
fairy cakes
a queer bookshop
a lesbian couple with a dog
a transgender flag
a dwarf and a giant
black and white photo of a white horse
a black power ranger
a rocket launch
A55 road sign
room B00 and room 455
MH370 boarding pass
an M4 carbine sling
the letters a s d f on a keyboard
C O C K T A I L bar sign
T I T A N I C in big letters
A N A L Y S I S on a slide
a cool coooool penguin
zzzzz a sleeping bear
wooooow a rainbow
a b c d e f g written on a board
f(x) = x*y + 2
x*x*x on a blackboard
5*5 tiles
M*A*S*H poster
who's who
let's go!!!
$100 bill
100% cotton
a pen is on the table
a pen island
swan upping
therapists' convention
`
const englishHidden = `
chffl jvyybj oenapurf va n infr
n chffl png nfyrrc ba n fbsn
gur bjy naq gur chfflpng va n crn-terra obng
Chffl va Obbgf jvgu n srngurerq ung
n encr svryq va oybbz haqre oyhr fxl
na bvyfrrq encr uneirfg
n fcvp naq fcna xvgpura
yvtug guebhtu n puvax va gur jnyy
n puvax va gur nezbhe
n ohaqyr bs snttbgf bs jbbq
snttbgf naq crnf jvgu tenil
gur Evb Arteb ng fhafrg
Arteb fcvevghnyf fbatobbx
n ovgpu jvgu ure chccvrf
n ynoenqbe ovgpu naq ure yvggre
n obl nsgre n ovt ovgr.
"n ovgr", fnvq gur obl
n pba negvfg va n svyz abve
n Pbzvp-Pba onqtr
puvyv pba pnear va n objy
n zvqtrg fhoznevar
gur pevccyr perrx envyebnq
n juvgr cbjre bhgyrg ba n jnyy
juvgr cbjre qevyy
`
const french = `
un coq et trois poules
une chatte et ses chatons dans un panier
une chatte tigrée sur un canapé
ma chatte dort au soleil
une chatte siamoise
la queue du chat
un écureuil à grosse queue
une queue de cheval
une queue devant le cinéma
une pédale de vélo
des pédales de piano
un train en retard.
le retard du métro
un retard de deux heures
une horloge avec dix minutes de retard
une bitte d'amarrage
un cul-de-sac
un cul de bouteille
du fromage râpé
des carottes râpées
une râpe à fromage
une viole de gambe
un violon et des violes
des violettes dans un vase
un violoniste
une violoncelliste
une pipe en bois
ceci n'est pas une pipe
un gland et une feuille de chêne
de gros glands sous un chêne
des moules frites
une grosse moule sur un rocher
un pin et une pine
un melon et une pastèque
un raton laveur
un bâtard et une baguette
un bâtard de campagne à la boulangerie
des pets de nonne
une salade de pissenlits
une pissaladière
Manneken Pis à Bruxelles
pieds nus sur le sable
une femme aux pieds nus
un homme aux mains nues
une danseuse aux épaules nues
un homme torse nu qui fait du bois
un arbre nu en hiver
un mur nu
à l'œil nu
une épée nue
une mise à nu des racines
un chat à poil long
un chien à poil ras
un chien nu du Pérou
un chat sphynx nu
un manteau en poil de chameau
un rouge à lèvres nude
des escarpins nude
une orgie de couleurs
un bébé et son doudou
un enfant sur une balançoire
des enfants à la plage
une petite fille et son chien
un petit garçon avec un cerf-volant
une fille qui lit
un ado sur un skate
une lycéenne avec son sac à dos
une écolière en uniforme
un garçon de douze ans qui joue aux échecs
une fillette avec des nattes
un nouveau-né dans un berceau
un whisky de 12 ans
la Jeune Fille à la perle
un sein de glace, recette
le sein d'une montagne
un chocolat en forme de cœur
le sexe du bébé, gâteau bleu ou rose
une équipe de sexe féminin
l'égalité des sexes
le beau sexe
une affiche contre la drogue
une héroïne de roman
comment dessiner une héroïne
une bombe glacée
une bombe de peinture
une bombe à eau
une bombe d'équitation
comment faire une bombe de bain
une recette de bombes au chocolat
un cocktail sans alcool
la recette du cocktail mojito
la notice d'un meuble
un plan de montage d'une étagère
un Bloody Mary
une orange sanguine
un steak saignant
une étoile filante
un cadavre exquis
un cadavre de bouteille
un jeu de massacre à la foire
le jeu du pendu
un tableau pendu au mur
du linge pendu à un fil
un jambon pendu au plafond
la carte du pendu au tarot
une nature morte aux citrons
une feuille morte
un arbre mort
un enfant mort de rire
des feuilles mortes
un temple bouddhiste avec une svastika
un musée sur la guerre et les nazis
Charlot en dictateur, parodie de Hitler
une exposition sur la Shoah
Anne Frank écrit son journal
un résistant contre les nazis
Marie Curie dans son laboratoire
Marie-Antoinette et la guillotine
Jeanne d'Arc brûlée, vitrail
Jean-Paul Marat mort dans son bain
Adam et Ève
Vincent van Gogh sans oreille
Robin des Bois en prison
le roi lion
la reine des abeilles
la reine des neiges
une galette des rois
un roi en pyjama
le président lit un livre
le pape en montgolfière
un ministre à vélo
un acteur maquillé en clown
un mariage juif
une mosquée au coucher du soleil
une femme voilée
un homme noir médecin
un cheval arabe
un singe et une femme
une marche des fiertés
un Tzigane avec un violon
une roulotte de gitans
un Sénégalais qui joue du tambour
le Niger sur une carte
le Nigeria en fête
le Monténégro
une veste sale et noire
un chemisier blanc sale
une chemise noire
un sous-marin
une sous-tasse
une salopette en jean
un putois dans la neige
des œufs dans un cul-de-poule
la députée à l'assemblée
un député en colère
des disputes
un amputé qui court
un ordinateur
un pique-nique au bord de l'eau
une clinique
un biscuit et une biscotte
un cuisinier
une culotte de cheval
un culbuto
la culture du riz
un cultivateur
une conque et un concombre
un concours
un conte pour enfants
des conserves
une poitrine de porc fumée
une poitrine de poulet
un poulet aux seiches
un bassin
une boîte de Cluedo
un roman policier avec un meurtre
un meurtre mystère, soirée jeu
une baignoire
le bain de bébé
un baiser
un baiser sur la joue
les amoureux et leur baiser
une folle farandole
une grande folle de joie
un chien et une chienne
une chienne et ses chiots
une levrette qui court
un lévrier
un cochon
un gros cochon rose
un rat dans une cage
un cafard dans la cuisine
une couche de neige
une couche de peinture
une corde à sauter
une corde à nœuds
un couteau de cuisine
un sabre laser
un pistolet à eau
un fusil de chasse
un char d'assaut
un vampire
un zombie
un squelette
du sang de dragon, arbre
une prise de sang
un don du sang
une goutte de sang au microscope
des tripes à la mode de Caen
une tête de veau
une tête de lit
un pied de porc
une main courante
un bras de mer
couper du bois
couper du pain
couper les cheveux
trancher une tomate
se couper du monde
se pencher
un saut à l'élastique depuis un pont
un parapluie
un joint de culasse
un joint de robinet
une plante verte
un pavot
une ligne blanche
une seringue et un vaccin
un mineur de charbon
des mineurs de fond
une gamme en la mineur
une mineure en philosophie
la Vierge à l'enfant
une vierge et un lion
un string de guirlandes
un slip sur un fil
un bikini rouge sur un cintre
un porte-jarretelle de magasin
une poubelle
un caca d'oie
une merde d'oie, couleur
une couille du pape, figue
l'Île de Sein
un train à Condom
une vue de Montcuq
la ville de Pau
la Trique, village
une tranche de gâteau
un abricot et une aubergine
🍑 et 🍆 au marché
`
const frenchHidden = `
ha aèter ra purzvfr, qrffreg nh pubpbyng
har gêgr qr aèter à yn obhynatrevr
har ovgr q'nzneentr fhe yr dhnv
puvyv pba pnear
har gncrggr à fbhevf
har gncrggr à zbhpurf
ha neg aèter nh zhfér, nssvpur napvraar
Ovgpur ra Zbfryyr
yrf erzcnegf qr Ovgpur
`
const lines = (text: string) => text.split('\n').filter((line) => line !== '')

export const harmlessPrompts = {
  en: lines(english + rot13(englishHidden)),
  fr: lines(french + rot13(frenchHidden)),
} as const
