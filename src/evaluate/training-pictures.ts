/** The pictures that a model was trained on, or as many of them as comparing needs. */
import { scenesInfo } from '../corpus/format.ts'
import type { Corpus } from '../corpus/read.ts'
import type { SampleSettings } from '../corpus/sample.ts'
import { makeScene } from '../corpus/shard.ts'
import type { Art } from '../corpus/sprite.ts'

export type TrainingPictures = Pick<Corpus, 'side' | 'count' | 'record' | 'pixels'>

/** The first scenes of a corpus on disk. */
export const firstOf = (corpus: Corpus, most: number): TrainingPictures => ({
  side: corpus.side,
  count: Math.min(most, corpus.count),
  record: corpus.record,
  pixels: corpus.pixels,
})

/** The first scenes of a corpus that is not at hand, made again from its seed: they are the very same. */
export function drawnAgain(
  art: Art,
  settings: { readonly side: number; readonly count: number; readonly seed: number; readonly sample: SampleSettings },
): TrainingPictures {
  const info = scenesInfo({ ...settings, artSha256: art.sha256 })
  // A scene is made whole; comparing asks for every one once, in order, first its record and then its pixels.
  let last: { index: number; scene: ReturnType<typeof makeScene> } | undefined
  const scene = (index: number) => {
    if (last?.index !== index) last = { index, scene: makeScene(info, art, index) }
    return last.scene
  }
  return {
    side: settings.side,
    count: settings.count,
    record: (index) => scene(index).record,
    pixels: (index) => scene(index).pixels,
  }
}
