import { describe, expect, it } from 'vitest'
import { entryOf, isDrawn } from './concepts.ts'
import { evaluationScenes } from './evaluation-scenes.ts'
import { sceneSeed } from './random.ts'
import { defaultSample, sampleAnyScene, sampleScene, skeletonSample } from './sample.ts'
import { isColourHeldOut, isHeldOut, isMaterialHeldOut } from './splits.ts'

const scenes = Array.from({ length: 4000 }, (_, k) => sampleScene(sceneSeed(5, k)))

describe('sampleScene', () => {
  it('is a pure function of the seed', () => {
    for (let k = 0; k < 50; k++) expect(sampleScene(sceneSeed(5, k))).toEqual(scenes[k])
    expect(sampleScene(1)).not.toEqual(sampleScene(2))
  })

  it('keeps the mix that the settings ask for', () => {
    const share = (test: (scene: (typeof scenes)[number]) => boolean): number =>
      scenes.filter(test).length / scenes.length
    const { mix, whiteShare } = defaultSample
    const total = Object.values(mix).reduce((sum, weight) => sum + weight, 0)
    expect(share((scene) => scene.things.length === 2)).toBeCloseTo(mix.relation / total, 1)
    expect(share((scene) => scene.things[0]!.count > 1)).toBeCloseTo(mix.count / total, 1)
    expect(Math.abs(share((scene) => scene.background === 'white') - whiteShare)).toBeLessThan(0.04)
    const plain = share(
      ({ things }) => things.length === 1 && things[0]!.count === 1 && !things[0]!.colour && !things[0]!.material,
    )
    expect(Math.abs(plain - (mix.plain + 0.65 * mix.size) / total)).toBeLessThan(0.03)
    expect(new Set(scenes.map((scene) => scene.things[0]!.concept)).size).toBe(defaultSample.concepts.length)
  })

  it('asks for nothing that its style does not draw', () => {
    for (const { things, style } of scenes) for (const { concept } of things) expect(isDrawn(concept, style)).toBe(true)
  })

  it('has a relation exactly where there are two things, and they differ', () => {
    for (const { things, relation } of scenes) {
      expect(relation !== undefined).toBe(things.length === 2)
      if (things.length === 2) expect(things[0]!.concept).not.toBe(things[1]!.concept)
    }
  })

  it('draws twenty things on white when told to', () => {
    const found = new Set<string>()
    for (let k = 0; k < 600; k++) {
      const scene = sampleScene(k, skeletonSample)
      expect(scene.background).toBe('white')
      found.add(scene.things[0]!.concept)
    }
    expect(found.size).toBe(20)
  })

  it('says when nothing can be drawn', () => {
    expect(() => sampleScene(1, { ...skeletonSample, concepts: ['lion'], styles: ['icon'] })).toThrow(/nothing to draw/)
  })
})

describe('sampleAnyScene', () => {
  it('shows held-out pairs too', () => {
    const any = Array.from({ length: 1000 }, (_, k) => sampleAnyScene(k))
    expect(any.filter(isHeldOut).length).toBeGreaterThan(100)
  })
})

describe('evaluationScenes', () => {
  it('asks for seen or held-out pairs as told, none twice before all came once', () => {
    const of = (kind: Parameters<typeof evaluationScenes>[0]['kind'], count = 200) =>
      evaluationScenes({ kind, count, seed: 3 })
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
    const single = of('single', defaultSample.concepts.length).map(({ things }) => things[0]!.concept)
    expect([...single].sort()).toEqual([...defaultSample.concepts].sort())
    expect(of('single', 5)).toEqual(of('single', 5))
  })
})
