/** True pictures of what a suite asks for: what a verifier is measured on, and the ceiling of what it can say of a model. */
import { drawScene } from '../corpus/compose.ts'
import { sceneSeed } from '../corpus/random.ts'
import type { Scene } from '../corpus/scene.ts'
import type { Art } from '../corpus/sprite.ts'
import type { Requirement } from './requirements.ts'

export type Render = {
  readonly kind: string
  readonly requirement: Requirement
  readonly scene: Scene
  /** RGB, side * side * 3 bytes. */
  readonly pixels: Uint8Array
}

/** What of a suite's prompt a true picture is drawn from. */
export type Renderable = { readonly kind: string; readonly requirement: Requirement; readonly scene: Scene }

export type RenderSettings = {
  readonly seed: number
  readonly side: number
  /** As in the corpus that the judged model learned from. */
  readonly wander: boolean
}

/**
 * Drawn with seeds that no corpus uses. Where things do not wander, a scene looks the same whatever its seed: then some of
 * these are pictures that a verifier may have learned from.
 */
export const drawRenders = (art: Art, asked: readonly Renderable[], { seed, side, wander }: RenderSettings): Render[] =>
  asked.map(({ kind, requirement, scene }, place) => ({
    kind,
    requirement,
    scene,
    // Negative: the seeds of corpora count from 0.
    pixels: drawScene(scene, -1 - sceneSeed(seed, place), art, side, { wander }).pixels.data,
  }))
