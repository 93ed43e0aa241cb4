/**
 * Words that hold a sentence together and name nothing to draw. Never reported as unknown, in English or in French.
 * Words of negation are not among them: a model that never met them draws what it is told to leave out, and should say so.
 * Colours, materials, sizes, counts and places are not among them: whether the model met those is what a person wants to know.
 */
const english = `
a an the this that these those some any each every and or but so yet if than then as of in on at by to from into
onto off out up down over with for about is are was were be been being am has have had having do does did doing will
would can could shall should may might must it its he him his she her hers they them their theirs we us our ours you your
yours i me my mine who whom whose which what where when why how there here also too very just only such both either
please let lets don doesn didn isn aren wasn weren won wouldn couldn shouldn hasn haven hadn ain
`

const french = `
le la les un une des du de au aux ce cet cette ces mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs et ou mais
donc or car si que qui quoi dont où quand comme comment pourquoi à en dans sur par pour avec vers chez entre est sont
était étaient être été étant suis es sommes êtes ont avons avez ayant avoir fait faite faits faites il elle ils elles on nous
vous je tu me te se lui eux moi toi soi y ne plus très aussi bien là ici c'est qu'est d'un d'une l'un l'une aujourd'hui
quel quelle quels quelles tout toute tous toutes quelque quelques chaque lequel laquelle puis alors ainsi même mêmes s'il
plaît
`

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const functionWords = wordsOf(`${english} ${french}`)
/** Those of one language, to tell it from the other; some are in both. */
export const englishFunctionWords = wordsOf(english)
export const frenchFunctionWords = wordsOf(french)
