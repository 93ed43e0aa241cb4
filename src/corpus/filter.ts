/** What is done to a finished picture, whatever its drawing style. */
import { mosaic, pixelArt } from './filters/blocks.ts'
import { blueprint, neon, pencil } from './filters/lines.ts'
import { oil } from './filters/oil.ts'
import { blackAndWhite, silhouette } from './filters/plain.ts'
import type { Picture } from './filters/planes.ts'
import { watercolour } from './filters/watercolour.ts'
import type { Random } from './random.ts'
import type { Filter } from './scene.ts'

const filterOf: Record<Filter, (picture: Picture, source: Random) => void> = {
  watercolour,
  oil,
  pencil,
  'pixel-art': pixelArt,
  mosaic,
  blueprint,
  neon,
  'black-and-white': blackAndWhite,
  silhouette,
}

/** True where the filter must know which pixels are things. */
export const usesCover = (filter: Filter | null): boolean => filter === 'silhouette' || filter === 'neon'

/** Changes the picture in place. `picture.cover` may change with it: squares are either clear or not. */
export const applyFilter = (filter: Filter, picture: Picture, source: Random): void => filterOf[filter](picture, source)
