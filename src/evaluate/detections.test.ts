import { describe, expect, it } from 'vitest'
import { random } from '../corpus/random.ts'
import { type Candidate, type CellReadings, candidates, distinct, overlap, shared } from './detections.ts'
import { type PixelBox, placeInCells, reachOf, spreadMiddle } from './detector-targets.ts'

const [cells, side] = [16, 128]
const none = { colour: null, material: null, presentation: null, tone: null }

type ThingBox = PixelBox & { readonly thing: number }

/** What a finder would say that learned these boxes perfectly. */
function perfect(boxes: readonly ThingBox[]): CellReadings {
  const heat = new Float32Array(cells * cells)
  const reach = new Float32Array(cells * cells * 4)
  for (const placed of placeInCells(boxes, side, cells)) {
    spreadMiddle(placed, side, cells, heat)
    reach.set(reachOf(placed, side, cells), placed.cell * 4)
  }
  return { cells, heat, reach }
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
      const found = candidates(perfect(boxes))
      expect(found).toHaveLength(boxes.length)
      for (const box of boxes) {
        expect(Math.max(...found.map((one) => overlap(one.box, inParts(box))))).toBeGreaterThan(0.98)
      }
    }
  })

  it('of two things with the same middle', () => {
    const boxes = [
      { thing: 0, left: 10, top: 10, width: 100, height: 100 },
      { thing: 1, left: 45, top: 45, width: 30, height: 30 },
    ]
    const found = candidates(perfect(boxes))
    for (const box of boxes) expect(found.some((one) => overlap(one.box, inParts(box)) > 0.98)).toBe(true)
    expect(found).toHaveLength(2)
  })

  it('not of slivers at the edge', () => {
    expect(placeInCells([{ thing: 0, left: 127, top: 0, width: 1, height: 8 }], side, cells)).toEqual([])
  })
})

describe('of what a finder says', () => {
  const at = (list: readonly (readonly [cell: number, heat: number, reach?: number])[]) => {
    const heat = new Float32Array(cells * cells)
    const reach = new Float32Array(cells * cells * 4).fill(0.1)
    for (const [cell, value, size] of list) {
      heat[cell] = value
      if (size !== undefined) reach.fill(size, cell * 4, cell * 4 + 4)
    }
    return candidates({ cells, heat, reach })
  }

  it('only peaks are things, the surest first', () => {
    const found = at([
      [100, 0.9],
      [101, 0.8],
      [200, 0.95],
    ])
    expect(found.map(({ heat }) => heat)).toEqual([Math.fround(0.95), Math.fround(0.9)])
  })

  it('two equal neighbours are one thing', () => {
    expect(
      at([
        [100, 0.9],
        [101, 0.9],
      ]),
    ).toHaveLength(1)
  })

  it('what is hardly believed is not looked at, nor more than a picture holds', () => {
    expect(at([[100, 0.05]])).toEqual([])
    expect(at(Array.from({ length: 64 }, (_, k) => [Math.floor(k / 8) * 32 + (k % 8) * 2, 0.5] as const))).toHaveLength(
      32,
    )
  })

  it('boxes stay inside the picture', () => {
    const [{ box }] = at([[0, 0.9, 0.5]]) as [Candidate]
    expect(box.left).toBe(0)
    expect(box.top).toBe(0)
    expect(box.width).toBeCloseTo(0.5 + 0.5 / cells, 4)
  })
})

describe('of what a namer says', () => {
  const one = (left: number, concept: string, heat = 0.9, certainty = 1) => {
    const candidate = { box: { left, top: 0.2, width: 0.4, height: 0.4 }, heat }
    return [candidate, { ...none, concept, certainty }] as const
  }

  it('two of a kind in one place are one thing, two of different kinds are two', () => {
    expect(distinct([one(0.2, 'cat'), one(0.25, 'cat', 0.8)]).map(({ confidence }) => confidence)).toEqual([0.9])
    expect(distinct([one(0.2, 'cat'), one(0.3, 'dog')])).toHaveLength(2)
    expect(distinct([one(0.2, 'cat'), one(0.201, 'dog')])).toHaveLength(1)
    expect(distinct([one(0.1, 'cat'), one(0.5, 'cat')])).toHaveLength(2)
  })

  it('what is told is as sure as it is that something is there and what it is', () => {
    expect(distinct([one(0.2, 'cat', 0.5, 0.81)])[0]!.confidence).toBeCloseTo(0.45, 4)
    expect(distinct([one(0.2, 'cat', 0.5, 0.01)])).toEqual([])
    const sorted = distinct([one(0.1, 'cat', 0.5), one(0.5, 'dog', 0.9)])
    expect(sorted.map(({ concept }) => concept)).toEqual(['dog', 'cat'])
  })
})

it('boxes share what they share', () => {
  const box = (left: number, top: number, width: number, height: number) => ({ left, top, width, height })
  expect(shared(box(0, 0, 2, 2), box(1, 1, 2, 2))).toBe(1)
  expect(shared(box(0, 0, 1, 1), box(2, 0, 1, 1))).toBe(0)
  expect(overlap(box(0, 0, 2, 2), box(0, 0, 2, 2))).toBe(1)
  expect(overlap(box(0, 0, 2, 2), box(1, 0, 2, 2))).toBeCloseTo(1 / 3)
})
