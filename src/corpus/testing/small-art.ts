/** A small art pack of our own shapes, in the format of the real one: tests need nothing from outside. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { setOfStyle } from '../art.ts'
import { type SampleSettings, tinySample } from '../sample.ts'
import type { Style } from '../scene.ts'

/** Each in a square of 100; `{o}` is where an outline goes. */
const shapes: Record<string, string> = {
  cat: `<path d="M20 90 V45 L15 12 L38 28 H62 L85 12 L80 45 V90 Z" fill="#f2a03d"{o}/><circle cx="38" cy="48" r="6" fill="#111"/><circle cx="62" cy="48" r="6" fill="#111"/>`,
  elephant: `<ellipse cx="56" cy="48" rx="38" ry="28" fill="#9aa3ab"{o}/><path d="M24 40 Q8 50 10 88 H20 Q20 62 34 58 Z M36 66 h12 v26 h-12 Z M66 66 h12 v26 h-12 Z" fill="#9aa3ab"{o}/><circle cx="32" cy="40" r="4" fill="#111"/>`,
  kangaroo: `<path d="M60 8 L68 26 Q82 60 70 88 H42 L52 80 Q36 84 8 90 Q40 74 46 52 Q46 34 56 26 Z" fill="#b5763a"{o}/><circle cx="61" cy="22" r="3" fill="#111"/>`,
  'red-apple': `<circle cx="50" cy="58" r="36" fill="#e03131"{o}/><path d="M50 24 Q58 4 74 10 Q70 26 50 24" fill="#3d9a3d"/>`,
  automobile: `<path d="M5 72 V52 L22 48 L34 28 H66 L80 48 L95 54 V72 Z" fill="#d63a3a"{o}/><circle cx="26" cy="74" r="12" fill="#222"/><circle cx="74" cy="74" r="12" fill="#222"/>`,
  star: `<path d="M50 5 L62 38 H97 L69 59 L79 93 L50 72 L21 93 L31 59 L3 38 H38 Z" fill="#ffd23f"{o}/>`,
  fish: `<path d="M5 50 Q35 15 70 48 L94 26 V74 L70 52 Q35 85 5 50 Z" fill="#3d8fe0"{o}/><circle cx="24" cy="46" r="5" fill="#111"/>`,
  ship: `<path d="M4 62 H96 L84 90 H18 Z" fill="#3b5998"{o}/><path d="M30 40 H70 V62 H30 Z M44 18 h12 v22 h-12 Z" fill="#e8e8ec"{o}/>`,
}

export const smallConcepts: readonly string[] = Object.keys(shapes)
export const smallStyles: readonly Style[] = ['flat', 'cartoon']

/** Settings that the small art pack can draw. */
export const smallSample: SampleSettings = {
  ...tinySample,
  concepts: smallConcepts,
  styles: smallStyles,
  backgrounds: ['white', 'plain-blue', 'field'],
  wander: true,
  mix: { ...tinySample.mix, plain: 40, colour: 20, material: 15, both: 0, size: 5, count: 10, relation: 10 },
}

/** Writes the pack into a folder: `index.jsonl` and 96-pixel WebP pictures, flat without and cartoon with an outline. */
export async function drawSmallArt(folder: string): Promise<void> {
  const rows: string[] = []
  for (const style of smallStyles) {
    const set = setOfStyle[style]
    await mkdir(join(folder, set), { recursive: true })
    for (const [concept, shape] of Object.entries(shapes)) {
      const outline = style === 'cartoon' ? ' stroke="#222" stroke-width="3"' : ''
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="96" height="96">${shape.replaceAll('{o}', outline)}</svg>`
      const file = `${set}/${concept}.webp`
      await writeFile(join(folder, file), await sharp(Buffer.from(svg)).webp({ quality: 90 }).toBuffer())
      rows.push(JSON.stringify({ id: `${set}/${concept}`, set, file, concept, tone: null }))
    }
  }
  await writeFile(join(folder, 'index.jsonl'), `${rows.join('\n')}\n`)
}
