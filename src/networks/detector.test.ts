import { describe, expect, it } from 'vitest'
import { randomWeights } from '../families/testing/random-model.ts'
import { add, createParameters, GraphError, input, lower, meanOfAll, mul, type Parameters } from '../graph/index.ts'
import { prepare } from '../graph/testing/evaluate.ts'
import { pseudoRandom } from '../graph/testing/pseudo-random.ts'
import { cellsOf, type DetectorSettings, findThings, nameThings, thingAspects, wholeAspects } from './detector.ts'
import { expectAgreement, vectors } from './testing/oracle.ts'

const stage = (width: number) => ({ width, blocks: 1 })
const settings: DetectorSettings = {
  side: 16,
  finder: { cell: 2, stem: 6, stages: [stage(8), stage(12)], whole: 7 },
  namer: { side: 8, cell: 1, stem: 5, stages: [stage(6), stage(8)], hidden: 9 },
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

const find = (p: Parameters, batch: number | string, given = settings) => {
  const { side } = given
  const { centre, reach, picture: whole } = findThings(p, given, input('pixels', [batch, side, side, 3], 'uint8'))
  return { centre, reach, ...whole }
}
const finding = (batch: number | string, seed: number) => {
  const p = createParameters()
  const graph = find(p, batch)
  return prepare(lower(graph, randomWeights(p, seed)))
}

describe('the finder', () => {
  it('says for every cell what is there, and of the whole what it is; pictures do not see each other', async () => {
    const run = await finding('pictures', 1)
    const both = await run({ pixels: pixels(picture('a'), picture('b')) })
    const [first, second] = [await run({ pixels: pixels(picture('a')) }), await run({ pixels: pixels(picture('b')) })]
    expect(both.centre!.shape).toEqual([2, cells])
    expect(both.reach!.shape).toEqual([2, cells, 4])
    for (const aspect of wholeAspects) expect(both[aspect]!.shape).toEqual([2, settings.picture[aspect]])
    for (const output of Object.keys(both)) {
      const apart = [...first[output]!.values, ...second[output]!.values]
      for (const [i, value] of both[output]!.values.entries()) expect(value).toBeCloseTo(apart[i]!, 4)
      expect(first[output]!.values, output).not.toEqual(second[output]!.values)
    }
  })

  it('sees every pixel, those at the edges too, from the cell where it lies', async () => {
    const run = await finding(1, 2)
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
    const { centre, reach } = find(p, 1)
    const weights = new Map(
      [...randomWeights(p, 3)].map(([name, weight]) => [
        name,
        name.startsWith('finder.heads.') ? zeros(weight) : weight,
      ]),
    )
    const run = await prepare(lower({ centre, reach }, weights))
    const found = await run({ pixels: pixels(picture('a')) })
    expect(Math.max(...found.centre!.values)).toBeLessThan(-2)
    expect(found.reach!.values.every((value) => value === 0)).toBe(true)
  })

  it('refuses stages that the picture cannot be halved for', () => {
    const stages = [8, 8, 8, 8].map(stage)
    const tooMany = { ...settings, finder: { ...settings.finder, stages } }
    expect(() => find(createParameters(), 1, tooMany)).toThrow(GraphError)
  })
})

describe('the namer', () => {
  const side = 64
  const large: DetectorSettings = { ...settings, side, finder: { ...settings.finder, cell: 4 } }

  /** Logits of what is in each of some boxes of one picture. */
  async function name(boxes: readonly (readonly number[])[], data: number[]) {
    const p = createParameters()
    const pixelInput = input('pixels', [1, side, side, 3], 'uint8')
    const logits = nameThings(p, large, pixelInput, input('boxes', [1, boxes.length, 4]))
    const run = await prepare(lower({ ...logits }, randomWeights(p, 1)))
    const { concept } = await run({
      pixels: { shape: [1, side, side, 3], data, type: 'uint8' },
      boxes: { shape: [1, boxes.length, 4], data: boxes.flat() },
    })
    return boxes.map((_, k) => [...concept!.values].slice(k * 5, (k + 1) * 5))
  }
  const apart = (a: readonly number[], b: readonly number[]) =>
    Math.max(...a.map((value, i) => Math.abs(value - b[i]!))) / Math.max(...a.map(Math.abs))

  /** A disc with a stripe, of a size, at a place, on grey. */
  const drawn = (x: number, y: number, radius: number, extra: (x: number, y: number) => boolean = () => false) =>
    Array.from({ length: side * side }, (_, at) => {
      const [px, py] = [(at % side) + 0.5, Math.floor(at / side) + 0.5]
      if (extra(px, py)) return [10, 200, 40]
      if (Math.hypot(px - x, py - y) > radius) return [128, 128, 128]
      return Math.abs(py - y) < radius / 3 ? [250, 240, 20] : [200, 30, 60]
    }).flat()
  const around = (x: number, y: number, radius: number) =>
    [x - radius, y - radius, x + radius, y + radius].map((edge) => edge / side)

  it('says the same of a thing wherever it is and however large, and something else of another', async () => {
    const [small] = await name([around(14, 16, 10)], drawn(14, 16, 10))
    const [moved] = await name([around(45, 40, 10)], drawn(45, 40, 10))
    const [larger] = await name([around(30, 30, 20)], drawn(30, 30, 20))
    const [other] = await name(
      [around(30, 30, 20)],
      drawn(30, 30, 20, (x) => x > 30),
    )
    expect(apart(small!, moved!)).toBeLessThan(0.01)
    expect(apart(small!, other!)).toBeGreaterThan(3 * apart(small!, larger!))
  })

  it('is shown nothing of what is far from the box', async () => {
    const box = around(20, 20, 10)
    const [plain] = await name([box], drawn(20, 20, 10))
    const [beside] = await name(
      [box],
      drawn(20, 20, 10, (x, y) => x > 40 || y > 40),
    )
    expect(beside).toEqual(plain)
  })

  it('names several things of a picture, each by itself; at the edge too', async () => {
    const boxes = [around(14, 16, 10), around(45, 40, 16), [-0.05, 0.5, 0.2, 1.02]]
    const data = drawn(14, 16, 10, (x, y) => Math.hypot(x - 45, y - 40) < 16)
    const all = await name(boxes, data)
    for (const [k, box] of boxes.entries()) {
      const [alone] = await name([box], data)
      expect(apart(all[k]!, alone!)).toBeLessThan(1e-4)
      expect(alone!.every(Number.isFinite)).toBe(true)
    }
    expect(apart(all[0]!, all[1]!)).toBeGreaterThan(0.01)
  })

  it('knows how wide and high the box is', async () => {
    const data = drawn(30, 30, 12)
    const flat = [18 / side, 26 / side, 42 / side, 34 / side]
    const [first, second] = await name([around(30, 30, 12), flat], data)
    expect(apart(first!, second!)).toBeGreaterThan(0.01)
  })
})

it("agrees with an independent implementation, every parameter's gradient too", () => {
  const oracle = vectors<DetectorSettings>('detector')
  return expectAgreement(oracle, { pixels: 'uint8', boxes: 'float32' }, (p) => {
    const pixelInput = input('pixels', [2, 16, 16, 3], 'uint8')
    const { centre, reach, picture: whole } = findThings(p, oracle.settings, pixelInput)
    const things = nameThings(p, oracle.settings, pixelInput, input('boxes', [2, 2, 4]))
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

const zeros = <W extends { readonly data: Float32Array }>(weight: W): W => ({
  ...weight,
  data: new Float32Array(weight.data.length),
})
