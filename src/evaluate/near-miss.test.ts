import { expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import type { Finding, FoundThing } from './findings.ts'
import { judge } from './judge.ts'
import { nearMiss } from './near-miss.ts'
import type { Requirement } from './requirements.ts'

const source = random(1, 'near misses')
const bars = { present: 0.3, counted: 0.3 }
const thing = (concept: string, over: Partial<FoundThing> = {}): FoundThing => ({
  ...{ concept, colour: null, material: null, presentation: null, tone: null, confidence: 1 },
  box: { left: 0.1, top: 0.4, width: 0.2, height: 0.2 },
  ...over,
})
const shows = (things: FoundThing[], filter: Finding['filter'] = 'none'): Finding => ({
  ...{ things, broken: false, style: 'flat', filter, background: 'white' },
})

const asked = (over: Partial<Requirement>): Requirement => ({ tag: 'counting', include: [], prompt: 'p', ...over })
const cases: [string, Requirement, Finding][] = [
  [
    'a colour',
    asked({ include: [{ class: 'dog', count: 1, color: 'red' }] }),
    shows([thing('dog', { colour: 'red' })]),
  ],
  [
    'a material',
    asked({ include: [{ class: 'dog', count: 1, material: 'ice' }] }),
    shows([thing('dog', { material: 'ice' })]),
  ],
  [
    'a number',
    asked({ include: [{ class: 'dog', count: 2 }], exclude: [{ class: 'dog', count: 3 }] }),
    shows([thing('dog'), thing('dog')]),
  ],
  [
    'a place',
    asked({
      include: [
        { class: 'dog', count: 1 },
        { class: 'cat', count: 1, position: ['right of', 0] },
      ],
    }),
    shows([thing('dog'), thing('cat', { box: { left: 0.7, top: 0.4, width: 0.2, height: 0.2 } })]),
  ],
  [
    'a person',
    asked({ include: [{ class: 'cook', count: 1, presentation: 'woman' }] }),
    shows([thing('cook', { presentation: 'woman' })]),
  ],
  ['a filter', asked({ include: [{ class: 'dog', count: 1 }], filter: 'neon' }), shows([thing('dog')], 'neon')],
]

it.each(cases)('of %s is never what the picture shows', (_, requirement, finding) => {
  expect(judge(finding, requirement, { bars }).correct).toBe(true)
  for (let k = 0; k < 40; k++) {
    const other = nearMiss(requirement, source)!
    expect(judge(finding, other, { bars }).correct).toBe(false)
  }
})

it('there is none of a plain thing', () => {
  expect(nearMiss(asked({ include: [{ class: 'dog', count: 1 }] }), source)).toBeNull()
})

it('never asks for a colour that the thing has anyway', () => {
  for (let k = 0; k < 100; k++) {
    const other = nearMiss(asked({ include: [{ class: 'banana', count: 1, color: 'blue' }] }), source)!
    expect(judge(shows([thing('banana')]), other, { bars }).correct).toBe(false)
  }
})
