import { describe, expect, it } from 'vitest'
import { tinySample } from '../corpus/sample.ts'
import { accuracyOf, bestBars, measureVerifier } from './accuracy.ts'
import type { Box, Finding, FoundThing } from './findings.ts'
import { suite } from './suite.ts'
import { smallVerifier } from './testing/small-verifier.ts'
import type { Render } from './true-renders.ts'
import type { Verifier } from './verifier.ts'

const side = 16
const bars = { present: 0.3, counted: 0.3 }

/** Renders whose pixels say which they are; nothing is drawn. */
const shown: Render[] = suite({ prompts: 8, seed: 2, sample: tinySample, languages: ['en'] }).map(
  ({ kind, requirement, scene }, i) => ({
    ...{ kind, requirement, scene },
    pixels: Uint8Array.from({ length: side * side * 3 }, (_, k) => (k < 2 ? (i >> (8 * k)) & 255 : 255)),
  }),
)

/** The first to the left or above, as the scene has it. */
function boxOf(relation: string | undefined, place: number): Box {
  const first = place === 0
  if (relation === 'above' || relation === 'on') return { left: 0.3, top: first ? 0.1 : 0.45, width: 0.4, height: 0.4 }
  if (relation === 'below') return { left: 0.3, top: first ? 0.6 : 0.1, width: 0.4, height: 0.3 }
  return { left: (relation === 'right-of') === first ? 0.6 : 0.05, top: 0.3, width: 0.35, height: 0.4 }
}

/** What there is to be seen. */
function truth({ scene }: Render): Finding {
  const things = scene.things.flatMap((thing, place): FoundThing[] => {
    const found = { ...thing, confidence: 0.9, box: boxOf(scene.relations[0], place) }
    return Array.from({ length: Number(thing.count) }, () => found)
  })
  return { things, broken: false, style: scene.style, filter: 'none', background: 'white' }
}

/** A verifier that answers by the pixels' number. */
const answering = (answer: (render: Render, place: number) => Finding): Verifier => ({
  network: { ...smallVerifier().network, bars },
  side,
  async find(pictures) {
    return pictures.map((pixels) => {
      const place = pixels[0]! + 256 * pixels[1]!
      const known = shown[place]
      const whole = known !== undefined && pixels.every((value, i) => value === known.pixels[i])
      return whole ? answer(known, place) : { ...truth(shown[0]!), things: [], broken: true }
    })
  },
  dispose: async () => undefined,
})

describe('a verifier', () => {
  it('that sees everything is right about all, and believes nothing else', async () => {
    const accuracy = await measureVerifier(answering(truth), shown, 1)
    expect(accuracy.all).toMatchObject({ value: 1, count: shown.length })
    expect(accuracy.kinds['position-held-out']).toMatchObject({ value: 1, count: 8 })
    expect(accuracy.falseAccepts.value).toBe(0)
    expect(accuracy.falseAccepts.count).toBeGreaterThan(shown.length / 2)
    expect(accuracy.nearMissAccepts.value).toBe(0)
    expect(accuracy.nearMissAccepts.count).toBeGreaterThan(shown.length / 3)
    expect(accuracy.falselyBroken.value).toBe(0)
    expect(accuracy.heldOutStyle).toBeNull()
  })

  it('that sees no colours is wrong where colours are asked for, and nowhere else', async () => {
    const blind = answering((render) => ({
      ...truth(render),
      things: truth(render).things.map((thing) => ({ ...thing, colour: null })),
    }))
    const { kinds } = await measureVerifier(blind, shown, 1)
    expect(kinds['colour-seen']!.value).toBe(0)
    expect(kinds['attribution-held-out']!.value).toBe(0)
    expect(kinds['material-seen']!.value).toBe(1)
    expect(kinds.single!.value).toBe(1)
  })

  it('that calls things broken is told of', async () => {
    const strict = answering((render, place) => ({ ...truth(render), broken: place % 4 === 0 }))
    expect((await measureVerifier(strict, shown, 1)).falselyBroken.value).toBeCloseTo(0.25, 1)
  })

  it('is measured on what it never learned from by itself', async () => {
    const single = shown.filter(({ kind }) => kind === 'single')
    const { heldOutStyle } = await measureVerifier(answering(truth), shown, 1, single)
    expect(heldOutStyle).toMatchObject({ value: 1, count: single.length })
  })
})

it('sets the bars where most is found right, apart for counting', () => {
  const findings = shown.map((render) => {
    const { things, ...rest } = truth(render)
    // Ghosts of every thing, surer where things are counted.
    const counting = render.requirement.tag === 'counting'
    const real = things.map((thing) => ({ ...thing, confidence: counting ? 0.75 : 0.5 }))
    const ghosts = things.map((thing) => ({ ...thing, confidence: counting ? 0.55 : 0.2, colour: 'grey' as const }))
    return { ...rest, things: [...real, ...ghosts] }
  })
  const found = bestBars(shown, findings, bars)
  expect(found.counted).toBeGreaterThan(0.55)
  expect(found.counted).toBeLessThanOrEqual(0.75)
  expect(found.present).toBeLessThanOrEqual(0.5)
  expect(accuracyOf(shown, findings, found).all.value).toBe(1)
  expect(accuracyOf(shown, findings, bars).kinds['count-seen']!.value).toBe(0)
})
