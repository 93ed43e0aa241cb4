import { describe, expect, it } from 'vitest'
import { entryOf } from './concepts.ts'
import { type EvaluationKind, evaluationKinds, evaluationScenes } from './evaluation-scenes.ts'
import { isLost } from './lost.ts'
import { presentationsIn } from './people.ts'
import { fullSample, type SampleSettings, skeletonSample, tinySample } from './sample.ts'
import type { Scene } from './scene.ts'
import {
  isColourHeldOut,
  isCountHeldOut,
  isFilterHeldOut,
  isHeldOut,
  isMaterialHeldOut,
  isPairHeldOut,
  isRelationHeldOut,
  isStyleHeldOut,
} from './splits.ts'

const of = (kind: EvaluationKind, count = 200, sample: SampleSettings = tinySample): Scene[] =>
  evaluationScenes({ kind, count, seed: 3, sample })
const full = (kind: EvaluationKind, count = 200): Scene[] => of(kind, count, fullSample)

describe('evaluationScenes', () => {
  it('asks for seen or held-out pairs as told, none twice before all came once', () => {
    for (const { things } of of('colour-held-out'))
      expect(isColourHeldOut(things[0]!.concept, things[0]!.colour!)).toBe(true)
    for (const { things } of of('material-held-out')) {
      expect(isMaterialHeldOut(things[0]!.concept, things[0]!.material!)).toBe(true)
    }
    for (const { things } of of('colour-seen')) {
      expect(isColourHeldOut(things[0]!.concept, things[0]!.colour!)).toBe(false)
      expect(entryOf(things[0]!.concept).natural).not.toContain(things[0]!.colour)
    }
    const asked = of('material-seen').map(({ things }) => `${things[0]!.concept}/${things[0]!.material}`)
    expect(new Set(asked).size).toBe(200)
    const single = of('single', tinySample.concepts.length).map(({ things }) => things[0]!.concept)
    expect([...single].sort()).toEqual([...tinySample.concepts].sort())
    expect(of('single', 5)).toEqual(of('single', 5))
  })

  it('differs from training in what the kind says and in nothing else', () => {
    for (const kind of evaluationKinds) {
      for (const scene of full(kind, 150)) {
        const held = kind.endsWith('held-out')
        const told = `${kind} ${JSON.stringify(scene)}`
        // What only one style draws may be held out in it.
        const style = scene.things.some(({ concept }) => isStyleHeldOut(concept, scene.style))
        if (kind !== 'style-held-out' && scene.things.length === 1 && style) continue
        expect(isHeldOut(scene), told).toBe(held)
        const [first, second] = scene.things
        const apart = second !== undefined && isRelationHeldOut(first!.concept, scene.relations[0]!, second.concept)
        const facts = {
          count: scene.things.some(({ concept, count }) => isCountHeldOut(concept, count)),
          colour: scene.things.some(({ concept, colour }) => colour !== null && isColourHeldOut(concept, colour)),
          material: scene.things.some(
            ({ concept, material }) => material !== null && isMaterialHeldOut(concept, material),
          ),
          filter: scene.filter !== null && isFilterHeldOut(first!.concept, scene.filter),
          style,
          relation: apart,
        }
        expect(Object.values(facts).filter(Boolean).length, told).toBe(held ? 1 : 0)
        if (kind === 'reserved-held-out') expect(isPairHeldOut(first!.concept, second!.concept), told).toBe(true)
        else if (second) expect(isPairHeldOut(first!.concept, second.concept), told).toBe(false)
      }
    }
  })

  it('shows what its kind is called', () => {
    for (const { things } of [...full('count-seen'), ...full('count-held-out')]) {
      expect([2, 3, 4, 5, 6]).toContain(things[0]!.count)
      expect(entryOf(things[0]!.concept).traits).not.toContain('scenery')
    }
    for (const { relations } of full('position-seen'))
      expect(['left-of', 'right-of', 'above', 'below']).toContain(relations[0])
    const doings = new Set(
      [...full('relation-seen'), ...full('relation-held-out')].map(({ relations }) => relations[0]),
    )
    expect([...doings].sort()).toEqual(['eating', 'holding', 'inside', 'on', 'riding', 'wearing'])
    for (const { things } of full('attribution-seen')) {
      expect(things[0]!.colour).not.toBe(null)
      expect(things[1]!.colour).not.toBe(things[0]!.colour)
    }
    for (const { filter } of full('filter-seen')) expect(filter).not.toBe(null)
    for (const { things } of full('people')) expect(entryOf(things[0]!.concept).kind).toBe('person')
    const ways = new Set(full('people', 300).map(({ things }) => things[0]!.presentation))
    expect(ways).toEqual(new Set([null, 'person', 'woman', 'man']))
  })

  it('asks for what the art has and an eye can see', () => {
    for (const kind of evaluationKinds) {
      for (const scene of full(kind, 100)) {
        expect(isLost(scene)).toBe(false)
        for (const { concept, presentation } of scene.things) {
          expect(entryOf(concept).without).not.toContain(scene.style)
          if (presentation !== null) expect(presentationsIn(concept, scene.style)).toContain(presentation)
          else expect(entryOf(concept).presentations).toBe(false)
        }
      }
    }
  })

  it('keeps within what a model was shown', () => {
    for (const kind of ['filter-seen', 'people', 'reserved-held-out'] as const)
      expect(() => of(kind)).toThrow(RangeError)
    for (const kind of ['position-seen', 'count-seen'] as const) {
      expect(() => of(kind, 5, skeletonSample)).toThrow(RangeError)
    }
    for (const { things, style, relations } of of('relation-seen')) {
      expect(tinySample.styles).toContain(style)
      expect(relations).toEqual(['on'])
      for (const { concept } of things) expect(tinySample.concepts).toContain(concept)
    }
  })
})
