/** Filters that draw a picture by its lines. */
import { blurred, edgesOf, grainFor, grainSide, lumaOf, type Picture } from './planes.ts'

/** White lines on blue, over squared paper with a frame. */
export function blueprint(picture: Picture): void {
  const { side, rgb } = picture
  const luma = lumaOf(picture)
  const edges = edgesOf(rgb, side)
  const fine = side / 32
  const coarse = side / 8
  const frame = side * 0.035
  const thick = Math.max(1, Math.round(side / 128))
  const lineAt = (step: number, i: number): boolean => Math.floor(i / step) !== Math.floor((i - 1) / step)
  const across = new Float32Array(side)
  for (let i = 0; i < side; i++) across[i] = lineAt(coarse, i) ? 0.26 : lineAt(fine, i) && side >= 96 ? 0.1 : 0
  for (let y = 0; y < side; y++) {
    const edgeY = Math.min(y, side - 1 - y) - frame
    for (let x = 0; x < side; x++) {
      const i = y * side + x
      const edgeX = Math.min(x, side - 1 - x) - frame
      const framed = Math.min(edgeX, edgeY)
      let white = Math.max(across[x]!, across[y]!)
      if (framed < 0) white = 0
      else if (framed < thick) white = 0.85
      // Shades are hinted at; lines are full.
      const hint = 0.16 * (1 - luma[i]! / 255)
      const line = Math.min(1, Math.max(0, (edges[i]! - 14) / 70))
      white = Math.max(white, line * 0.96)
      const rest = 1 - white
      const at = i * 3
      rgb[at] = (26 - 60 * hint) * rest + 240 * white
      rgb[at + 1] = (82 - 110 * hint) * rest + 246 * white
      rgb[at + 2] = (170 - 130 * hint) * rest + 255 * white
    }
  }
}

/** Glowing tubes along the edges, each in the pure form of the colour there, in the dark. */
export function neon(picture: Picture): void {
  const { side, rgb, cover } = picture
  const soft = blurred(rgb, side, 3, Math.max(1, Math.round(side / 170)))
  const edges = edgesOf(soft, side)
  const around = blurred(rgb, side, 3, Math.max(1, Math.round(side / 64)))
  const near = cover && blurred(cover, side, 1, Math.max(1, Math.round(side / 50)))
  const tubes = new Uint8Array(rgb.length)
  const core = new Float32Array(edges.length)
  for (let i = 0, at = 0; i < edges.length; i++, at += 3) {
    // The background's own edges glow weakly.
    const weight = near ? 0.3 + 0.7 * Math.min(1, near[i]! / 40) : 1
    const strength = Math.max(0, Math.min(1, (edges[i]! - 20) / 90)) * weight
    if (strength === 0) continue
    core[i] = strength
    const r = around[at]!
    const g = around[at + 1]!
    const b = around[at + 2]!
    const low = Math.min(r, g, b)
    const spread = Math.max(r, g, b) - low
    if (spread < 24) {
      // Greys have no hue of their own: they are cold white-blue.
      tubes[at] = 70 * strength
      tubes[at + 1] = 214 * strength
      tubes[at + 2] = 255 * strength
    } else {
      tubes[at] = (24 + (231 * (r - low)) / spread) * strength
      tubes[at + 1] = (24 + (231 * (g - low)) / spread) * strength
      tubes[at + 2] = (24 + (231 * (b - low)) / spread) * strength
    }
  }
  const reach = Math.max(1, Math.round(side / 56))
  const glow = blurred(blurred(tubes, side, 3, reach), side, 3, reach)
  const ground = [10, 7, 24] as const
  for (let i = 0, at = 0; i < edges.length; i++, at += 3) {
    const white = Math.max(0, core[i]! - 0.72) * 2.6
    for (let c = 0; c < 3; c++) {
      const value = ground[c]! + 0.05 * rgb[at + c]! + 1.5 * glow[at + c]! + tubes[at + c]! + 150 * white
      rgb[at + c] = value > 255 ? 255 : value
    }
  }
}

/** Graphite on paper: outlines, hatching in the shade and across it in the darkest. */
export function pencil(picture: Picture): void {
  const { side, rgb } = picture
  const luma = lumaOf(picture)
  const around = blurred(luma, side, 1, Math.max(1, Math.round(side / 48)))
  const edges = edgesOf(rgb, side)
  const tooth = grainFor(side, 1)
  const wobble = grainFor(side, 16)
  const pitch = Math.max(3, side / 46)
  for (let y = 0; y < side; y++) {
    const noise = (y % grainSide) * grainSide
    for (let x = 0; x < side; x++) {
      const i = y * side + x
      const rough = tooth[noise + (x % grainSide)]! / 255
      const bend = (wobble[noise + (x % grainSide)]! / 255) * pitch * 1.6
      const shade = 1 - luma[i]! / 255
      // A place darker than what surrounds it is a line (the "colour dodge" of image editors).
      const line = Math.min(
        1,
        Math.max(0, 1 - (luma[i]! + 6) / (around[i]! + 6)) * 1.7 + Math.max(0, edges[i]! - 16) / 150,
      )
      let hatch = 0
      if (shade > 0.12) {
        const along = ((x + y + bend) / pitch) % 1
        hatch = Math.max(0, 1 - Math.abs(along - 0.5) * 3.2) * Math.min(1, (shade - 0.12) * 1.9)
      }
      if (shade > 0.52) {
        const along = ((x - y + bend + 4 * side) / pitch) % 1
        hatch = Math.max(hatch, Math.max(0, 1 - Math.abs(along - 0.5) * 3.2) * Math.min(1, (shade - 0.4) * 1.5))
      }
      const tint = 0.3 * shade
      const graphite = Math.min(1, Math.max(line * 1.05, 0.62 * hatch + tint)) * (0.68 + 0.42 * rough)
      const dark = graphite > 1 ? 1 : graphite
      const paper = 247 + 7 * rough
      const at = i * 3
      rgb[at] = paper * (1 - dark) + 52 * dark
      rgb[at + 1] = (paper - 1) * (1 - dark) + 52 * dark
      rgb[at + 2] = (paper - 6) * (1 - dark) + 56 * dark
    }
  }
}
