import { describe, expect, it } from 'vitest'
import { fullSample, tinySample } from '../corpus/sample.ts'
import { isHeldOut } from '../corpus/splits.ts'
import { groupOf, isHeldOutKind, kindsOf, suite } from './suite.ts'
import { heldOutStyle } from './verifier-scenes.ts'

const prompts = suite({ prompts: 6, seed: 3, sample: tinySample })

describe('the suite', () => {
  it('has every kind that the corpus shows, each scene in both languages', () => {
    const kinds = kindsOf(tinySample)
    for (const group of ['single', 'two', 'count', 'colour', 'position', 'attribution', 'material', 'relation']) {
      expect(kinds.map(groupOf), group).toContain(group)
    }
    expect(kinds).not.toContain('people')
    expect(kindsOf(fullSample)).toContain('filter-held-out')
    expect(prompts).toHaveLength(6 * kinds.length * 2)
    for (let i = 0; i < prompts.length; i += 2) {
      const [en, fr] = [prompts[i]!, prompts[i + 1]!]
      expect([en.language, fr.language]).toEqual(['en', 'fr'])
      expect(fr.scene).toBe(en.scene)
      expect(fr.requirement.include).toEqual(en.requirement.include)
    }
  })

  it('asks for held-out pairs where it says so, and nowhere else', () => {
    for (const { kind, scene } of prompts) expect(isHeldOut(scene), kind).toBe(isHeldOutKind(kind))
  })

  it('is the same again, another with another seed, and begins as a smaller one', () => {
    expect(suite({ prompts: 6, seed: 3, sample: tinySample })).toEqual(prompts)
    expect(suite({ prompts: 6, seed: 4, sample: tinySample })).not.toEqual(prompts)
    expect(suite({ prompts: 2, seed: 3, sample: tinySample })).toEqual(prompts.slice(0, prompts.length / 3))
  })

  it('looks for exact numbers where it counts, for places where it places, for a style where it asks for one', () => {
    for (const { kind, requirement, scene, text } of prompts) {
      const group = groupOf(kind)
      expect(requirement.prompt).toBe(text)
      expect(requirement.exclude !== undefined).toBe(group === 'count')
      const placed = requirement.include.some(({ position }) => position !== undefined)
      expect(placed).toBe(group === 'position' || group === 'relation')
      expect(requirement.style).toBe(group === 'style' ? scene.style : undefined)
      expect(scene.style).not.toBe(heldOutStyle)
    }
  })

  it("bears GenEval's tags", () => {
    const tags = new Set(prompts.map(({ requirement }) => requirement.tag))
    for (const tag of ['single_object', 'two_object', 'counting', 'colors', 'position', 'color_attr']) {
      expect(tags).toContain(tag)
    }
  })
})
