/**
 * Measures which distance tells a copy of a drawing from another drawing: `node tools/measure-near-copies.ts MODEL-FOLDER
 * ART-FOLDER [DRAWINGS]`. Drawings that the model was trained on are drawn again, moved, scaled and mirrored, on white, on
 * plain grounds and in places, recoloured and in materials, as they are and through the model's image tokenizer. Each is
 * compared with its own drawing, with drawings of the same thing in other sets, and with all the model's other drawings.
 * (Fluent's flat and 3D drawings are one design, so these two are not compared.) Last line: JSON.
 */
import { picturesFor, readArt, setOfStyle } from '../src/corpus/art.ts'
import { render } from '../src/corpus/compose.ts'
import { entryOf, isDrawn } from '../src/corpus/concepts.ts'
import { random } from '../src/corpus/random.ts'
import {
  type Background,
  backgrounds,
  colours,
  materials,
  type Scene,
  type Style,
  styles,
  type Thing,
} from '../src/corpus/scene.ts'
import { type DrawingIndex, type DrawingName, readyIndex } from '../src/credits/drawing-index.ts'
import { drawingName, makeIndex } from '../src/credits/make-index.ts'
import { alikeDistance, nearCopyDistance } from '../src/credits/near-copies.ts'
import { nearestDrawings } from '../src/credits/nearest-drawings.ts'
import { trainedOn } from '../src/evaluate/trained-on.ts'
import { openFamily } from '../src/families/open.ts'
import type { Pixels } from '../src/image/pixels.ts'
import { openModel } from '../src/models/model-folder.ts'
import { createNodeEngines } from '../src/runtime/node/engines.ts'

const thresholds = [0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
const kinds = ['on white', 'on a plain ground', 'in a place', 'in another colour', 'of a material'] as const
type Kind = (typeof kinds)[number]

type Measured = { readonly own: number; readonly otherSets: number; readonly otherThings: number }

/** Sets that are one design count as one. */
const design = (set: string): string => (set.startsWith('fluent') ? 'fluent' : set)

async function measure(folder: string, artFolder: string, count: number): Promise<void> {
  const opened = await openModel(folder)
  const known = await trainedOn(opened)
  if (known === undefined) throw new Error(`${folder} does not say what it was trained on`)
  const { sample, side } = known
  // People have dozens of drawings each, most of them nearly the same: they are not what this is about.
  const concepts = sample.concepts.filter((concept) => !entryOf(concept).presentations && !entryOf(concept).tones)
  const source = random(1, 'near copies')
  const pairs = Array.from({ length: count }, () => {
    const draw = () => ({ concept: source.pick(concepts), style: source.pick(sample.styles) })
    let one = draw()
    while (!isDrawn(one.concept, one.style)) one = draw()
    return one
  })
  const drawn = [...new Set(pairs.map(({ concept }) => concept))]
  const art = await readArt({ folder: artFolder, concepts: drawn, styles: sample.styles, side })
  const index = readyIndex(await makeIndex({ folder: artFolder, concepts, styles }))
  const key = ({ set, name }: DrawingName) => `${set}/${name}`
  const pictures = await picturesFor({ folder: artFolder, concepts, styles })
  const shown = new Map(pictures.map(({ name, concept }) => [key(drawingName(name)), concept]))
  const conceptOf = (drawing: number) => shown.get(key(index.drawings[drawing]!))
  const learnt = new Set(sample.styles.map((style) => setOfStyle[style]))
  const engines = createNodeEngines()
  const model = await openFamily(opened, ...engines)
  const found = new Map<string, Measured[]>()
  for (const [number, { concept, style }] of pairs.entries()) {
    const set = setOfStyle[style]
    const own = part(index, (at) => conceptOf(at) === concept && index.drawings[at]!.set === set)
    const others = part(index, (at) => conceptOf(at) === concept && design(index.drawings[at]!.set) !== design(set))
    const rest = part(index, (at) => conceptOf(at) !== concept && learnt.has(index.drawings[at]!.set))
    const measureOne = (picture: Pixels): Measured => {
      const nearest = (among: DrawingIndex) => nearestDrawings(picture, among, 1)[0]?.distance ?? 4
      return { own: nearest(own), otherSets: nearest(others), otherThings: nearest(rest) }
    }
    for (const kind of kinds) {
      const picture = render(sceneOf(kind, concept, style, source.pick), number, art, side, { wander: true })
      const [tokens] = await model.encode([picture])
      const [again] = await model.sampler.decode([tokens!])
      const add = (name: string, one: Measured) => found.set(name, [...(found.get(name) ?? []), one])
      add(`${kind}, as drawn`, measureOne(picture))
      add(`${kind}, through the tokenizer`, measureOne(again!))
    }
    process.stderr.write(`\r${number + 1}/${count}`)
  }
  process.stderr.write('\n')
  await Promise.all(engines.map((engine) => engine.dispose()))
  report(found)
}

const part = ({ drawings, looks }: DrawingIndex, only: (drawing: number) => boolean): DrawingIndex => ({
  drawings,
  looks: looks.filter(({ drawing }) => only(drawing)),
})

function sceneOf(kind: Kind, concept: string, style: Style, pick: <T>(from: readonly T[]) => T): Scene {
  const isPlain = (background: Background) => background.startsWith('plain-')
  const places = backgrounds.filter((one) => !isPlain(one) && one !== 'white' && one !== 'transparent')
  const thing: Thing = {
    concept,
    presentation: null,
    tone: null,
    colour: kind === 'in another colour' ? pick(colours.filter((colour) => colour !== 'white')) : null,
    material: kind === 'of a material' ? pick(materials) : null,
    size: 'normal',
    count: 1,
  }
  const ground =
    kind === 'on a plain ground' ? backgrounds.filter(isPlain) : kind === 'in a place' ? places : ['white' as const]
  return { things: [thing], relations: [], background: pick(ground), style, filter: null }
}

function report(found: ReadonlyMap<string, readonly Measured[]>): void {
  const share = (values: readonly number[], most: number) =>
    values.filter((value) => value <= most).length / values.length
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!.toFixed(2)
  console.log('median distance to: the own drawing, drawings of the thing in other sets, drawings of other things;')
  console.log('how often the own one is the nearest of all; share of pictures within a distance, in the same order\n')
  console.log(`${' '.repeat(40)}medians         own first ${thresholds.map((t) => String(t).padEnd(12)).join('')}`)
  const rows: Record<string, unknown> = {}
  for (const [name, all] of found) {
    const [own, sets, things] = [all.map((a) => a.own), all.map((a) => a.otherSets), all.map((a) => a.otherThings)]
    const first = all.filter((one) => one.own <= Math.min(one.otherSets, one.otherThings)).length / all.length
    const shares = thresholds.map((t) => [own, sets, things].map((v) => Math.round(100 * share(v, t))).join('/'))
    const medians = [own, sets, things].map(median).join(' ')
    console.log(
      `${name.padEnd(40)}${medians.padEnd(16)}${`${Math.round(100 * first)} %`.padEnd(10)}${shares.map((s) => s.padEnd(12)).join('')}`,
    )
    const at = (t: number) => ({ own: share(own, t), otherSets: share(sets, t), otherThings: share(things, t) })
    rows[name] = { count: all.length, ownFirst: first, nearCopy: at(nearCopyDistance), alike: at(alikeDistance) }
  }
  console.log(JSON.stringify({ nearCopyDistance, alikeDistance, rows }))
}

const [folder, art, given = '60'] = process.argv.slice(2)
if (folder === undefined || art === undefined || !(Number(given) >= 1)) {
  console.error('node tools/measure-near-copies.ts MODEL-FOLDER ART-FOLDER [DRAWINGS]')
  process.exitCode = 2
} else await measure(folder, art, Number(given))
