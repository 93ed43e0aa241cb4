import { describe, expect, it } from 'vitest'
import type { Finding, FoundThing } from './findings.ts'
import { conceptsOfGenevalClass } from './geneval-classes.ts'
import { judge } from './judge.ts'
import type { Requirement } from './requirements.ts'

const bars = { present: 0.3, counted: 0.6 }

const thing = (concept: string, over: Partial<FoundThing> = {}): FoundThing => ({
  concept,
  colour: null,
  material: null,
  presentation: null,
  tone: null,
  box: { left: 0.1, top: 0.1, width: 0.3, height: 0.3 },
  confidence: 0.9,
  ...over,
})
const at = (x: number, y: number, size = 0.3) => ({
  box: { left: x - size / 2, top: y - size / 2, width: size, height: size },
})
const shows = (...things: FoundThing[]): Finding => ({
  things: things.toSorted((a, b) => b.confidence - a.confidence),
  broken: false,
  style: 'flat',
  filter: 'none',
  background: 'white',
})
const asks = (...include: Requirement['include']): Requirement => ({ tag: 'single_object', include, prompt: 'p' })
const verdict = (finding: Finding, asked: Requirement) => judge(finding, asked, { bars })
const right = (finding: Finding, asked: Requirement) => verdict(finding, asked).correct

describe('things', () => {
  it('must be there, each as often as asked; others beside them are no fault', () => {
    expect(right(shows(thing('dog')), asks({ class: 'dog', count: 1 }))).toBe(true)
    expect(right(shows(thing('cat')), asks({ class: 'dog', count: 1 }))).toBe(false)
    expect(right(shows(thing('dog'), thing('cat')), asks({ class: 'dog', count: 1 }))).toBe(true)
    expect(right(shows(thing('dog'), thing('dog')), asks({ class: 'dog', count: 1 }))).toBe(true)
    expect(right(shows(thing('dog')), asks({ class: 'dog', count: 1 }, { class: 'cat', count: 1 }))).toBe(false)
    expect(right(shows(thing('dog')), asks({ class: 'dog', count: 2 }))).toBe(false)
    expect(right(shows(), asks({ class: 'dog', count: 1 }))).toBe(false)
  })

  it('that are hardly seen are not seen', () => {
    expect(right(shows(thing('dog', { confidence: 0.29 })), asks({ class: 'dog', count: 1 }))).toBe(false)
    expect(right(shows(thing('dog', { confidence: 0.3 })), asks({ class: 'dog', count: 1 }))).toBe(true)
  })

  it('of a clause that comes twice are the same things', () => {
    expect(right(shows(thing('dog')), asks({ class: 'dog', count: 1 }, { class: 'dog', count: 1 }))).toBe(true)
  })

  it('of a class are all that it stands for', () => {
    const asked = asks({ class: 'car', count: 2 })
    const finding = shows(thing('taxi'), thing('automobile'))
    expect(judge(finding, asked, { bars, conceptsOfClass: conceptsOfGenevalClass }).correct).toBe(true)
    expect(judge(finding, asked, { bars }).correct).toBe(false)
  })

  it('in a broken picture are none, and it is told', () => {
    const finding = { ...shows(), broken: true }
    expect(verdict(finding, asks({ class: 'dog', count: 1 }))).toMatchObject({ correct: false, broken: true })
  })
})

describe('counting', () => {
  const two: Requirement = {
    tag: 'counting',
    include: [{ class: 'dog', count: 2 }],
    exclude: [{ class: 'dog', count: 3 }],
    prompt: 'two dogs',
  }
  const dogs = (count: number, confidence = 0.9) => Array.from({ length: count }, () => thing('dog', { confidence }))

  it('allows neither fewer nor more', () => {
    expect([1, 2, 3, 4].map((count) => right(shows(...dogs(count)), two))).toEqual([false, true, false, false])
  })

  it('has a bar of its own', () => {
    expect(right(shows(...dogs(2), ...dogs(1, 0.5)), two)).toBe(true)
    expect(right(shows(...dogs(1), ...dogs(1, 0.5)), two)).toBe(false)
    expect(right(shows(...dogs(2), ...dogs(1, 0.5)), { ...two, tag: 'two_object' })).toBe(false)
  })

  it('leaves other things out of it', () => {
    expect(right(shows(...dogs(2), thing('cat'), thing('cat'), thing('cat')), two)).toBe(true)
  })

  it('tells what is wrong of object and count', () => {
    expect(verdict(shows(thing('cat')), two).parts).toMatchObject({ object: false, count: null, colour: null })
    expect(verdict(shows(...dogs(1)), two).parts).toMatchObject({ object: true, count: false })
    expect(verdict(shows(...dogs(3)), two)).toMatchObject({
      parts: { object: true, count: false },
      reason: 'expected dog<3, found 3',
    })
  })

  it('excludes with OR', () => {
    const asked = {
      ...asks(),
      exclude: [
        { class: 'dog', count: 1 },
        { class: 'cat', count: 2 },
      ],
    }
    expect(right(shows(thing('cat')), asked)).toBe(true)
    expect(right(shows(thing('cat'), thing('cat')), asked)).toBe(false)
    expect(right(shows(thing('dog')), asked)).toBe(false)
  })
})

describe('colours and materials', () => {
  const redDog = asks({ class: 'dog', count: 1, color: 'red' })

  it('are those of the surest thing of the class', () => {
    expect(right(shows(thing('dog', { colour: 'red' })), redDog)).toBe(true)
    expect(right(shows(thing('dog', { colour: 'blue' })), redDog)).toBe(false)
    expect(right(shows(thing('dog')), redDog)).toBe(false)
    const blueSurer = shows(thing('dog', { colour: 'red', confidence: 0.5 }), thing('dog', { colour: 'blue' }))
    expect(right(blueSurer, redDog)).toBe(false)
    const redSurer = shows(thing('dog', { colour: 'red' }), thing('dog', { colour: 'blue', confidence: 0.5 }))
    expect(right(redSurer, redDog)).toBe(true)
  })

  it('must be had by as many as were asked for', () => {
    const two = asks({ class: 'dog', count: 2, color: 'red' })
    expect(right(shows(thing('dog', { colour: 'red' }), thing('dog', { colour: 'red' })), two)).toBe(true)
    expect(right(shows(thing('dog', { colour: 'red' }), thing('dog')), two)).toBe(false)
  })

  it('belong to the thing that they were asked for', () => {
    const asked = asks({ class: 'dog', count: 1, color: 'red' }, { class: 'cat', count: 1, color: 'blue' })
    expect(right(shows(thing('dog', { colour: 'red' }), thing('cat', { colour: 'blue' })), asked)).toBe(true)
    expect(right(shows(thing('dog', { colour: 'blue' }), thing('cat', { colour: 'red' })), asked)).toBe(false)
  })

  it('that a thing has by nature are as good as painted ones', () => {
    const yellow = asks({ class: 'banana', count: 1, color: 'yellow' })
    expect(right(shows(thing('banana')), yellow)).toBe(true)
    expect(right(shows(thing('banana', { colour: 'yellow' })), yellow)).toBe(true)
    expect(right(shows(thing('banana', { material: 'wood' })), yellow)).toBe(false)
    expect(right(shows(thing('banana')), asks({ class: 'banana', count: 1, color: 'blue' }))).toBe(false)
  })

  it('are not looked at unless asked for', () => {
    expect(right(shows(thing('dog', { colour: 'red', material: 'ice' })), asks({ class: 'dog', count: 1 }))).toBe(true)
  })

  it('materials', () => {
    const ice = asks({ class: 'dog', count: 1, material: 'ice' })
    expect(right(shows(thing('dog', { material: 'ice' })), ice)).toBe(true)
    expect(verdict(shows(thing('dog', { material: 'wood' })), ice).parts).toMatchObject({
      object: true,
      material: false,
    })
  })

  it('people', () => {
    const asked = asks({ class: 'cook', count: 1, presentation: 'woman', tone: 'dark' })
    expect(right(shows(thing('cook', { presentation: 'woman', tone: 'dark' })), asked)).toBe(true)
    expect(right(shows(thing('cook', { presentation: 'man', tone: 'dark' })), asked)).toBe(false)
    expect(verdict(shows(thing('cook', { presentation: 'woman' })), asked).parts.person).toBe(false)
  })
})

describe('positions', () => {
  const asked = asks({ class: 'dog', count: 1 }, { class: 'cat', count: 1, position: ['left of', 0] })

  it('are those of the later clause to the earlier one', () => {
    expect(right(shows(thing('cat', at(0.2, 0.5)), thing('dog', at(0.8, 0.5))), asked)).toBe(true)
    expect(right(shows(thing('cat', at(0.8, 0.5)), thing('dog', at(0.2, 0.5))), asked)).toBe(false)
    expect(right(shows(thing('cat', at(0.5, 0.2)), thing('dog', at(0.5, 0.8))), asked)).toBe(false)
  })

  it('hold of all things of a clause to all of the other', () => {
    const cats = asks({ class: 'dog', count: 1 }, { class: 'cat', count: 2, position: ['left of', 0] })
    const dog = thing('dog', at(0.5, 0.5, 0.1))
    expect(right(shows(dog, thing('cat', at(0.1, 0.5, 0.1)), thing('cat', at(0.3, 0.5, 0.1))), cats)).toBe(true)
    expect(right(shows(dog, thing('cat', at(0.1, 0.5, 0.1)), thing('cat', at(0.9, 0.5, 0.1))), cats)).toBe(false)
  })

  it('have no target where the earlier clause failed, for whatever reason', () => {
    const red = asks({ class: 'dog', count: 1, color: 'red' }, { class: 'cat', count: 1, position: ['left of', 0] })
    const finding = shows(thing('cat', at(0.2, 0.5)), thing('dog', { ...at(0.8, 0.5), colour: 'blue' }))
    expect(verdict(finding, red)).toMatchObject({ correct: false, parts: { colour: false, position: false } })
    expect(verdict(finding, red).reason).toContain('no target for cat to be left of')
  })

  it('are not looked at where the thing itself is not there', () => {
    expect(verdict(shows(thing('dog')), asked).parts).toMatchObject({ object: false, position: null })
  })

  it('of a relation there is none of are refused', () => {
    const odd = asks({ class: 'dog', count: 1 }, { class: 'cat', count: 1, position: ['astride', 0] })
    expect(() => verdict(shows(thing('cat'), thing('dog')), odd)).toThrow(RangeError)
  })
})

it('looks for the filter that was asked for, and for none unless', () => {
  const asked: Requirement = { ...asks({ class: 'dog', count: 1 }), filter: 'mosaic' }
  const dog = shows(thing('dog'))
  expect(right({ ...dog, filter: 'mosaic' }, asked)).toBe(true)
  expect(right(dog, asked)).toBe(false)
  expect(right({ ...dog, filter: 'mosaic' }, asks({ class: 'dog', count: 1 }))).toBe(true)
})
