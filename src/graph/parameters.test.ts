import { describe, expect, it } from 'vitest'
import { createParameters, GraphError } from './index.ts'

describe('parameters', () => {
  it('asked for twice are one tensor, by their full name', () => {
    const p = createParameters()
    const weight = p.in('decoder').in('layers').in(3).get('weight', [2, 3], { normal: 0.02 })
    expect(weight.node.attributes.name).toBe('decoder.layers.3.weight')
    expect(p.in('decoder').in('layers.3').get('weight', [2, 3], { normal: 0.02 })).toBe(weight)
    expect(p.in('decoder').in('layers').in(4).get('weight', [2, 3], { normal: 0.02 })).not.toBe(weight)
  })

  it('asked for in another shape are an error that says both', () => {
    const p = createParameters().in('head')
    p.get('weight', [2, 3], 'zeros')
    expect(() => p.get('weight', [3, 2], 'zeros')).toThrow(GraphError)
    expect(() => p.get('weight', [3, 2], 'zeros')).toThrow('head.weight is [2, 3] and is asked for as [3, 2]')
  })

  it('are listed in the order of first use, at and below a place', () => {
    const p = createParameters()
    p.in('b').get('weight', [1], 'ones')
    p.in('a').get('weight', [1], 'ones')
    p.in('b').get('weight', [1], 'ones')
    p.in('ab').get('weight', [1], 'ones')
    expect([...p.all().keys()]).toEqual(['b.weight', 'a.weight', 'ab.weight'])
    expect([...p.in('a').all().keys()]).toEqual(['a.weight'])
  })
})
