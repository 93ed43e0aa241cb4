/** Plain colours, pale enough that nothing drawn on them is lost. */
import type { Background } from '../scene.ts'
import type { Rgb } from './paint.ts'

export const plain: Partial<Record<Background, Rgb>> = {
  white: [255, 255, 255],
  'plain-pink': [255, 208, 224],
  'plain-blue': [190, 220, 255],
  'plain-green': [200, 238, 196],
  'plain-yellow': [255, 242, 178],
  'plain-grey': [208, 210, 214],
  'plain-purple': [224, 206, 248],
  'plain-orange': [255, 220, 178],
}
