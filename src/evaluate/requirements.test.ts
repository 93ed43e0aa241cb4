import { expect, it } from 'vitest'
import type { Scene, Thing } from '../corpus/scene.ts'
import { relationNamed, relationWords, requirementOf } from './requirements.ts'

const thing = (concept: string, over: Partial<Thing> = {}): Thing => ({
  concept,
  presentation: null,
  tone: null,
  colour: null,
  material: null,
  size: 'normal',
  count: 1,
  ...over,
})
const scene: Scene = {
  things: [
    thing('cat', { colour: 'red' }),
    thing('dog', { count: 3, material: 'ice' }),
    thing('ship', { count: 'many' }),
  ],
  relations: ['left-of', 'on'],
  background: 'white',
  style: 'flat',
  filter: 'neon',
}

it('asks for the things of a scene, the last first, so that positions point back', () => {
  const looksFor = { positions: true, exactCount: true, style: true }
  expect(requirementOf(scene, { tag: 't', prompt: 'p', looksFor })).toEqual({
    tag: 't',
    prompt: 'p',
    include: [
      { class: 'ship', count: 5 },
      { class: 'dog', count: 3, material: 'ice', position: ['on', 0] },
      { class: 'cat', count: 1, color: 'red', position: ['left of', 1] },
    ],
    exclude: [
      { class: 'cat', count: 2 },
      { class: 'dog', count: 4 },
    ],
    filter: 'neon',
    style: 'flat',
  })
})

it('asks for no more than is looked for', () => {
  const asked = requirementOf({ ...scene, filter: null }, { tag: 't', prompt: 'p', looksFor: {} })
  expect(asked).not.toHaveProperty('exclude')
  expect(asked).not.toHaveProperty('filter')
  expect(asked).not.toHaveProperty('style')
  expect(asked.include.some((clause) => 'position' in clause)).toBe(false)
})

it('says who is meant of people', () => {
  const cook = thing('cook', { presentation: 'woman', tone: 'dark' })
  const { include } = requirementOf(
    { ...scene, things: [cook], relations: [] },
    { tag: 't', prompt: 'p', looksFor: {} },
  )
  expect(include).toEqual([{ class: 'cook', count: 1, presentation: 'woman', tone: 'dark' }])
})

it('speaks of relations as GenEval does', () => {
  expect(relationWords('right-of')).toBe('right of')
  expect(relationNamed(' right  of ')).toBe('right-of')
  expect(relationNamed(relationWords('in-front-of'))).toBe('in-front-of')
})
