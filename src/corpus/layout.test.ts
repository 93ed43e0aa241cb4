import { describe, expect, it } from 'vitest'
import { layOut, type Placement, type Shape } from './layout.ts'
import { random, still } from './random.ts'
import {
  type Background,
  backgrounds,
  type Count,
  counts,
  type Relation,
  relations,
  type Scene,
  sizes,
} from './scene.ts'
import { isSensibleChain } from './sensible.ts'

const source = random(7, 'layout-test')

/** As art is: most pictures nearly square, some twice as wide or tall, a few far more. */
function anyShape(): Shape {
  const ratio = source.chance(0.8) ? source.between(0.5, 2) : source.between(0.2, 5)
  return ratio > 1 ? { width: 1, height: 1 / ratio } : { width: ratio, height: 1 }
}

const concepts = ['cat', 'horse', 'banana', 'house', 'butterfly', 'automobile', 'robot', 'key'] as const

function sceneOf(parts: readonly Count[], between: readonly Relation[], over: Partial<Scene> = {}): Scene {
  const first = source.below(concepts.length)
  const things = parts.map((count, k) => ({
    concept: concepts[(first + k) % concepts.length]!,
    presentation: null,
    tone: null,
    colour: null,
    material: null,
    size: 'normal' as const,
    count,
  }))
  return { things, relations: between, background: source.pick(backgrounds), style: 'flat', filter: null, ...over }
}

type Box = { readonly thing: number; left: number; top: number; right: number; bottom: number }

const boxOf = ({ thing, x, y, extent }: Placement, shapes: readonly Shape[]): Box => {
  const [w, h] = [shapes[thing]!.width * extent, shapes[thing]!.height * extent]
  return { thing, left: x - w / 2, right: x + w / 2, top: y - h / 2, bottom: y + h / 2 }
}

/** What holds all boxes of a thing. */
const around = (boxes: readonly Box[], thing: number): Box =>
  boxes
    .filter((box) => box.thing === thing)
    .reduce((a, b) => ({
      thing,
      left: Math.min(a.left, b.left),
      right: Math.max(a.right, b.right),
      top: Math.min(a.top, b.top),
      bottom: Math.max(a.bottom, b.bottom),
    }))

const wide = (box: Box): number => box.right - box.left
const high = (box: Box): number => box.bottom - box.top
const shared = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
const overlap = (a: Box, b: Box): number => shared(a, b) / (wide(a) * high(a) + wide(b) * high(b) - shared(a, b))

/** `relative_position` of GenEval (Ghosh et al. 2023, `evaluate_images.py`): offsets count beyond a tenth of both sizes. */
function positions(a: Box, b: Box): Set<string> {
  const dx = (a.left + a.right - b.left - b.right) / 2
  const dy = (a.top + a.bottom - b.top - b.bottom) / 2
  const beyond = (offset: number, sizes: number): number =>
    Math.sign(offset) * Math.max(Math.abs(offset) - 0.1 * sizes, 0)
  const length = Math.hypot(dx, dy)
  const [x, y] = [beyond(dx, wide(a) + wide(b)) / length, beyond(dy, high(a) + high(b)) / length]
  const found = new Set<string>()
  if (x < -0.5) found.add('left-of')
  if (x > 0.5) found.add('right-of')
  if (y < -0.5) found.add('above')
  if (y > 0.5) found.add('below')
  return found
}

/** Why the relation does not hold between two boxes; null where it does. */
function fault(relation: Relation, a: Box, b: Box, order: readonly number[]): string | null {
  const found = positions(a, b)
  const inFront = order.lastIndexOf(a.thing) > order.lastIndexOf(b.thing)
  const touching = Math.min(a.right, b.right) > Math.max(a.left, b.left)
  const standing = (upper: Box, lower: Box): string | null => {
    if (!touching) return 'one is beside the other'
    const sunk = upper.bottom - lower.top
    if (sunk < 0) return 'there is air between them'
    return sunk > 0.5 * Math.min(high(upper), high(lower)) ? 'one is sunk into the other' : null
  }
  const covers = (upper: Box, lower: Box): string | null =>
    shared(upper, lower) > 0 && shared(upper, lower) < 0.9 * wide(lower) * high(lower) ? null : 'does not partly cover'
  switch (relation) {
    case 'left-of':
    case 'right-of':
    case 'above':
    case 'below':
      return found.has(relation) ? null : `is ${[...found].join(' and ') || 'nowhere'}`
    case 'next-to':
      return (found.has('left-of') || found.has('right-of')) && shared(a, b) < 0.1 * wide(a) * high(a)
        ? null
        : 'not beside'
    case 'on':
      return standing(a, b)
    case 'under':
      return standing(b, a)
    case 'in-front-of':
      return inFront ? covers(a, b) : 'is drawn behind'
    case 'behind':
      return inFront ? 'is drawn in front' : covers(b, a)
    case 'riding':
      if (!inFront) return 'is drawn behind'
      if (a.bottom <= b.top || a.bottom > b.top + 0.55 * high(b)) return 'does not sit on its back'
      return touching && wide(a) * high(a) < wide(b) * high(b) ? null : 'is no smaller'
    case 'inside':
      return shared(a, b) > 0.25 * wide(a) * high(a) && a.left > b.left - 0.01 && a.right < b.right + 0.01
        ? null
        : 'sticks out'
    case 'holding':
    case 'eating':
    case 'wearing':
      if (inFront) return 'hides what it has'
      if (wide(b) * high(b) > 0.7 * wide(a) * high(a)) return 'has something as large as itself'
      return shared(a, b) > 0 ? null : 'does not touch it'
  }
}

/** How far a drawing may stick out by rounding. */
const tiny = 1e-6
const frameFault = (boxes: readonly Box[]): string | null =>
  boxes.some((box) => Math.max(-box.left, -box.top, box.right - 1, box.bottom - 1) > tiny) ? 'leaves the picture' : null

/** A person and a verifier must still make out each; of very long or flat things the longer side tells nothing. */
const extentFault = (placements: readonly Placement[], shapes: readonly Shape[], least: number): string | null =>
  placements.some(({ extent }) => extent < least) && shapes.every((shape) => Math.min(shape.width, shape.height) > 0.5)
    ? 'is too small'
    : null

const named = (scene: Scene, shapes: readonly Shape[]): string =>
  `${scene.things.map(({ concept, count, size }) => `${count} ${size} ${concept}`)} ${scene.relations} ${scene.background} ${JSON.stringify(shapes)}`

describe('layOut of one thing', () => {
  it('shows as many as there are, hardly over each other, all in the picture', () => {
    const faults: string[] = []
    for (const count of counts) {
      for (let k = 0; k < 600; k++) {
        const shapes = [anyShape()]
        const size = source.pick(sizes)
        const scene = sceneOf([count], [])
        const asked = { ...scene, things: [{ ...scene.things[0]!, size }] }
        const placements = layOut(asked, shapes, random(k, 'draw'))
        const boxes = placements.map((placement) => boxOf(placement, shapes))
        const many = count === 'many'
        const right = many ? placements.length >= 8 && placements.length <= 20 : placements.length === count
        const least = many ? 0.1 : size === 'small' ? 0.12 : 0.17
        const over = !many && boxes.some((a, i) => boxes.slice(i + 1).some((b) => overlap(a, b) >= 0.1))
        const fault =
          (right ? null : `shows ${placements.length}`) ??
          frameFault(boxes) ??
          extentFault(placements, shapes, least) ??
          (over ? 'lies over another' : null)
        if (fault) faults.push(`${fault}: ${named(asked, shapes)}`)
      }
    }
    expect(faults).toEqual([])
  })

  it('stands on the ground where there is one', () => {
    for (const count of [1, 2, 3, 4, 5, 6] as const) {
      for (let k = 0; k < 100; k++) {
        const shape = anyShape()
        const boxes = layOut(sceneOf([count], [], { background: 'field' }), [shape], random(k, 'draw')).map(
          (placement) => boxOf(placement, [shape]),
        )
        for (const box of boxes) expect(box.bottom, `${count}`).toBeGreaterThan(0.58)
      }
    }
  })

  it('arranges four and more in more ways than one', () => {
    const arrangements = new Set(
      Array.from({ length: 60 }, (_, k) => {
        const placements = layOut(
          sceneOf([5], [], { background: 'white' }),
          [{ width: 1, height: 1 }],
          random(k, 'draw'),
        )
        return placements.map(({ y }) => Math.round(y * 5)).join()
      }),
    )
    expect(arrangements.size).toBeGreaterThan(6)
  })

  it('draws the nearer ones of a herd over those behind', () => {
    const shape = { width: 1, height: 0.9 }
    const scene = sceneOf(['many'], [], { background: 'white' })
    const herd = layOut({ ...scene, things: [{ ...scene.things[0]!, concept: 'horse' }] }, [shape], random(3, 'draw'))
    const feet = herd.map(({ y, extent }) => y + (extent * shape.height) / 2)
    expect(feet).toEqual([...feet].sort((a, b) => a - b))
  })
})

describe('layOut of two things', () => {
  for (const relation of relations) {
    it(`shows that the first is ${relation} the second`, () => {
      const faults: string[] = []
      for (let k = 0; k < 1500; k++) {
        const shapes = [anyShape(), anyShape()]
        const scene = sceneOf([1, 1], [relation])
        const placements = layOut(scene, shapes, random(k, 'draw'))
        const boxes = placements.map((placement) => boxOf(placement, shapes))
        const order = placements.filter((p) => p.front === undefined).map(({ thing }) => thing)
        const found =
          (order.length === 2 ? null : `shows ${order.length} things`) ??
          frameFault(boxes) ??
          extentFault(placements, shapes, 0.17) ??
          fault(relation, around(boxes, 0), around(boxes, 1), order)
        if (found) faults.push(`${found}: ${named(scene, shapes)}`)
      }
      expect(faults).toEqual([])
    })
  }

  it('draws the front of a container again over what is inside', () => {
    const shapes = [anyShape(), { width: 1, height: 0.8 }]
    const placements = layOut(sceneOf([1, 1], ['inside']), shapes, random(1, 'draw'))
    expect(placements.map(({ thing, front }) => [thing, front !== undefined])).toEqual([
      [1, false],
      [0, false],
      [1, true],
    ])
    const [container, , front] = placements
    expect({ ...front, front: 0 }).toEqual({ ...container, front: 0 })
  })

  it('keeps copies together and the relation with all of them', () => {
    const faults: string[] = []
    for (const relation of ['left-of', 'right-of', 'above', 'below', 'next-to'] as const) {
      for (const count of [2, 3, 'many'] as const) {
        for (let k = 0; k < 200; k++) {
          const shapes = [anyShape(), anyShape()]
          const scene = sceneOf(k % 2 === 0 ? [count, 1] : [1, count], [relation])
          const placements = layOut(scene, shapes, random(k, 'draw'))
          const boxes = placements.map((placement) => boxOf(placement, shapes))
          const shown = scene.things.map((_, part) => placements.filter(({ thing }) => thing === part).length)
          const right = scene.things.every((thing, part) =>
            thing.count === 'many' ? shown[part]! >= 8 : shown[part] === thing.count,
          )
          const found =
            (right ? null : `shows ${shown}`) ??
            frameFault(boxes) ??
            fault(relation, around(boxes, 0), around(boxes, 1), [])
          if (found) faults.push(`${found}: ${named(scene, shapes)}`)
        }
      }
    }
    expect(faults).toEqual([])
  })
})

describe('layOut of three things', () => {
  const isClear = (relation: Relation): boolean =>
    ['next-to', 'left-of', 'right-of', 'above', 'below'].includes(relation)
  const chains = relations
    .flatMap((a) => relations.map((b) => [a, b] as const))
    .filter(([a, b]) => isSensibleChain(a, b))

  it('shows both relations, whatever they are', () => {
    expect(chains.length).toBeGreaterThan(80)
    const faults: string[] = []
    for (const chain of chains) {
      const [first, second] = chain
      // "A monkey holding a banana in front of a house": both are.
      const both = (second === 'in-front-of' || second === 'behind') && !isClear(first)
      for (let k = 0; k < 100; k++) {
        const shapes = [anyShape(), anyShape(), anyShape()]
        const scene = sceneOf([1, 1, 1], chain)
        const placements = layOut(scene, shapes, random(k, 'draw'))
        const boxes = placements.map((placement) => boxOf(placement, shapes))
        const order = placements.filter((p) => p.front === undefined).map(({ thing }) => thing)
        const joined = both ? boxes.map((box) => (box.thing === 0 ? { ...box, thing: 1 } : box)) : boxes
        const drawn = both ? order.map((thing) => Math.max(1, thing)) : order
        const found =
          ([...order].sort().join() === '0,1,2' ? null : 'shows other things') ??
          frameFault(boxes) ??
          extentFault(placements, shapes, 0.07) ??
          fault(first, around(boxes, 0), around(boxes, 1), order) ??
          fault(second, around(joined, 1), around(joined, 2), drawn)
        if (found) faults.push(`${found}: ${named(scene, shapes)}`)
      }
    }
    expect(faults).toEqual([])
  })

  it('draws even what no one would say', () => {
    const shapes = [anyShape(), anyShape(), anyShape()]
    for (const a of relations) {
      for (const b of relations) {
        const placements = layOut(sceneOf([1, 1, 1], [a, b]), shapes, random(1, 'draw'))
        expect(frameFault(placements.map((placement) => boxOf(placement, shapes))), `${a} ${b}`).toBe(null)
      }
    }
  })
})

describe('layOut without chance', () => {
  it('always gives the same places, in the middle of what they could be', () => {
    const grounds: Background[] = ['white', 'field']
    for (const background of grounds) {
      for (const scene of [
        ...counts.map((count) => sceneOf([count], [], { background })),
        ...relations.map((relation) => sceneOf([1, 1], [relation], { background })),
        sceneOf([1, 1, 1], ['on', 'next-to'], { background }),
      ]) {
        const shapes = scene.things.map(anyShape)
        const placements = layOut(scene, shapes, still)
        expect(layOut(scene, shapes, still)).toEqual(placements)
        expect(frameFault(placements.map((placement) => boxOf(placement, shapes))), JSON.stringify(scene)).toBe(null)
        const places = new Set(placements.filter((p) => p.front === undefined).map(({ x, y }) => `${x} ${y}`))
        expect(places.size, JSON.stringify(scene)).toBe(placements.filter((p) => p.front === undefined).length)
      }
    }
  })

  it('places one, two and three things on white as it did when the tiny model learned them', () => {
    const square = { width: 1, height: 0.8 }
    const of = (count: Count): number[][] =>
      layOut(sceneOf([count], [], { background: 'white' }), [square], still).map(({ x, y, extent }) =>
        [x, y, extent].map((value) => Math.round(value * 1000) / 1000),
      )
    expect(of(1)).toEqual([[0.5, 0.5, 0.79]])
    expect(of(2)).toEqual([
      [0.25, 0.5, 0.432],
      [0.75, 0.5, 0.432],
    ])
    expect(of(3)).toEqual([
      [0.5, 0.27, 0.397],
      [0.27, 0.73, 0.397],
      [0.73, 0.73, 0.397],
    ])
  })
})
