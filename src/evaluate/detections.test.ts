import { describe, expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import { type CellReadings, detections, overlap, shared } from './detections.ts'
import { type PixelBox, placeInCells, reachOf, spreadMiddle } from './detector-targets.ts'

const [cells, side] = [16, 128]
const none = { colour: null, material: null, presentation: null, tone: null }

type ThingBox = PixelBox & { readonly thing: number }

/** What a detector would say that learned these boxes perfectly. */
function perfect(
  boxes: readonly ThingBox[],
  names: (box: ThingBox) => string = (box) => `thing ${box.thing}`,
): CellReadings {
  const heat = new Float32Array(cells * cells)
  const reach = new Float32Array(cells * cells * 4)
  const named = new Map<number, string>()
  for (const placed of placeInCells(boxes, side, cells)) {
    spreadMiddle(placed, side, cells, heat)
    reach.set(reachOf(placed, side, cells), placed.cell * 4)
    named.set(placed.cell, names(placed.box))
  }
  const certainty = new Float32Array(cells * cells).fill(1)
  return { cells, heat, reach, certainty, name: (cell) => ({ ...none, concept: named.get(cell) ?? 'nothing' }) }
}

const inParts = ({ left, top, width, height }: ThingBox) => ({
  left: left / side,
  top: top / side,
  width: width / side,
  height: height / side,
})

describe('what was put in comes out', () => {
  it('of things all over the picture, large and small, one before the other', () => {
    const source = random(1, 'boxes')
    for (let trial = 0; trial < 300; trial++) {
      const boxes: ThingBox[] = Array.from({ length: 1 + source.below(4) }, (_, thing) => {
        const [width, height] = [14 + source.below(90), 14 + source.below(90)]
        return { thing, width, height, left: source.below(side - width), top: source.below(side - height) }
      })
      const twins = boxes.some((a, i) => boxes.some((b, k) => k < i && overlap(inParts(a), inParts(b)) > 0.8))
      if (twins) continue
      const found = detections(perfect(boxes))
      expect(found).toHaveLength(boxes.length)
      for (const box of boxes) {
        const own = found.find(({ concept }) => concept === `thing ${box.thing}`)!
        expect(overlap(own.box, inParts(box))).toBeGreaterThan(0.98)
      }
    }
  })

  it('of two things with the same middle', () => {
    const boxes = [
      { thing: 0, left: 10, top: 10, width: 100, height: 100 },
      { thing: 1, left: 45, top: 45, width: 30, height: 30 },
    ]
    expect(
      detections(perfect(boxes))
        .map(({ concept }) => concept)
        .sort(),
    ).toEqual(['thing 0', 'thing 1'])
  })

  it('not of slivers at the edge', () => {
    expect(placeInCells([{ thing: 0, left: 127, top: 0, width: 1, height: 8 }], side, cells)).toEqual([])
  })
})

describe('of what a detector says', () => {
  const at = (list: readonly [cell: number, heat: number, concept: string, reach?: number][], certainty = 1) => {
    const readings = perfect([])
    const heat = new Float32Array(cells * cells)
    const reach = new Float32Array(cells * cells * 4).fill(0.1)
    for (const [cell, value, , size] of list) {
      heat[cell] = value
      if (size !== undefined) reach.fill(size, cell * 4, cell * 4 + 4)
    }
    const name = (cell: number) => ({ ...none, concept: list.find(([own]) => own === cell)?.[2] ?? 'nothing' })
    return detections({ ...readings, heat, reach, name, certainty: new Float32Array(cells * cells).fill(certainty) })
  }

  it('only peaks are things, the surest first', () => {
    expect(
      at([
        [100, 0.9, 'cat'],
        [101, 0.8, 'dog'],
        [200, 0.95, 'fox'],
      ]).map(({ concept }) => concept),
    ).toEqual(['fox', 'cat'])
  })

  it('two equal neighbours are one thing', () => {
    expect(
      at([
        [100, 0.9, 'cat'],
        [101, 0.9, 'cat'],
      ]),
    ).toHaveLength(1)
  })

  it('two of a kind in one place are one thing, two of different kinds are two', () => {
    expect(
      at([
        [100, 0.9, 'cat', 0.4],
        [102, 0.8, 'cat', 0.4],
      ]),
    ).toHaveLength(1)
    expect(
      at([
        [100, 0.9, 'cat', 0.4],
        [103, 0.8, 'dog', 0.4],
      ]),
    ).toHaveLength(2)
    expect(
      at([
        [100, 0.9, 'cat', 0.1],
        [104, 0.8, 'cat', 0.1],
      ]),
    ).toHaveLength(2)
  })

  it('what is hardly believed is left out, be it that it is there or what it is', () => {
    expect(at([[100, 0.05, 'cat']])).toEqual([])
    expect(at([[100, 0.5, 'cat']], 0.01)).toEqual([])
    expect(at([[100, 0.5, 'cat']], 0.81)[0]!.confidence).toBeCloseTo(0.45, 4)
  })

  it('boxes stay inside the picture', () => {
    const [{ box }] = at([[0, 0.9, 'cat', 0.5]]) as [ReturnType<typeof at>[number]]
    expect(box.left).toBe(0)
    expect(box.top).toBe(0)
    expect(box.width).toBeCloseTo(0.5 + 0.5 / cells, 4)
  })
})

it('boxes share what they share', () => {
  const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })
  expect(shared(box(0, 0, 2, 2), box(1, 1, 2, 2))).toBe(1)
  expect(shared(box(0, 0, 1, 1), box(2, 0, 1, 1))).toBe(0)
  expect(overlap(box(0, 0, 2, 2), box(0, 0, 2, 2))).toBe(1)
  expect(overlap(box(0, 0, 2, 2), box(1, 0, 2, 2))).toBeCloseTo(1 / 3)
})
