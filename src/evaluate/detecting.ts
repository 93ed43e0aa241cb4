/** The detector at work: its two graphs, and how what one says becomes what the other is asked. */
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
  reshape,
  sigmoid,
} from '../graph/index.ts'
import type { Weights } from '../models/weights.ts'
import { cellsOf, findThings, nameThings, type ThingAspect, thingAspects, wholeAspects } from '../networks/detector.ts'
import type { Engine, Session, Value } from '../runtime/index.ts'
import { type Candidate, candidates, distinct, type Named } from './detections.ts'
import { plain } from './detector-classes.ts'
import type { Finding } from './findings.ts'
import type { DetectingNetwork } from './verifier-network.ts'

type Settings = Pick<DetectingNetwork, 'settings'>

/** `pixels` uint8 [pictures, side, side, 3] to `heat`, `reach` and the classes of the whole, int32 [pictures]. */
export function findingGraph({ settings }: Settings, weights: Weights): LoweredGraph {
  const { side } = settings
  const pixels = input('pixels', ['pictures', side, side, 3], 'uint8')
  const { centre, reach, picture } = findThings(createParameters(), settings, pixels)
  const whole = wholeAspects.map((aspect) => [aspect, argmax(picture[aspect])] as const)
  return lower({ heat: sigmoid(centre), reach, ...Object.fromEntries(whole) }, weights)
}

/** A picture for each thing, `pixels`, and its box, `boxes` [things, 4], to the thing's classes and `certainty` [things]. */
export function thingGraph({ settings }: Settings, weights: Weights): LoweredGraph {
  const { side } = settings
  const pixels = input('pixels', ['things', side, side, 3], 'uint8')
  const boxes = reshape(input('boxes', ['things', 4]), ['things', 1, 4])
  const logits = nameThings(createParameters(), settings, pixels, boxes)
  const classes = thingAspects.map((aspect) => [aspect, argmax(logits[aspect])] as const)
  const concept = classes.find(([aspect]) => aspect === 'concept')![1]
  const certainty = exp(neg(crossEntropy(logits.concept, concept)))
  return lower({ certainty, ...Object.fromEntries(classes) }, weights)
}

/** Things that are named in one run. */
const thingsAtOnce = 64

type Outputs = Readonly<Record<string, Value>>

/** Pictures of side x side to what is found in them, as many as are given at once. */
export async function openDetector(engine: Engine, network: DetectingNetwork, weights: Weights) {
  const finder = await engine.load(findingGraph(network, weights), { keepWeights: true })
  const namer = await engine.load(thingGraph(network, weights), { keepWeights: true })
  const { settings } = network
  return {
    async look(pictures: readonly Uint8Array[]): Promise<Finding[]> {
      const found = await finder.run({ pixels: stacked(pictures, settings.side) }, { fetch: [...finderOutputs] })
      const wholes = pictures.map((_, row) => wholeOf(network, found, row))
      const asked = pictures.flatMap((picture, row) =>
        wholes[row]!.broken ? [] : candidatesOf(network, found, row).map((candidate) => ({ row, picture, candidate })),
      )
      const named = await nameAll(network, namer, asked)
      return wholes.map((whole, row) => {
        const own = asked.flatMap((one, k) => (one.row === row ? [[one.candidate, named[k]!] as const] : []))
        return { ...whole, things: distinct(own) }
      })
    },
    async dispose() {
      await finder.dispose()
      await namer.dispose()
    },
  }
}

const finderOutputs = ['heat', 'reach', ...wholeAspects]

function stacked(pictures: readonly Uint8Array[], side: number): Value {
  const size = side * side * 3
  const data = new Uint8Array(pictures.length * size)
  for (const [i, picture] of pictures.entries()) data.set(picture, i * size)
  return { type: 'uint8', shape: [pictures.length, side, side, 3], data }
}

function candidatesOf({ settings }: DetectingNetwork, { heat, reach }: Outputs, row: number): Candidate[] {
  const cells = cellsOf(settings)
  const own = ({ data }: Value, each: number) =>
    (data as Float32Array).subarray(row * cells * cells * each, (row + 1) * cells * cells * each)
  return candidates({ cells, heat: own(heat!, 1), reach: own(reach!, 4) })
}

function wholeOf({ classes }: DetectingNetwork, outputs: Outputs, row: number): Omit<Finding, 'things'> {
  const of = (aspect: (typeof wholeAspects)[number]): string =>
    classes.picture[aspect][(outputs[aspect]!.data as Int32Array)[row]!]!
  return {
    broken: of('sound') === 'broken',
    style: of('style') as NonNullable<Finding['style']>,
    filter: of('filter') as NonNullable<Finding['filter']>,
    background: of('background') as NonNullable<Finding['background']>,
  }
}

async function nameAll(
  { settings, classes }: DetectingNetwork,
  namer: Session,
  asked: readonly { readonly picture: Uint8Array; readonly candidate: Candidate }[],
): Promise<Named[]> {
  const named: Named[] = []
  for (let at = 0; at < asked.length; at += thingsAtOnce) {
    const now = asked.slice(at, at + thingsAtOnce)
    const pixels = stacked(
      now.map(({ picture }) => picture),
      settings.side,
    )
    const edges = now.flatMap(({ candidate: { box } }) => [
      box.left,
      box.top,
      box.left + box.width,
      box.top + box.height,
    ])
    const boxes: Value = { type: 'float32', shape: [now.length, 4], data: Float32Array.from(edges) }
    const outputs = await namer.run({ pixels, boxes }, { fetch: ['certainty', ...thingAspects] })
    for (const k of now.keys()) {
      const of = (aspect: ThingAspect): string | null => {
        const name = classes.things[aspect][(outputs[aspect]!.data as Int32Array)[k]!]!
        return name === plain ? null : name
      }
      named.push({
        concept: of('concept')!,
        colour: of('colour') as Colour | null,
        material: of('material') as Material | null,
        presentation: of('presentation') as Presentation | null,
        tone: of('tone') as Tone | null,
        certainty: (outputs.certainty!.data as Float32Array)[k]!,
      })
    }
  }
  return named
}
