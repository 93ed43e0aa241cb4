import { describe, expect, it } from 'vitest'
import { layOut, type Placement } from '../corpus/layout.ts'
import { random, still } from '../corpus/random.ts'
import { type Relation, relations, type Scene, type Thing } from '../corpus/scene.ts'
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

describe('things laid out in a relation', () => {
  const thing = (concept: string): Thing => ({
    ...{ concept, presentation: null, tone: null, colour: null, material: null, size: 'normal', count: 1 },
  })
  /** A pair that fits the relation. */
  const pairs: Partial<Record<Relation, readonly [string, string]>> = {
    inside: ['cat', 'bathtub'],
    riding: ['monkey', 'horse'],
    holding: ['gorilla', 'key'],
    eating: ['cow', 'carrot'],
    wearing: ['penguin', 'top-hat'],
  }
  const opposite: Partial<Record<Relation, Relation>> = {
    'left-of': 'right-of',
    above: 'below',
    on: 'under',
    'in-front-of': 'behind',
  }

  it.each(relations)('%s stand so, however they are shaped', (relation) => {
    const [first, second] = pairs[relation] ?? ['cat', 'dog']
    const scene: Scene = {
      ...{
        things: [thing(first), thing(second)],
        relations: [relation],
        background: 'white',
        style: 'flat',
        filter: null,
      },
    }
    let wrong = 0
    for (let trial = 0; trial < 200; trial++) {
      const source = random(trial, 'shapes')
      const shapes = [0, 1].map(() => {
        const narrow = source.between(0.45, 1)
        return source.chance(0.5) ? { width: 1, height: narrow } : { width: narrow, height: 1 }
      })
      const placed = layOut(scene, shapes, trial % 2 === 0 ? still : random(trial, 'layout'))
      const boxOf = (which: number) => {
        const { x, y, extent } = placed.find((one: Placement) => one.thing === which && one.front === undefined)!
        return around(x, y, extent * shapes[which]!.width, extent * shapes[which]!.height)
      }
      if (!stands(boxOf(0), relation, boxOf(1))) wrong++
      const other = opposite[relation]
      if (other !== undefined) expect(stands(boxOf(0), other, boxOf(1))).toBe(false)
    }
    expect(wrong).toBeLessThanOrEqual(1)
  })
})
