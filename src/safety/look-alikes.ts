/**
 * Characters that pose as Latin letters, in lower case (the text is lowered first, so a capital's likeness counts for its
 * small letter too). Wide, mathematical and circled letters are none of them: compatibility decomposition already
 * writes those plainly. After Unicode TR 39's idea of confusables, chosen here by what is seen in use.
 */
const rows: readonly (readonly [latin: string, likes: string])[] = [
  ['a', 'аɑαᴀ'],
  ['b', 'вьʙβ'],
  ['c', 'сϲᴄ'],
  ['d', 'ԁᴅ'],
  ['e', 'еєɛᴇε'],
  ['f', 'ꜰ'],
  ['g', 'ɡɢ'],
  ['h', 'нһʜ'],
  ['i', 'іɩιɪ'],
  ['j', 'јᴊ'],
  ['k', 'кκᴋ'],
  ['l', 'ʟӏ'],
  ['m', 'мᴍ'],
  ['n', 'пηɴ'],
  ['o', 'оοᴏօ'],
  ['p', 'рρᴘ'],
  ['q', 'ԛ'],
  ['r', 'гʀ'],
  ['s', 'ѕꜱ'],
  ['t', 'тτᴛ'],
  ['u', 'υᴜս'],
  ['v', 'νᴠ'],
  ['w', 'ԝωᴡѡ'],
  ['x', 'хχ'],
  ['y', 'уγʏ'],
  ['z', 'ᴢ'],
  // Apostrophes and dashes of every kind, so that words part where they should.
  ["'", '’‘‛ʼʹ′´`＇'],
  ['-', '‐‑‒–—―−'],
]

/** White on black, and the letters that flags are written with: a to z in order from here. */
const alphabets = [0x1f130, 0x1f150, 0x1f170, 0x1f1e6]

export const lookAlikes: ReadonlyMap<string, string> = new Map([
  ...rows.flatMap(([latin, likes]) => [...likes].map((like) => [like, latin] as const)),
  ...alphabets.flatMap((first) =>
    Array.from({ length: 26 }, (_, i) => [String.fromCodePoint(first + i), String.fromCharCode(97 + i)] as const),
  ),
])
