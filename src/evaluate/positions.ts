/** How two things stand to each other, by their boxes alone. */
import type { Relation } from '../corpus/scene.ts'
import { shared } from './detections.ts'
import type { Box } from './findings.ts'

/** Of the two sizes together: so far apart the middles must be before it counts. GenEval's. */
const positionThreshold = 0.1
/** Of the way from middle to middle: what goes this way less than half goes another way. */
const halfway = 0.5

const right = ({ left, width }: Box): number => left + width
const bottom = ({ top, height }: Box): number => top + height
const middle = (box: Box): readonly [number, number] => [box.left + box.width / 2, box.top + box.height / 2]
const area = ({ width, height }: Box): number => width * height

export type Direction = 'left-of' | 'right-of' | 'above' | 'below'

/** Where A is, seen from B: none where the middles are about the same, two on a diagonal. GenEval's rule. */
export function directions(a: Box, b: Box): Set<Direction> {
  const [ax, ay] = middle(a)
  const [bx, by] = middle(b)
  const beyond = (offset: number, sizes: number): number =>
    Math.sign(offset) * Math.max(0, Math.abs(offset) - positionThreshold * sizes)
  const [dx, dy] = [beyond(ax - bx, a.width + b.width), beyond(ay - by, a.height + b.height)]
  const found = new Set<Direction>()
  const length = Math.hypot(ax - bx, ay - by)
  if (Math.abs(dx) < 1e-5 && Math.abs(dy) < 1e-5) return found
  if (dx / length < -halfway) found.add('left-of')
  if (dx / length > halfway) found.add('right-of')
  if (dy / length < -halfway) found.add('above')
  if (dy / length > halfway) found.add('below')
  return found
}

/** Boxes this near to each other, in parts of the side, touch: a box is seldom exact to a pixel. */
const nearness = 0.05

const gapAcross = (a: Box, b: Box): number => Math.max(a.left, b.left) - Math.min(right(a), right(b))
const gapDown = (a: Box, b: Box): number => Math.max(a.top, b.top) - Math.min(bottom(a), bottom(b))
const touch = (a: Box, b: Box): boolean => gapAcross(a, b) < nearness && gapDown(a, b) < nearness

/** At least half of the narrower one is over or under the other. */
const overOrUnder = (a: Box, b: Box): boolean => -gapAcross(a, b) >= 0.5 * Math.min(a.width, b.width)

/** A's foot is on B: anywhere from its top to well into it, for what is stood on has a form. */
const standsOn = (a: Box, b: Box, into: number): boolean =>
  overOrUnder(a, b) &&
  middle(a)[1] < middle(b)[1] &&
  bottom(a) > b.top - nearness &&
  bottom(a) < b.top + into * b.height + nearness

/** A hides part of B and is nearer: its foot is lower. */
const before = (a: Box, b: Box): boolean =>
  shared(a, b) >= 0.05 * Math.min(area(a), area(b)) && bottom(a) > bottom(b) - nearness / 2

/** Whether A stands in the relation to B. */
export function stands(a: Box, relation: Relation, b: Box): boolean {
  switch (relation) {
    case 'left-of':
    case 'right-of':
    case 'above':
    case 'below':
      return directions(a, b).has(relation)
    case 'next-to': {
      const found = directions(a, b)
      return (found.has('left-of') || found.has('right-of')) && shared(a, b) <= 0.2 * Math.min(area(a), area(b))
    }
    case 'on':
      return standsOn(a, b, 0.6)
    case 'under':
      return standsOn(b, a, 0.6)
    case 'in-front-of':
      return before(a, b)
    case 'behind':
      return before(b, a)
    case 'inside':
      return shared(a, b) >= 0.5 * area(a) && area(a) < area(b)
    case 'riding':
      return standsOn(a, b, 1)
    case 'holding':
    case 'eating':
      // What is held or eaten is at hand: drawn over whoever does it.
      return shared(a, b) >= 0.1 * Math.min(area(a), area(b))
    case 'wearing':
      // B is what is worn, and worn on the head or below it.
      return touch(a, b) && overOrUnder(a, b) && middle(b)[1] < middle(a)[1] + 0.1 * a.height
  }
}
