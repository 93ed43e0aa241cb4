import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { concepts, entryOf, everydayConcepts, isDrawn, twentyConcepts } from './concepts.ts'

describe('everyday concepts', () => {
  test('stay as the shipped tiny model was trained with them: their order, words, natural colours and styles', () => {
    const known = everydayConcepts.map((concept) => {
      const { en, fr, natural, without } = entryOf(concept)
      return { concept, en, fr, natural, without }
    })
    expect(known).toHaveLength(170)
    const sha256 = createHash('sha256').update(JSON.stringify(known)).digest('hex')
    expect(sha256).toBe('4902c0f64b853af6c638a5a01fb6f2e201472bea55a930b37ec429c82935c1ac')
  })

  test('are among all concepts, each once', () => {
    expect(new Set(everydayConcepts).size).toBe(everydayConcepts.length)
    for (const concept of [...everydayConcepts, ...twentyConcepts]) expect(concepts).toContain(concept)
  })
})

test('entryOf finds every concept, and names one that is not there', () => {
  for (const concept of concepts) expect(entryOf(concept).concept).toBe(concept)
  for (const odd of ['', 'Cat', 'toString', 'griffin']) expect(() => entryOf(odd)).toThrow(RangeError)
  expect(() => entryOf('griffin')).toThrow('"griffin"')
})

test('isDrawn knows which style has which concept', () => {
  expect(isDrawn('kangaroo', 'cartoon')).toBe(true)
  expect(isDrawn('kangaroo', 'icon')).toBe(false)
  expect(isDrawn('bench', 'flat')).toBe(true)
  expect(isDrawn('bench', '3d')).toBe(false)
  // Two styles draw a tennis ball instead.
  expect(isDrawn('tennis', 'blob')).toBe(true)
  expect(isDrawn('tennis', 'sticker')).toBe(false)
})
