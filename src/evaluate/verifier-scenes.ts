/**
 * The scenes that a verifier learns from: of the same things as those of the model that it will judge, but of seeds of
 * their own, with the held-out pairs among them, things standing elsewhere, and in all styles but one.
 */
import { drawScene } from '../corpus/compose.ts'
import { random, sceneSeed } from '../corpus/random.ts'
import { type SampleSettings, sampleAnyScene } from '../corpus/sample.ts'
import type { Style } from '../corpus/scene.ts'
import type { Art } from '../corpus/sprite.ts'
import { showsColours } from './detector-classes.ts'
import type { DrawExample } from './detector-objective.ts'
import type { DrawnExample } from './detector-targets.ts'

/** No scene of this style is learnt from, so that it can be told what a style never met costs. */
export const heldOutStyle: Style = 'icon'

/** One thing alone is soon known; where several are and what each is takes the practice. */
const mixForVerifier: SampleSettings['mix'] = {
  plain: 10,
  colour: 12,
  material: 12,
  both: 5,
  size: 7,
  count: 14,
  relation: 20,
  many: 3,
  countedRelation: 4,
  three: 8,
  people: 10,
}

/** Of the model's corpus. Kinds of scenes that it has none of are left out. */
export function verifierSample(model: SampleSettings): SampleSettings {
  const kinds = Object.keys(model.mix) as (keyof SampleSettings['mix'])[]
  const mix = Object.fromEntries(kinds.map((kind) => [kind, model.mix[kind] > 0 ? mixForVerifier[kind] : 0]))
  const styles = model.styles.filter((style) => style !== heldOutStyle)
  const { part: _, ...rest } = model
  return {
    ...rest,
    styles: styles.length > 0 ? styles : model.styles,
    transparentShare: 0,
    filterShare: model.filters.length > 0 ? 0.2 : 0,
    wander: true,
    mix: mix as SampleSettings['mix'],
    everydayShare: (model.everydayShare ?? 0) / 2,
    allowHeldOut: true,
  }
}

/** Of a model whose things stand still, every other scene is as it would draw it; of one whose things wander, some. */
export const stillEveryFor = ({ wander }: Pick<SampleSettings, 'wander'>): number => (wander ? 5 : 2)

/** Share of the examples that show four scenes in little: more things to learn from for the same work. */
const crowdedShare = 0.5

export type SceneSettings = {
  readonly seed: number
  readonly stillEvery?: number
  readonly crowded?: number
}

/**
 * An example is a function of its index, drawn when it is asked for; every `stillEvery`th has everything in its middle place,
 * and a share shows four scenes in its corners.
 */
export function drawnScenes(
  art: Art,
  sample: SampleSettings,
  side: number,
  { seed, stillEvery = 5, crowded = crowdedShare }: SceneSettings,
): DrawExample {
  const one = (own: number, size: number, wander: boolean): DrawnExample => {
    const scene = sampleAnyScene(own, sample)
    const { pixels, boxes } = drawScene(scene, own, art, size, { wander })
    const coloured = showsColours(scene)
    const things = boxes.map(({ thing, ...box }) => ({ ...box, thing: scene.things[thing]!, coloured }))
    return { scene, pixels: pixels.data, things }
  }
  return (index) => {
    const own = sceneSeed(seed, index)
    if (!random(own, 'crowd').chance(crowded)) return one(own, side, index % stillEvery !== 0)
    return together(
      [0, 1, 2, 3].map((k) => one(sceneSeed(own, k), side / 2, index % stillEvery !== 0)),
      side,
    )
  }
}

/** Four pictures of half the side as one: upper left, upper right, lower left, lower right. */
function together(corners: readonly DrawnExample[], side: number): DrawnExample {
  const pixels = new Uint8Array(side * side * 3)
  const half = side / 2
  const things = corners.flatMap((corner, k) => {
    const [left, top] = [(k % 2) * half, Math.floor(k / 2) * half]
    for (let y = 0; y < half; y++) {
      pixels.set(corner.pixels.subarray(y * half * 3, (y + 1) * half * 3), ((top + y) * side + left) * 3)
    }
    return corner.things.map((thing) => ({ ...thing, left: thing.left + left, top: thing.top + top }))
  })
  return { pixels, things, scene: null }
}
