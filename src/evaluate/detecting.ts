/** The detector at work: its graph, and what its outputs say. */
import type { Colour, Material, Presentation, Tone } from '../corpus/scene.ts'
import {
  argmax,
  createParameters,
  crossEntropy,
  exp,
  input,
  type LoweredGraph,
  lower,
  neg,
  sigmoid,
  type Tensor,
} from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import { cellsOf, detect, nameThings, thingAspects, wholeAspects } from '../networks/detector.ts'
import type { Value } from '../runtime/index.ts'
import { detections } from './detections.ts'
import { plain } from './detector-classes.ts'
import type { Finding } from './findings.ts'
import type { DetectingNetwork } from './verifier-network.ts'

const pictureOutput = (aspect: string): string => `picture.${aspect}`

export const detectingOutputs: readonly string[] = [
  'heat',
  'reach',
  'certainty',
  ...thingAspects,
  ...wholeAspects.map(pictureOutput),
]

/** Every cell is named, also those where nothing is: what is there is chosen outside. */
export function detectingGraph({ settings }: DetectingNetwork, weights: Weights): LoweredGraph {
  const p = createParameters()
  const pixels = input('pixels', ['pictures', settings.side, settings.side, 3], 'uint8')
  const { centre, reach, places, picture } = detect(p, settings, pixels)
  const logits = nameThings(p, settings, places)
  const names = Object.fromEntries(thingAspects.map((aspect) => [aspect, argmax(logits[aspect])])) as Record<
    string,
    Tensor
  >
  return lower(
    {
      heat: sigmoid(centre),
      reach,
      certainty: exp(neg(crossEntropy(logits.concept, names.concept!))),
      ...names,
      ...Object.fromEntries(wholeAspects.map((aspect) => [pictureOutput(aspect), argmax(picture[aspect])])),
    },
    weights,
  )
}

export const readDetections =
  ({ settings, classes }: DetectingNetwork) =>
  (outputs: Readonly<Record<string, Value>>): Finding[] => {
    const cells = cellsOf(settings)
    const floats = (name: string): Float32Array => outputs[name]!.data as Float32Array
    const places = (name: string): Int32Array => outputs[name]!.data as Int32Array
    return Array.from({ length: outputs.heat!.shape[0]! }, (_, row): Finding => {
      const from = row * cells * cells
      const own = (values: Float32Array, each = 1): Float32Array =>
        values.subarray(from * each, (from + cells * cells) * each)
      const of = (aspect: (typeof thingAspects)[number], cell: number): string | null => {
        const name = classes.things[aspect][places(aspect)[from + cell]!]!
        return name === plain ? null : name
      }
      const whole = (aspect: (typeof wholeAspects)[number]): string =>
        classes.picture[aspect][places(pictureOutput(aspect))[row]!]!
      const broken = whole('sound') === 'broken'
      const things = broken
        ? []
        : detections({
            cells,
            heat: own(floats('heat')),
            reach: own(floats('reach'), 4),
            certainty: own(floats('certainty')),
            name: (cell) => ({
              concept: of('concept', cell)!,
              colour: of('colour', cell) as Colour | null,
              material: of('material', cell) as Material | null,
              presentation: of('presentation', cell) as Presentation | null,
              tone: of('tone', cell) as Tone | null,
            }),
          })
      return {
        things,
        broken,
        style: whole('style') as NonNullable<Finding['style']>,
        filter: whole('filter') as NonNullable<Finding['filter']>,
        background: whole('background') as NonNullable<Finding['background']>,
      }
    })
  }
