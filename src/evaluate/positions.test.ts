import { describe, expect, it } from 'vitest'
import { relations } from '../corpus/scene.ts'
import { directions, stands } from './positions.ts'

const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })
const around = (x: number, y: number, width: number, height = width) =>
  box(x - width / 2, y - height / 2, width, height)

describe('directions', () => {
  const target = around(0.5, 0.5, 0.2)
  const seen = (x: number, y: number) => [...directions(around(x, y, 0.2), target)]

  it('are one of four, two on a diagonal, none on the spot', () => {
    expect(seen(0.1, 0.5)).toEqual(['left-of'])
    expect(seen(0.9, 0.5)).toEqual(['right-of'])
    expect(seen(0.5, 0.1)).toEqual(['above'])
    expect(seen(0.5, 0.9)).toEqual(['below'])
    expect(seen(0.1, 0.1)).toEqual(['left-of', 'above'])
    expect(seen(0.5, 0.5)).toEqual([])
  })

  it('need a tenth of both sizes between the middles', () => {
    // 0.1 * (0.2 + 0.2) = 0.04, and the direction must be most of what is left of the way.
    expect(seen(0.5 - 0.04, 0.5)).toEqual([])
    expect(seen(0.5 - 0.06, 0.5)).toEqual([])
    expect(seen(0.5 - 0.09, 0.5)).toEqual(['left-of'])
    const large = around(0.5, 0.5, 0.8)
    expect([...directions(around(0.5 - 0.09, 0.5, 0.2), large)]).toEqual([])
  })

  it('turn round with the two', () => {
    const turned = { 'left-of': 'right-of', 'right-of': 'left-of', above: 'below', below: 'above' } as const
    for (let k = 0; k < 200; k++) {
      const a = around(Math.abs(Math.sin(k)), Math.abs(Math.cos(3 * k)), 0.1 + (k % 7) / 20)
      const b = around(Math.abs(Math.cos(k * k)), Math.abs(Math.sin(5 * k)), 0.1 + (k % 5) / 15)
      expect([...directions(a, b)].map((name) => turned[name]).sort()).toEqual([...directions(b, a)].sort())
    }
  })
})

describe('relations', () => {
  const ground = box(0.2, 0.5, 0.6, 0.4)
  const cases: Record<string, { a: ReturnType<typeof box>; b: ReturnType<typeof box>; holds: readonly string[] }> = {
    'one beside the other': {
      a: box(0.05, 0.3, 0.4, 0.4),
      b: box(0.55, 0.3, 0.4, 0.4),
      holds: ['next-to', 'left-of'],
    },
    'one standing on the other': {
      a: box(0.35, 0.1, 0.3, 0.45),
      b: ground,
      holds: ['above', 'on', 'riding', 'behind', 'holding', 'eating'],
    },
    'one far above the other': { a: box(0.35, 0.0, 0.3, 0.3), b: ground, holds: ['above'] },
    'one inside the other': {
      a: box(0.4, 0.45, 0.2, 0.3),
      b: box(0.2, 0.4, 0.6, 0.5),
      holds: ['inside', 'holding', 'eating'],
    },
    'a small one before a large one': {
      a: box(0.05, 0.55, 0.4, 0.42),
      b: box(0.3, 0.1, 0.65, 0.7),
      holds: ['left-of', 'in-front-of', 'holding', 'eating'],
    },
    'a hat on a head': {
      a: box(0.2, 0.3, 0.6, 0.65),
      b: box(0.35, 0.1, 0.3, 0.25),
      holds: ['below', 'under', 'in-front-of', 'holding', 'eating', 'wearing'],
    },
  }

  it.each(Object.entries(cases))('%s', (_, { a, b, holds }) => {
    const found = relations.filter((relation) => stands(a, relation, b))
    for (const relation of holds) expect(found, relation).toContain(relation)
    for (const relation of ['left-of', 'right-of', 'above', 'below', 'next-to', 'on', 'inside', 'holding'] as const) {
      if (!holds.includes(relation)) expect(found, relation).not.toContain(relation)
    }
  })

  it('that are the other way round are so for the two exchanged', () => {
    const { a, b } = cases['one standing on the other']!
    expect(stands(b, 'under', a)).toBe(true)
    expect(stands(a, 'under', b)).toBe(false)
    const before = cases['a small one before a large one']!
    expect(stands(before.b, 'behind', before.a)).toBe(true)
    expect(stands(before.a, 'behind', before.b)).toBe(false)
  })
})
