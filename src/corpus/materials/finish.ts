/** How each material takes the light, which comes from the upper left. */
import type { ShadedMaterial } from './shaded.ts'
import type { Rgb } from './texture.ts'

export type Finish = {
  /** Light from everywhere, and light from the lamp where the surface faces it. */
  readonly ambient: number
  readonly diffuse: number
  /** The highlight: how strong, 0..1, and how small. */
  readonly specular: number
  readonly shininess: number
  /** How much of the drawing's own light and shade is kept. */
  readonly tone: number
  /** How far the drawing's own edges stand out. */
  readonly emboss: number
  /** How much darker the very edge is, 0..1. */
  readonly rim: number
  /** What the texture's shine does: scales the highlight, adds light of its own, or says which hairs stick out of the edge. */
  readonly shine: 'gloss' | 'light' | 'hair'
  /** How opaque it is in the middle and where the surface turns away; null where it is opaque. */
  readonly opacity: readonly [number, number] | null
  /** What is reflected, from below to above, where it is a mirror. */
  readonly mirror: readonly Rgb[] | null
  /** Thread of a seam along the edge. */
  readonly stitches: Rgb | null
}

const matt: Finish = {
  ambient: 0.62,
  diffuse: 0.5,
  specular: 0,
  shininess: 1,
  tone: 0.55,
  emboss: 0.5,
  rim: 0.3,
  shine: 'gloss',
  opacity: null,
  mirror: null,
  stitches: null,
}

const steel: readonly Rgb[] = [
  [34, 40, 50],
  [74, 82, 96],
  [148, 156, 168],
  [104, 112, 126],
  [70, 78, 92],
  [168, 176, 188],
  [226, 232, 238],
  [255, 255, 255],
  [206, 214, 224],
]

export const finishes: Record<ShadedMaterial, Finish> = {
  metal: { ...matt, specular: 0.75, shininess: 26, tone: 0.5, emboss: 0.7, rim: 0.35, shine: 'light', mirror: steel },
  glass: {
    ...matt,
    ambient: 0.86,
    diffuse: 0.16,
    specular: 1,
    shininess: 60,
    tone: 0.28,
    emboss: 1,
    rim: 0.42,
    shine: 'light',
    opacity: [0.3, 0.92],
  },
  leather: { ...matt, specular: 0.3, shininess: 9, tone: 0.45, stitches: [240, 212, 150] },
  fabric: { ...matt, ambient: 0.66, diffuse: 0.44, tone: 0.5, rim: 0.28 },
  fur: { ...matt, ambient: 0.6, diffuse: 0.5, tone: 0.6, emboss: 0.2, rim: 0, shine: 'hair' },
  plastic: { ...matt, ambient: 0.62, diffuse: 0.48, specular: 1.3, shininess: 22, tone: 0.7, emboss: 0.6, rim: 0.22 },
  rubber: { ...matt, ambient: 0.7, diffuse: 0.5, specular: 0.24, shininess: 5, tone: 0.45, rim: 0.3 },
  paper: { ...matt, ambient: 0.86, diffuse: 0.16, tone: 0.3, emboss: 0.6, rim: 0.26 },
  water: {
    ...matt,
    ambient: 0.84,
    diffuse: 0.26,
    specular: 1,
    shininess: 48,
    tone: 0.6,
    emboss: 0.7,
    rim: 0.3,
    shine: 'light',
    opacity: [0.62, 0.96],
  },
}
