/** Backgrounds: plain pale colours, and places painted by shapes. */
import * as built from './backgrounds/built.ts'
import {
  beach,
  desert,
  field,
  forest,
  night,
  type Place,
  room,
  sea,
  sky,
  snow,
  space,
  sunset,
} from './backgrounds/outdoors.ts'
import { plain } from './backgrounds/plain.ts'
import * as seasons from './backgrounds/seasons.ts'
import * as wild from './backgrounds/wild.ts'
import type { Random } from './random.ts'
import type { Background } from './scene.ts'

export { horizons } from './backgrounds/horizons.ts'

const places: Partial<Record<Background, Place>> = {
  sky,
  field,
  sea,
  beach,
  snow,
  night,
  space,
  desert,
  forest,
  room,
  sunset,
  ...built,
  ...seasons,
  ...wild,
}

/** `side` x `side` RGB. Nothing at all (`transparent`) is white here: the caller keeps the alpha. */
export function drawBackground(background: Background, side: number, source: Random): Uint8Array {
  const rgb = new Uint8Array(side * side * 3)
  const place = places[background]
  if (place) {
    place({ side, rgb }, source)
    return rgb
  }
  const flat = plain[background] ?? plain.white!
  if (flat.every((value) => value === 255)) return rgb.fill(255)
  // A plain ground varies a little, white does not.
  const shift = source.between(-8, 4)
  rgb.set(flat.map((value) => Math.max(0, Math.min(255, value + shift + 0.5))))
  for (let filled = 3; filled < rgb.length; filled *= 2) rgb.copyWithin(filled, 0, filled)
  return rgb
}
