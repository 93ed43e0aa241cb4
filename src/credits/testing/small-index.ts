/** Fifteen drawings that need nothing from outside: a small pack of shapes and the project's own drawings. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readArt } from '../../corpus/art.ts'
import { render } from '../../corpus/compose.ts'
import type { Background, Colour, Scene, Thing } from '../../corpus/scene.ts'
import type { Art } from '../../corpus/sprite.ts'
import { drawSmallArt, smallConcepts } from '../../corpus/testing/small-art.ts'
import type { Pixels } from '../../image/pixels.ts'
import type { DrawingIndex, DrawingLooks } from '../drawing-index.ts'
import { readyIndex } from '../drawing-index.ts'
import { makeIndex } from '../make-index.ts'

export const ownConcepts = ['bench', 'fire-hydrant', 'hair-drier', 'microwave', 'parking-meter', 'sink', 'tv-remote']

export type SmallIndex = {
  readonly folder: string
  readonly looks: DrawingLooks
  readonly index: DrawingIndex
  readonly art: Art
  /** A scene of one thing of normal size, drawn at `side`, where it comes to stand by `seed`. */
  draw(concept: string, change?: Change): Pixels
}

export type Change = {
  readonly seed?: number
  readonly side?: number
  readonly background?: Background
  readonly colour?: Colour | null
}

/** Makes the pack in a new folder, which the caller removes. */
export async function smallIndex(): Promise<SmallIndex> {
  const folder = mkdtempSync(join(tmpdir(), 'neuf-credits-'))
  await drawSmallArt(folder)
  const settings = { folder, concepts: [...smallConcepts, ...ownConcepts], styles: ['flat'] as const }
  const looks = await makeIndex(settings)
  const art = await readArt({ ...settings, side: 128 })
  return {
    folder,
    looks,
    index: readyIndex(looks),
    art,
    draw(concept, { seed = 1, side = 64, background = 'white', colour = null } = {}) {
      const plain = { presentation: null, tone: null, material: null, size: 'normal', count: 1 } as const
      const thing: Thing = { concept, colour, ...plain }
      const scene: Scene = { things: [thing], relations: [], background, style: 'flat', filter: null }
      return render(scene, seed, art, side)
    },
  }
}
