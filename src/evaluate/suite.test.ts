import { expect, it } from 'vitest'
import { twentyConcepts } from '../corpus/concepts.ts'
import { isColourHeldOut, isMaterialHeldOut } from '../corpus/splits.ts'
import { evaluationKinds, isHeldOutKind, lookOf, suite } from './suite.ts'

const settings = { prompts: 12, seed: 3, concepts: twentyConcepts, styles: ['flat', 'cartoon'] } as const

it('asks for as many of each kind, the kinds in turn, every fourth in French', () => {
  const prompts = suite(settings)
  expect(prompts).toHaveLength(60)
  expect(prompts.slice(5, 10).map(({ kind }) => kind)).toEqual([...evaluationKinds])
  for (const kind of evaluationKinds) {
    const own = prompts.filter((prompt) => prompt.kind === kind)
    expect(own.filter(({ language }) => language === 'fr')).toHaveLength(3)
  }
  expect(prompts.find(({ language }) => language === 'fr')!.text).toMatch(/^(un|une|le|la|des|du|de) |^l'/)
})

it('asks for held-out pairs exactly where it says so', () => {
  for (const { kind, look, scene } of suite({ ...settings, prompts: 40 })) {
    const { concept, colour, material } = look
    const heldOut =
      (colour !== null && isColourHeldOut(concept, colour)) ||
      (material !== null && isMaterialHeldOut(concept, material))
    expect(heldOut).toBe(isHeldOutKind(kind))
    expect(colour !== null).toBe(kind.startsWith('colour'))
    expect(material !== null).toBe(kind.startsWith('material'))
    expect(lookOf(scene)).toEqual(look)
  }
})

it('is a function of its seed, and of its length only at the end', () => {
  expect(suite(settings)).toEqual(suite(settings))
  expect(suite({ ...settings, seed: 4 })).not.toEqual(suite(settings))
  expect(suite({ ...settings, prompts: 4 }).map(({ text }) => text)).toEqual(
    suite(settings)
      .slice(0, 20)
      .map(({ text }) => text),
  )
})

it('refuses a scene of two things', () => {
  const { scene } = suite(settings)[0]!
  expect(() => lookOf({ ...scene, things: [...scene.things, ...scene.things] })).toThrow(RangeError)
})
