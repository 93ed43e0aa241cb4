import { expect, it } from 'vitest'
import { decodeSourceList, encodeSourceList, indexRow } from '../src/art/source-list.ts'
import { joinRows } from './pack-art-sources.ts'

const index = (change = {}) => ({
  id: 'twemoji/1f408',
  set: 'twemoji',
  file: 'twemoji/1f408.webp',
  codepoints: '1f408',
  width: 192,
  height: 150,
  group: 'Animals & Nature',
  subgroup: 'animal-mammal',
  concept: 'cat',
  tone: null,
  presentation: null,
  role: null,
  en: { name: 'cat', keywords: ['cat', 'pet'] },
  fr: { name: 'chat', keywords: ['chat', 'félin'] },
  licence: 'CC-BY-4.0',
  ...change,
})
const source = (change = {}) => ({
  id: 'twemoji/1f408',
  repository: 'cptpiepmatz/twemoji-assets',
  path: 'assets/svg/1f408.svg',
  sha256: 'c0'.repeat(32),
  bytes: 1234,
  ...change,
})
const text = (...rows: object[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('')

it('joins two files to a list from which their rows come back', () => {
  const noto = { id: 'noto/1f408', set: 'noto', file: 'noto/1f408.webp', licence: 'Apache-2.0' }
  const rows = [index(noto), index()]
  // Whatever the order of the sources.
  const sources = [
    source(),
    source({ id: 'noto/1f408', repository: 'googlefonts/noto-emoji', path: 'svg/emoji_u1f408.svg' }),
  ]
  const pictures = decodeSourceList(encodeSourceList(joinRows(text(...rows), text(...sources))))
  expect(pictures.map((picture) => indexRow(picture, picture.width, picture.height))).toEqual(rows)
  expect(pictures[1]).toMatchObject({ path: 'assets/svg/1f408.svg', sha256: 'c0'.repeat(32), bytes: 1234 })
})

it.each([
  ['no source', index(), source({ id: 'twemoji/1f409' }), /has no source/],
  ['an unknown set', index({ set: 'openmoji' }), source(), /no set "openmoji"/],
  ['another repository', index(), source({ repository: 'other/fork' }), /is from other\/fork/],
  ['another file name', index({ file: 'elsewhere.webp' }), source(), /holds something else/],
  ['another licence', index({ licence: 'MIT' }), source(), /holds something else/],
])('refuses a row with %s', (_, row, from, why) => {
  expect(() => joinRows(text(row), text(from))).toThrow(why)
})
