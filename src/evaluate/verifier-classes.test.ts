import { describe, expect, it } from 'vitest'
import { entryOf } from '../corpus/concepts.ts'
import { type Look, labelsOf, verdictOf, verifierClasses } from './verifier-classes.ts'

const look = (over: Partial<Look>): Look => ({ concept: 'elephant', colour: null, material: null, ...over })

it('lists every class once, the special ones last', () => {
  const { objects, colours, materials } = verifierClasses(['cat', 'dog'])
  expect(objects).toEqual(['cat', 'dog', 'broken'])
  expect([colours.length, colours.at(-1)]).toEqual([12, 'natural'])
  expect([materials.length, materials.at(-1)]).toEqual([9, 'none'])
})

describe('labels', () => {
  it('of a thing as it is, in a colour, of a material', () => {
    expect(labelsOf(look({}))).toEqual({ object: 'elephant', colour: 'natural', material: 'none' })
    expect(labelsOf(look({ colour: 'pink' }))).toEqual({ object: 'elephant', colour: 'pink', material: 'none' })
    expect(labelsOf(look({ material: 'ice' }))).toEqual({ object: 'elephant', colour: 'natural', material: 'ice' })
  })

  it('of a thing in a colour it has by nature: nobody could tell', () => {
    const [own] = entryOf('banana').natural
    expect(labelsOf(look({ concept: 'banana', colour: own! })).colour).toBe('natural')
    // Gold may be yellow, so a yellow one of gold is another thing.
    expect(labelsOf(look({ concept: 'banana', colour: own!, material: 'wood' })).colour).toBe(own)
  })
})

describe('verdicts', () => {
  const pinkElephant = { object: 'elephant', colour: 'pink', material: 'none' }

  it('are right where all that was asked for is there', () => {
    expect(verdictOf(pinkElephant, look({ colour: 'pink' }))).toEqual({
      object: true,
      colour: true,
      material: true,
      all: true,
      broken: false,
    })
  })

  it('are wrong where one part is', () => {
    expect(verdictOf(pinkElephant, look({ colour: 'blue' }))).toMatchObject({ object: true, colour: false, all: false })
    expect(verdictOf(pinkElephant, look({}))).toMatchObject({ colour: false, all: false })
    expect(verdictOf(pinkElephant, look({ colour: 'pink', material: 'ice' }))).toMatchObject({
      material: false,
      all: false,
    })
    expect(verdictOf(pinkElephant, look({ concept: 'cat', colour: 'pink' }))).toMatchObject({
      object: false,
      all: false,
    })
    expect(verdictOf({ ...pinkElephant, object: 'broken' }, look({ colour: 'pink' }))).toMatchObject({
      all: false,
      broken: true,
    })
  })

  it('accept the colour that a thing has anyway, and no other', () => {
    const found = { object: 'banana', colour: 'yellow', material: 'none' }
    expect(verdictOf(found, look({ concept: 'banana' })).all).toBe(true)
    expect(verdictOf(found, look({ concept: 'banana', colour: 'yellow' })).all).toBe(true)
    expect(verdictOf(found, look({ concept: 'banana', colour: 'blue' })).all).toBe(false)
    expect(verdictOf({ ...found, colour: 'natural' }, look({ concept: 'banana', colour: 'yellow' })).all).toBe(true)
    expect(verdictOf({ ...found, colour: 'natural' }, look({ concept: 'banana', colour: 'blue' })).all).toBe(false)
  })
})
