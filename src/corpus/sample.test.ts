import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { entryOf, isDrawn } from './concepts.ts'
import { keepsLooks } from './lost.ts'
import { presentationsIn } from './people.ts'
import { sceneSeed } from './random.ts'
import {
  completeSample,
  fullSample,
  type Mix,
  type SampleSettings,
  sampleAnyScene,
  sampleScene,
  skeletonSample,
  tinySample,
} from './sample.ts'
import { pictogramSample } from './sample-settings.ts'
import { backgrounds, counts, filters, materials, type Relation, relations, type Scene, styles } from './scene.ts'
import { isHeldOut, isValidationScene, sceneHash } from './splits.ts'

const sampled = (settings: SampleSettings, count: number): Scene[] =>
  Array.from({ length: count }, (_, k) => sampleScene(sceneSeed(5, k), settings))

const nothing = Object.fromEntries(Object.keys(fullSample.mix).map((kind) => [kind, 0])) as unknown as Mix
/** The full corpus with scenes of one kind only. */
const only = (kind: keyof Mix, over: Partial<SampleSettings> = {}): SampleSettings => ({
  ...fullSample,
  mix: { ...nothing, [kind]: 1 },
  ...over,
})

const tiny = sampled(tinySample, 4000)
const full = sampled(fullSample, 8000)
const share = (scenes: readonly Scene[], test: (scene: Scene) => boolean): number =>
  scenes.filter(test).length / scenes.length

describe('sampleScene', () => {
  it('is a pure function of the seed', () => {
    for (let k = 0; k < 50; k++) {
      expect(sampleScene(sceneSeed(5, k))).toEqual(tiny[k])
      expect(sampleScene(sceneSeed(5, k), fullSample)).toEqual(full[k])
    }
    expect(sampleScene(1)).not.toEqual(sampleScene(2))
  })

  it('gives the tiny model the very scenes that it was trained on', () => {
    const hash = createHash('sha256')
    for (let k = 0; k < 20_000; k++) {
      const { style, background, relations, things } = sampleScene(sceneSeed(1, k), tinySample)
      const looks = things.map(({ concept, colour, material, size, count }) =>
        [concept, colour, material, size, count].join(':'),
      )
      hash.update(`${k === 0 ? '' : '\n'}${[style, background, relations[0] ?? '-', ...looks].join(' ')}`)
    }
    // Of the first 20,000 scenes of its corpus, as the code that made it drew them.
    expect(hash.digest('hex')).toBe('15adcceb706aa2502ebf4673083c9f54ac53377b6ac1183ced368b7798e40eec')
    expect(tiny.every(({ filter, things }) => filter === null && things.every(({ tone }) => tone === null))).toBe(true)
  })

  it('keeps the mix that the settings ask for', () => {
    for (const [scenes, { mix, whiteShare, transparentShare }] of [
      [tiny, tinySample],
      [full, fullSample],
    ] as const) {
      const total = Object.values(mix).reduce((sum, weight) => sum + weight, 0)
      const pairs = (mix.relation + mix.countedRelation) / total
      expect(Math.abs(share(scenes, ({ things }) => things.length === 2) - pairs)).toBeLessThan(0.02)
      expect(Math.abs(share(scenes, ({ things }) => things.length === 3) - mix.three / total)).toBeLessThan(0.02)
      const several = ({ things }: Scene): boolean => things.length === 1 && things[0]!.count !== 1
      expect(Math.abs(share(scenes, several) - (mix.count + mix.many) / total)).toBeLessThan(0.02)
      const white = share(scenes, ({ background }) => background === 'white')
      expect(Math.abs(white - whiteShare * (1 - transparentShare))).toBeLessThan(0.04)
      expect(Math.abs(share(scenes, ({ background }) => background === 'transparent') - transparentShare)).toBeLessThan(
        0.02,
      )
    }
    expect(new Set(tiny.map(({ things }) => things[0]!.concept)).size).toBe(tinySample.concepts.length)
    const filtered = share(full, ({ filter }) => filter !== null)
    expect(Math.abs(filtered - fullSample.filterShare)).toBeLessThan(0.02)
  })

  it('shows all there is', () => {
    const things = full.flatMap((scene) => scene.things)
    const seen = <V>(values: readonly V[]) => new Set(values)
    expect(seen(full.map(({ style }) => style))).toEqual(new Set(styles))
    expect(seen(full.map(({ background }) => background))).toEqual(new Set(backgrounds))
    expect(seen(full.map(({ filter }) => filter))).toEqual(new Set([null, ...filters]))
    expect(seen(full.flatMap((scene) => scene.relations))).toEqual(new Set(relations))
    expect(seen(things.map(({ material }) => material))).toEqual(new Set([null, ...materials]))
    expect(seen(things.map(({ count }) => count))).toEqual(new Set(counts))
    expect(seen(things.map(({ concept }) => concept)).size).toBeGreaterThan(0.95 * fullSample.concepts.length)
  })

  it('asks for nothing that its style does not draw', () => {
    for (const { things, style } of [...tiny, ...full]) {
      for (const { concept, presentation, tone } of things) {
        expect(isDrawn(concept, style)).toBe(true)
        const entry = entryOf(concept)
        if (entry.presentations) expect(presentationsIn(concept, style), `${concept} ${style}`).toContain(presentation)
        else expect(presentation).toBe(null)
        if (!entry.tones) expect(tone).toBe(null)
      }
    }
  })

  it('has a relation between any thing and the next, and all things differ', () => {
    for (const { things, relations } of [...tiny, ...full]) {
      expect(relations.length).toBe(things.length - 1)
      expect(new Set(things.map(({ concept }) => concept)).size).toBe(things.length)
    }
  })

  it('puts things only in relations that make sense', () => {
    const fit: Partial<Record<Relation, readonly [string[], string[]]>> = {
      riding: [['rider'], ['mount']],
      holding: [['holder'], ['holdable']],
      eating: [['eater'], ['edible']],
      wearing: [['head-on-top'], ['hat']],
      inside: [['containable', 'rider'], ['container']],
    }
    const has = (concept: string, traits: string[]): boolean =>
      entryOf(concept).traits.some((trait) => traits.includes(trait))
    const found = new Set<Relation>()
    for (const { things, relations } of full) {
      for (const [k, relation] of relations.entries()) {
        const roles = fit[relation]
        if (!roles) continue
        found.add(relation)
        const told = `${things[k]!.concept} ${relation} ${things[k + 1]!.concept}`
        expect(has(things[k]!.concept, roles[0]), told).toBe(true)
        expect(has(things[k + 1]!.concept, roles[1]), told).toBe(true)
      }
      const several = things.length > 1 || things[0]!.count !== 1
      if (several) expect(things.some(({ concept }) => has(concept, ['scenery']))).toBe(false)
    }
    expect(found.size).toBe(5)
  })

  it('leaves colours alone where a filter takes them away', () => {
    const filtered = full.filter(({ filter }) => filter !== null && !keepsLooks(filter))
    expect(filtered.length).toBeGreaterThan(100)
    for (const { things, background, filter } of filtered) {
      if (filter !== 'silhouette') expect(background).not.toMatch(/^plain/)
      for (const { colour, material, tone } of things) expect([colour, material, tone]).toEqual([null, null, null])
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
    expect(() => sampleScene(1, only('people', { concepts: ['lion'] }))).toThrow(/nothing to draw for "people"/)
    expect(() => sampleScene(1, only('relation', { concepts: ['lion', 'tiger'], relations: ['wearing'] }))).toThrow(
      /1? ?"?.*nothing to draw/,
    )
  })
})

describe('people', () => {
  const scenes = sampled(only('people'), 6000)
  const people = scenes.map(({ things }) => things[0]!)
  const of = <V>(list: readonly V[], value: V): number => list.filter((one) => one === value).length / list.length

  it('are a woman, a man or nobody in particular equally often, whatever the role and however many pictures there are', () => {
    const shown = people.filter(({ concept }) => entryOf(concept).presentations && concept !== 'dancer')
    const presentations = shown.map(({ presentation }) => presentation)
    for (const value of ['person', 'woman', 'man'] as const) {
      expect(Math.abs(of(presentations, value) - 1 / 3)).toBeLessThan(0.03)
    }
    for (const role of ['health-worker', 'firefighter', 'teacher', 'construction-worker']) {
      const own = sampled(only('people', { concepts: [role] }), 900).map(({ things }) => things[0]!.presentation)
      for (const value of ['person', 'woman', 'man'] as const) {
        expect(Math.abs(of(own, value) - 1 / 3), role).toBeLessThan(0.06)
      }
    }
  })

  it('have all skin tones equally often, and as often none', () => {
    // Where they are to be seen: not under every filter, and not of a person made of wood.
    const plain = scenes.filter(({ filter }) => filter === null || keepsLooks(filter)).map(({ things }) => things[0]!)
    const tones = plain.filter(({ concept }) => entryOf(concept).tones).map(({ tone }) => tone)
    expect(tones.length).toBeGreaterThan(1000)
    for (const tone of [null, 'light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const) {
      expect(Math.abs(of(tones, tone) - 1 / 6)).toBeLessThan(0.035)
    }
  })

  it('are shown as the settings say, everywhere', () => {
    const settings = {
      presentations: { person: 0, woman: 3, man: 1 },
      tones: { unmarked: 0, light: 0, 'medium-light': 0, medium: 0, 'medium-dark': 0, dark: 1 },
    }
    const drawn = sampled({ ...fullSample, people: settings, filters: [] }, 6000)
    const told = drawn.flatMap(({ things }) => things)
    const shown = told.filter(({ presentation }) => presentation !== null).map(({ presentation }) => presentation)
    expect(shown).not.toContain('person')
    expect(Math.abs(of(shown, 'woman') - 0.75)).toBeLessThan(0.06)
    const bare = told.filter(({ concept, colour, material }) => entryOf(concept).tones && !colour && !material)
    expect(bare.length).toBeGreaterThan(100)
    expect(bare.filter(({ tone }) => tone !== 'dark')).toEqual([])
    const dressed = told.filter(({ colour, material }) => colour ?? material)
    expect(dressed.filter(({ tone }) => tone !== null)).toEqual([])
  })
})

describe('parts', () => {
  it('never share a scene', () => {
    const training = sampled({ ...fullSample, part: 'training' }, 3000)
    const validation = sampled({ ...fullSample, part: 'validation' }, 200)
    const kept = new Set(validation.map(sceneHash))
    expect(training.filter((scene) => kept.has(sceneHash(scene)) || isValidationScene(scene))).toEqual([])
    expect(validation.every((scene) => isValidationScene(scene))).toBe(true)
    // Without parts both come.
    expect(share(full, (scene) => isValidationScene(scene))).toBeGreaterThan(0.005)
  })
})

describe('sampleAnyScene', () => {
  it('shows held-out pairs too', () => {
    const any = Array.from({ length: 1000 }, (_, k) => sampleAnyScene(k))
    expect(any.filter(isHeldOut).length).toBeGreaterThan(100)
  })
})

describe('completeSample', () => {
  it('reads the settings of a corpus from before there was more', () => {
    const { concepts, styles, backgrounds, whiteShare, wander } = tinySample
    const { plain, colour, material, both, size, count, relation } = tinySample.mix
    const mix = { plain, colour, material, both, size, count, relation } as Mix
    expect(completeSample({ concepts, styles, backgrounds, whiteShare, wander, mix })).toEqual(tinySample)
    for (const sample of [tinySample, fullSample, pictogramSample]) {
      expect(completeSample(JSON.parse(JSON.stringify(sample)) as SampleSettings)).toEqual(sample)
    }
  })
})
