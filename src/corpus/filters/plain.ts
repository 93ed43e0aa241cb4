/** Two filters that need no neighbours. */
import type { Picture } from './planes.ts'

/** Greys with a little more contrast, as a photograph has. */
export function blackAndWhite({ rgb }: Picture): void {
  for (let at = 0; at < rgb.length; at += 3) {
    const luma = (0.299 * rgb[at]! + 0.587 * rgb[at + 1]! + 0.114 * rgb[at + 2]!) / 255
    const curved = luma * luma * (3 - 2 * luma)
    const grey = 255 * (0.45 * luma + 0.55 * curved) + 0.5
    rgb[at] = grey
    rgb[at + 1] = grey
    rgb[at + 2] = grey
  }
}

/** Things as black shapes before a background that is made light enough to tell them. */
export function silhouette({ rgb, cover }: Picture): void {
  for (let i = 0, at = 0; at < rgb.length; i++, at += 3) {
    // Glass is solid here.
    const dark = cover ? Math.min(1, cover[i]! / 150) : 0
    const light = 1 - dark
    rgb[at] = (255 - 0.55 * (255 - rgb[at]!)) * light + 14 * dark
    rgb[at + 1] = (255 - 0.55 * (255 - rgb[at + 1]!)) * light + 13 * dark
    rgb[at + 2] = (255 - 0.55 * (255 - rgb[at + 2]!)) * light + 18 * dark
  }
}
