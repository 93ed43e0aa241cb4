/** Ages below eighteen, as they are written: 12 years old, 12yo, twelve-year-old, 12 ans, douze ans. */
import type { TermList } from '../terms.ts'

const figures = Array.from({ length: 18 }, (_, age) => String(age))
const english =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen'.split(
    ' ',
  )
const french = 'deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize'.split(' ')

export const ages: readonly TermList[] = [
  {
    group: 'child',
    language: 'any',
    terms: [
      `${[...figures, ...english].join('|')} year|years|yr|yrs old`,
      `${figures.join('|')} yo`,
      `${figures.join('|')} y o`,
      `${figures.map((age) => `${age}yo`).join('|')}`,
      `${[...figures, ...english].join('|')} year+ of age`,
      `aged ${[...figures, ...english].join('|')}`,
      `${[...figures, ...french].join('|')} ans`,
    ].join(','),
  },
]
