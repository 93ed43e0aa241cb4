import { describe, expect, it } from 'vitest'
import { jobOf, pictureOf } from '../testing/streams.ts'
import { type Drawing, noneMatches, openDrawing, reduce, secondsLeft, shownOf, unfinishedAt } from './drawing.ts'

type Told = readonly [id: number | undefined, kind: string, data: object]

/** What a drawing has become after events, a second apart. */
function afterEvents(told: readonly Told[], drawing: Drawing = openDrawing(jobOf())): Drawing {
  return told.reduce((state, [id, kind, data], second) => {
    const event = { id: id === undefined ? undefined : String(id), kind, data: JSON.stringify(data) }
    return reduce(state, { kind: 'event', event, now: second * 1000 })!
  }, drawing)
}

const reading = { normalisedPrompt: 'a cat', unknownWords: [], likelySlips: [], wordless: false, cut: null }
/** Twelve candidates, each better than all before. */
const pictures = (drawn: number) => Array.from({ length: drawn }, (_, i) => pictureOf(drawn - 1 - i, i + 1))
const life: Told[] = [
  [1, 'queued', { prompt: 'a cat', seed: 7 }],
  [undefined, 'place', { place: 1, seconds: 3 }],
  [2, 'started', { engine: 'e' }],
  [3, 'prompt', reading],
  [undefined, 'progress', { done: 100, total: 1000 }],
  [4, 'candidates', { drawn: 4, pictures: pictures(4) }],
  [undefined, 'progress', { done: 500, total: 1000 }],
  [5, 'candidates', { drawn: 12, pictures: pictures(12) }],
  [6, 'done', { pictures: pictures(12), sheet: '/s.png' }],
]

describe('a drawing', () => {
  it('waits, is drawn, and is done', () => {
    expect(openDrawing(jobOf())).toMatchObject({ phase: 'queued', place: { place: 2, seconds: 12 }, drawn: 0 })
    expect(afterEvents(life.slice(0, 2))).toMatchObject({
      phase: 'queued',
      place: { place: 1, seconds: 3 },
      lastEvent: '1',
    })
    expect(afterEvents(life.slice(0, 6))).toMatchObject({
      phase: 'drawing',
      place: null,
      drawn: 4,
      reading,
      lastEvent: '4',
    })
    const done = afterEvents(life)
    expect(done).toMatchObject({ phase: 'done', progress: null, drawn: 12, lastEvent: '6', fault: null })
    expect(shownOf(done).map(({ index }) => index)).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 3])
  })

  it('is the same after a reload in any place, when the rest is told', () => {
    for (let cut = 0; cut <= life.length; cut++) {
      const left = JSON.parse(JSON.stringify(afterEvents(life.slice(0, cut)))) as Drawing
      expect(afterEvents(life.slice(cut), left)).toEqual(afterEvents(life))
    }
  })

  it('takes nothing back when all is told again', () => {
    const job = jobOf({ state: 'done', drawn: 12, pictures: pictures(12), place: null, secondsToWait: null })
    for (let cut = 1; cut < life.length; cut++) {
      const again = afterEvents(life.filter(([id]) => id !== undefined).slice(0, cut), openDrawing(job))
      expect(again.ranked).toHaveLength(12)
      expect(again.phase).toBe('done')
    }
  })

  it('keeps what had landed when it is cancelled or fails', () => {
    const begun = life.slice(0, 6)
    expect(afterEvents([...begun, [7, 'cancelled', {}]])).toMatchObject({ phase: 'cancelled', drawn: 4 })
    const failed = afterEvents([...begun, [7, 'failed', { error: { code: 'worker-lost', message: 'Gone.' } }]])
    expect(failed).toMatchObject({ phase: 'failed', fault: { code: 'worker-lost' }, ranked: pictures(4) })
  })

  it('goes past events that it does not know or cannot read', () => {
    const drawing = openDrawing(jobOf())
    const event = { id: '4', kind: 'candidates', data: 'no JSON' }
    expect(reduce(drawing, { kind: 'event', event, now: 0 })).toEqual({ ...drawing, lastEvent: '4' })
    expect(afterEvents([[9, 'new in a later version', { a: 1 }]])).toEqual({ ...drawing, lastEvent: '9' })
  })
})

describe('what is still being drawn', () => {
  const of = (index: number, drawn = 0.5): Told => {
    return [undefined, 'unfinished', { job: 'x', index, drawn, url: `data:image/webp;base64,${index}` }]
  }
  const placesOf = (drawing: Drawing) => [0, 1, 2].map((empty) => unfinishedAt(drawing, empty)?.index)

  it('stands in a place of its own until it has landed, then the next come', () => {
    const begun = afterEvents([...life.slice(0, 4), of(2), of(0), of(0, 0.75)])
    expect(begun).toMatchObject({ phase: 'drawing', lastEvent: '3' })
    expect(placesOf(begun)).toEqual([0, undefined, 2])
    expect(unfinishedAt(begun, 0)).toMatchObject({ drawn: 0.75 })
    const landed = afterEvents([life[5]!, of(5)], begun)
    expect(placesOf(landed)).toEqual([undefined, 5, undefined])
    expect(landed.unfinished).toHaveLength(1)
  })

  it('is nothing where it comes too late, or is no picture', () => {
    const landed = afterEvents(life.slice(0, 6))
    expect(afterEvents([of(3)], landed)).toEqual(landed)
    for (const kind of ['done', 'cancelled', 'failed']) {
      const over = afterEvents([of(5), [9, kind, {}]], landed)
      expect(over.unfinished).toEqual([])
      expect(afterEvents([of(6)], over)).toEqual(over)
    }
    const wrong: object[] = [
      {},
      { index: 5, drawn: 1, url: 'data:image/webp;base64,' },
      { index: 5, drawn: 0.5, url: '/x' },
    ]
    for (const data of wrong) expect(afterEvents([[undefined, 'unfinished', data]], landed)).toEqual(landed)
  })
})

it('tells the time left from the speed so far, also where it began in the middle', () => {
  const told: Told[] = [0, 100, 150, 200].map((done) => [undefined, 'progress', { done: 400 + done, total: 1000 }])
  expect(secondsLeft(afterEvents(told.slice(0, 1)).progress!)).toBe(undefined)
  // 200 in 3 s, and 400 to go.
  expect(secondsLeft(afterEvents(told).progress!)).toBeCloseTo(6)
  // It was begun again: the speed is measured anew.
  expect(secondsLeft(afterEvents([...told, [undefined, 'progress', { done: 10, total: 1000 }]]).progress!)).toBe(
    undefined,
  )
})

describe('swapping', () => {
  const done = afterEvents(life)
  const swap = (drawing: Drawing, ...indexes: number[]) =>
    indexes.reduce((state, index) => reduce(state, { kind: 'swap', index })!, drawing)
  const shown = (drawing: Drawing) => shownOf(drawing).map(({ index }) => index)

  it('puts one in for the worst of the nine, in order', () => {
    expect(shown(swap(done, 0))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 0])
    expect(shown(swap(done, 0, 2))).toEqual([11, 10, 9, 8, 7, 6, 5, 2, 0])
    expect(shown(swap(done, 0, 2, 0))).toEqual([11, 10, 9, 8, 7, 6, 5, 4, 2])
    expect(shown(reduce(swap(done, 0, 2), { kind: 'unswap' })!)).toEqual(shown(done))
  })

  it('knows nothing but what was drawn', () => expect(swap(done, 99)).toEqual(done))

  it('never shows more than nine, nor one twice', () => {
    for (let first = 0; first < 12; first++) {
      const many = swap(done, ...Array.from({ length: 12 }, (_, i) => (first + 5 * i) % 12))
      expect(new Set(shown(many)).size).toBe(9)
    }
  })
})

it('says that probably none matches only where the model can tell', () => {
  const of = (phase: Drawing['phase'], ...probabilities: (number | null)[]) =>
    noneMatches({ ...openDrawing(jobOf()), phase, ranked: probabilities.map((p, i) => pictureOf(i, i + 1, p)) })
  expect(of('done', 0.49)).toBe(true)
  expect(of('done', 0.5)).toBe(false)
  expect(of('done', ...Array.from({ length: 9 }, () => 0.1))).toBe(true)
  expect(of('done', ...Array.from({ length: 9 }, () => 0.3))).toBe(false)
  expect(of('done', null, null)).toBe(undefined)
  expect(of('drawing', 0.1)).toBe(undefined)
})
