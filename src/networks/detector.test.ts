import { describe, expect, it } from 'vitest'
import { randomWeights } from '../families/testing/random-model.ts'
import { add, createParameters, GraphError, input, lower, meanOfAll, mul, type Parameters } from '../graph/index.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { cellsOf, type DetectorSettings, detect, nameThings, thingAspects, wholeAspects } from './detector.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

const settings: DetectorSettings = {
  side: 16,
  cell: 2,
  stem: 6,
  stages: [
    { width: 8, blocks: 1 },
    { width: 12, blocks: 1 },
  ],
  hidden: 10,
  whole: 7,
  things: { concept: 5, colour: 4, material: 3, presentation: 4, tone: 6 },
  picture: { sound: 2, style: 6, filter: 10, background: 9 },
}
const cells = cellsOf(settings) ** 2
const picture = (name: string) => Array.from(pseudoRandom(name, 16 * 16 * 3), (v) => Math.floor((v + 1) * 127.9))
const pixels = (...pictures: number[][]) => ({
  shape: [pictures.length, 16, 16, 3],
  data: pictures.flat(),
  type: 'uint8' as const,
})

function outputs(p: Parameters, batch: number | string, given = settings) {
  const { side } = given
  const { centre, reach, places, picture: whole } = detect(p, given, input('pixels', [batch, side, side, 3], 'uint8'))
  return { centre, reach, ...nameThings(p, given, places), ...whole }
}
const running = (batch: number | string, seed: number) => {
  const p = createParameters()
  const graph = outputs(p, batch)
  return prepare(lower({ ...graph }, randomWeights(p, seed)))
}

describe('the detector', () => {
  it('says for every cell what is there, and of the whole what it is; pictures do not see each other', async () => {
    const run = await running('pictures', 1)
    const both = await run({ pixels: pixels(picture('a'), picture('b')) })
    const [first, second] = [await run({ pixels: pixels(picture('a')) }), await run({ pixels: pixels(picture('b')) })]
    expect(both.centre!.shape).toEqual([2, cells])
    expect(both.reach!.shape).toEqual([2, cells, 4])
    for (const aspect of thingAspects) expect(both[aspect]!.shape).toEqual([2, cells, settings.things[aspect]])
    for (const aspect of wholeAspects) expect(both[aspect]!.shape).toEqual([2, settings.picture[aspect]])
    for (const name of Object.keys(both)) {
      const apart = [...first[name]!.values, ...second[name]!.values]
      for (const [i, value] of both[name]!.values.entries()) expect(value).toBeCloseTo(apart[i]!, 4)
      expect(first[name]!.values, name).not.toEqual(second[name]!.values)
    }
  })

  it('sees every pixel, those at the edges too, from the cell where it lies', async () => {
    const run = await running(1, 2)
    const plain = await run({ pixels: pixels(picture('a')) })
    const grid = cellsOf(settings)
    for (const [y, x] of [
      [0, 0],
      [0, 15],
      [15, 0],
      [15, 15],
      [7, 8],
    ] as const) {
      const data = picture('a')
      data[(y * 16 + x) * 3 + 1] = 255 - data[(y * 16 + x) * 3 + 1]!
      const changed = await run({ pixels: pixels(data) })
      const own = Math.floor((y * grid) / 16) * grid + Math.floor((x * grid) / 16)
      expect(changed.centre!.values[own]).not.toBe(plain.centre!.values[own])
      expect(changed.style!.values).not.toEqual(plain.style!.values)
    }
  })

  it('believes in no middle before it has learnt of any', async () => {
    const p = createParameters()
    const graph = outputs(p, 1)
    const weights = new Map(
      [...randomWeights(p, 3)].map(([name, weight]) => [name, name.startsWith('heads.') ? zeros(weight) : weight]),
    )
    const run = await prepare(lower({ centre: graph.centre, reach: graph.reach }, weights))
    const { centre, reach } = await run({ pixels: pixels(picture('a')) })
    expect(Math.max(...centre!.values)).toBeLessThan(-2)
    expect(reach!.values.every((value) => value === 0)).toBe(true)
  })

  it("agrees with an independent implementation, every parameter's gradient too", () => {
    const oracle = vectors<DetectorSettings>('detector')
    return expectAgreement(oracle, { pixels: 'uint8' }, (p) => {
      const {
        centre,
        reach,
        places,
        picture: whole,
      } = detect(p, oracle.settings, input('pixels', [2, 16, 16, 3], 'uint8'))
      const things = nameThings(p, oracle.settings, places)
      const outputs = {
        centre,
        reach,
        ...Object.fromEntries(thingAspects.map((aspect) => [`things.${aspect}`, things[aspect]])),
        ...Object.fromEntries(wholeAspects.map((aspect) => [`picture.${aspect}`, whole[aspect]])),
      }
      const loss = Object.values(outputs)
        .map((output) => meanOfAll(mul(output, output)))
        .reduce(add)
      return { loss, outputs }
    })
  })

  it('refuses stages that the picture cannot be halved for', () => {
    const stage = { width: 8, blocks: 1 }
    const tooMany = { ...settings, stages: [stage, stage, stage, stage] }
    expect(() => outputs(createParameters(), 1, tooMany)).toThrow(GraphError)
  })
})

const zeros = <W extends { readonly data: Float32Array }>(weight: W): W => ({
  ...weight,
  data: new Float32Array(weight.data.length),
})
