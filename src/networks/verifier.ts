/**
 * The verifier: names the object, the colour and the material of a picture of one thing. A convolutional network whose
 * grid halves from stage to stage; a last layer reads all places at once.
 */
import { cast, fixed, gelu, mul, type Parameters, reshape, sub, type Tensor } from '../graph/index.ts'
import { gather, halvingStages, neighbours, project, type StageSettings } from './convolution.ts'
import { linear, norm } from './layers.ts'

export type VerifierSettings = {
  /** Pixels a side of a picture. */
  readonly side: number
  /** The stem's cells are this many pixels a side; a window is three cells a side, one window a cell. */
  readonly cell: number
  /** Values the stem finds in each window. */
  readonly stem: number
  /** Each halves the grid, then looks. */
  readonly stages: readonly StageSettings[]
  /** Width of the layer that reads all places. */
  readonly hidden: number
  /** Numbers of classes. */
  readonly objects: number
  readonly colours: number
  readonly materials: number
}

/** float32 logits [batch, objects], [batch, colours], [batch, materials]. */
export type VerifierLogits = { readonly object: Tensor; readonly colour: Tensor; readonly material: Tensor }

/** pixels: uint8 [batch, side, side, 3]. */
export function verifier(p: Parameters, settings: VerifierSettings, pixels: Tensor): VerifierLogits {
  const values = sub(mul(cast(pixels, 'float32'), 1 / 127.5), 1)
  const edges = gelu(project(p.in('stem'), neighbours(gather(values, settings.cell)), settings.stem))
  const x = halvingStages(p.in('stages'), edges, settings.stages)
  const batch = x.shape[0]!
  const places = reshape(norm(p.in('norm'), x), [batch, 1, fixed(x, 1) * fixed(x, 2) * fixed(x, 3)])
  const seen = reshape(gelu(project(p.in('hidden'), places, settings.hidden)), [batch, settings.hidden])
  const head = (name: string, classes: number) => linear(p.in('heads').in(name), seen, classes, { bias: true })
  return {
    object: head('object', settings.objects),
    colour: head('colour', settings.colours),
    material: head('material', settings.materials),
  }
}
