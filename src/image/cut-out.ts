/** What stands out from a picture's ground, cut out of it: soft at its edge, the ground clear. */
import { readings, visible } from './ground.ts'
import { crop, flatten, type Pixels, toByte, wrapPixels } from './pixels.ts'

/** A reading of the ground counts when it leaves a share of the picture between these: neither specks nor all of it. */
const leastShare = 0.02
const mostShare = 0.92
/** Pixels this near to the ground are of the edge: a drawn edge is two pixels soft. */
const edge = 2
/** Pixels around one of the edge that tell the colours of thing and ground. */
const reach = 4
/** Pieces smaller than this part of the largest are crumbs of the ground. */
const crumb = 0.03

/**
 * RGBA with straight alpha, no larger than what shows; undefined where nothing stands out from the ground. A picture that has
 * alpha keeps its own. Else, at the edge of what stands out, a pixel's colour is taken for a mixture of the thing's and the
 * ground's: its place between the two is its alpha, and the thing's its colour, so that no rim of the ground's colour stays.
 */
export function cutOut(picture: Pixels): Pixels | undefined {
  const rgb = flatten(picture).data
  const { width, height } = picture
  const [strict, middle, ...lenient] = readings(picture, rgb)
  // Of a ground that is drawn a little unevenly the strict reading leaves a rim.
  for (const { own, coverage } of [middle, strict, ...lenient].filter((reading) => reading !== undefined)) {
    // Only what is read from alpha tells holes from the outline they lie in.
    const hasAlpha = own !== coverage
    const mask = hasAlpha ? own : withoutCrumbs(coverage, width, height)
    const share = mask.reduce((sum, value) => sum + (value >= visible ? 1 : 0), 0) / mask.length
    if (share < leastShare || share > mostShare) continue
    return trimmed(hasAlpha ? picture : softened(rgb, mask, width, height))
  }
  return undefined
}

/** Without pieces that are small beside the largest; sides touching. */
function withoutCrumbs(coverage: Uint8Array, width: number, height: number): Uint8Array {
  const labels = new Int32Array(coverage.length).fill(-1)
  const areas: number[] = []
  for (let start = 0; start < coverage.length; start++) {
    if (labels[start] !== -1 || coverage[start]! < visible) continue
    const piece = areas.push(0) - 1
    const queue = [start]
    labels[start] = piece
    for (let pixel = queue.pop(); pixel !== undefined; pixel = queue.pop()) {
      areas[piece]!++
      for (const next of besides(pixel, width, height)) {
        if (labels[next] !== -1 || coverage[next]! < visible) continue
        labels[next] = piece
        queue.push(next)
      }
    }
  }
  const least = crumb * Math.max(0, ...areas)
  return coverage.map((value, pixel) => (labels[pixel]! >= 0 && areas[labels[pixel]!]! >= least ? value : 0))
}

/** How many steps a pixel lies from the ground, counted to just beyond the edge; 0 for the ground itself. */
function depths(mask: Uint8Array, width: number, height: number): Uint8Array {
  const depth = Uint8Array.from(mask, (value) => (value >= visible ? edge + 1 : 0))
  for (let step = 1; step <= edge; step++) {
    for (let pixel = 0; pixel < depth.length; pixel++) {
      if (depth[pixel]! <= step) continue
      if (besides(pixel, width, height).some((next) => depth[next] === step - 1)) depth[pixel] = step
    }
  }
  return depth
}

function* besides(pixel: number, width: number, height: number): Generator<number> {
  const x = pixel % width
  if (x > 0) yield pixel - 1
  if (x < width - 1) yield pixel + 1
  if (pixel >= width) yield pixel - width
  if (pixel < width * (height - 1)) yield pixel + width
}

function softened(rgb: Uint8Array, mask: Uint8Array, width: number, height: number): Pixels {
  const isThing = (pixel: number) => mask[pixel]! >= visible
  const depth = depths(mask, width, height)
  const isEdge = (pixel: number) => depth[pixel]! <= edge
  const data = new Uint8Array(width * height * 4)
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (!isThing(pixel)) continue
    const own = [...rgb.subarray(pixel * 3, pixel * 3 + 3)]
    let [colour, alpha] = [own, 255]
    if (isEdge(pixel)) {
      const inner = meanAround(rgb, pixel, width, height, (at) => isThing(at) && !isEdge(at))
      const ground = meanAround(rgb, pixel, width, height, (at) => !isThing(at))
      const part = inner === undefined || ground === undefined ? 1 : between(own, ground, inner)
      if (part < 1) [colour, alpha] = [inner!, toByte(255 * part)]
    }
    data.set([...colour.map(toByte), alpha], pixel * 4)
  }
  return wrapPixels(width, height, 4, data)
}

/** How far a colour has come from one to another, 0..1, by projection; 1 where the two are hardly different. */
function between(colour: readonly number[], from: readonly number[], to: readonly number[]): number {
  const way = to.map((value, c) => value - from[c]!)
  const length = way.reduce((sum, value) => sum + value * value, 0)
  if (length < 24 * 24) return 1
  const gone = way.reduce((sum, value, c) => sum + value * (colour[c]! - from[c]!), 0) / length
  return Math.max(0, Math.min(1, gone))
}

function meanAround(
  rgb: Uint8Array,
  pixel: number,
  width: number,
  height: number,
  wanted: (pixel: number) => boolean,
): number[] | undefined {
  const [x, y] = [pixel % width, Math.floor(pixel / width)]
  const sum = [0, 0, 0]
  let count = 0
  for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
    for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
      const at = v * width + u
      if (!wanted(at)) continue
      for (let c = 0; c < 3; c++) sum[c]! += rgb[at * 3 + c]!
      count++
    }
  }
  return count === 0 ? undefined : sum.map((value) => value / count)
}

/** Cut to what shows. */
function trimmed(picture: Pixels): Pixels {
  const { width, height, data } = picture
  let [left, right, top, bottom] = [width, -1, height, -1]
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[pixel * 4 + 3] === 0) continue
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = y
  }
  return crop(picture, left, top, right - left + 1, bottom - top + 1)
}
