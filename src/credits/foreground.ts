/** The things in a picture: what stands out from its ground, as a whole and piece by piece. */

import { type Reading, readings, visible } from '../image/ground.ts'
import { flatten, type Pixels } from '../image/pixels.ts'
import { resize } from '../image/resize.ts'

/** A part of a picture, cut to what is visible. */
export type Thing = {
  readonly width: number
  readonly height: number
  /** RGB, 3 bytes a pixel. */
  readonly rgb: Uint8Array
} & Reading

/** Pictures are looked at with at most this many pixels a side: a descriptor has a dozen cells across. */
const mostSide = 160
/** Pieces smaller than this share of the picture are specks; those smaller than this part of the largest are its crumbs. */
const speck = 0.002
const crumb = 0.12
const mostThings = 6

/** Everything a drawing could be: all that stands out taken together, and each piece by itself. Empty for a bare ground. */
export const findThings = (picture: Pixels): Thing[] => [...thingsIn(picture)]

/** The same one after the other: first all that stands out by the strictest reading. */
export function* thingsIn(whole: Pixels): Generator<Thing> {
  const picture = shrunk(whole)
  const { width, height } = picture
  const rgb = flatten(picture).data
  const things: (Thing & Extent)[] = []
  for (const { coverage, own } of readings(picture, rgb)) {
    const { labels, areas } = pieces(coverage, width, height)
    const kept = [...areas.keys()].filter((piece) => areas[piece]! >= speck * width * height)
    kept.sort((a, b) => areas[b]! - areas[a]!)
    const single = kept.filter((piece) => areas[piece]! >= crumb * areas[kept[0]!]!).slice(0, mostThings)
    for (const part of kept.length > 1 ? [kept, ...single.map((piece) => [piece])] : [kept]) {
      const thing = cut(picture, rgb, { coverage, own, labels }, new Set(part))
      if (thing === undefined || things.some((other) => isSame(thing, other))) continue
      things.push(thing)
      yield thing
    }
  }
}

function shrunk(picture: Pixels): Pixels {
  const longer = Math.max(picture.width, picture.height)
  if (longer <= mostSide) return picture
  const side = (length: number) => Math.max(1, Math.round((length * mostSide) / longer))
  return resize(picture, side(picture.width), side(picture.height), 'area')
}

/** Connected pieces of what shows, sides and corners touching. */
function pieces(coverage: Uint8Array, width: number, height: number): { labels: Int32Array; areas: number[] } {
  const labels = new Int32Array(coverage.length).fill(-1)
  const areas: number[] = []
  for (let start = 0; start < coverage.length; start++) {
    if (labels[start] !== -1 || coverage[start]! < visible) continue
    const piece = areas.length
    const queue = [start]
    labels[start] = piece
    let area = 0
    for (let pixel = queue.pop(); pixel !== undefined; pixel = queue.pop()) {
      area++
      const x = pixel % width
      const y = (pixel - x) / width
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u
          if (labels[next] !== -1 || coverage[next]! < visible) continue
          labels[next] = piece
          queue.push(next)
        }
      }
    }
    areas.push(area)
  }
  return { labels, areas }
}

/** Where a thing lies in the picture, and how many pixels its outline takes. */
type Extent = { readonly left: number; readonly top: number; readonly area: number }

/** Two readings of one thing, a pixel apart at most at each side. */
function isSame(one: Thing & Extent, other: Thing & Extent): boolean {
  const sides = [one.left - other.left, one.top - other.top, one.width - other.width, one.height - other.height]
  const areas = Math.abs(one.area - other.area) / Math.max(one.area, other.area)
  return areas < 0.02 && sides.every((difference) => Math.abs(difference) <= 1)
}

/** The pieces `wanted` as one thing. Undefined where they are none. */
function cut(
  { width, height }: Pixels,
  rgb: Uint8Array,
  { coverage, own, labels }: Reading & { readonly labels: Int32Array },
  wanted: ReadonlySet<number>,
): (Thing & Extent) | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let pixel = 0; pixel < labels.length; pixel++) {
    if (!wanted.has(labels[pixel]!)) continue
    const x = pixel % width
    const y = (pixel - x) / width
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = y
  }
  if (right < 0) return undefined
  const [across, down] = [right - left + 1, bottom - top + 1]
  const thing = {
    width: across,
    height: down,
    rgb: new Uint8Array(across * down * 3),
    coverage: new Uint8Array(across * down),
    own: new Uint8Array(across * down),
  }
  let area = 0
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const from = (top + y) * width + left + x
      const to = y * across + x
      // Soft edges have no label of their own: they go with whatever is cut out.
      if (!wanted.has(labels[from]!) && labels[from] !== -1) continue
      thing.rgb.set(rgb.subarray(from * 3, from * 3 + 3), to * 3)
      thing.coverage[to] = coverage[from]!
      thing.own[to] = own[from]!
      area += coverage[from]! / 255
    }
  }
  return { ...thing, left, top, area }
}
