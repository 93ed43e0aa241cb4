/** Our own drawings: each file is sound, draws something that fills its square, and brings nothing from outside. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { isDrawn } from './concepts.ts'
import { styles } from './scene.ts'

const folder = join(import.meta.dirname, 'drawings')
const names = [
  'baseball-bat',
  'baseball-glove',
  'bench',
  'dining-table',
  'fire-hydrant',
  'hair-drier',
  'microwave',
  'oven',
  'parking-meter',
  'refrigerator',
  'sink',
  'toaster',
  'tv-remote',
]

const side = 192
const shapes = new Set(['path', 'rect', 'circle', 'ellipse'])

/** Elements and attributes of an SVG; throws Error for text that is not well-formed in the little XML that drawings use. */
function parse(text: string): { name: string; attributes: Map<string, string> }[] {
  const elements: { name: string; attributes: Map<string, string> }[] = []
  const open: string[] = []
  let rest = text.trim()
  while (rest !== '') {
    const tag = /^<(\/?)([a-z]+)((?:\s+[A-Za-z-]+="[^"<&]*")*)\s*(\/?)>\s*/.exec(rest)
    if (tag === null) throw new Error(`not a tag: ${rest.slice(0, 40)}`)
    rest = rest.slice(tag[0].length)
    const [, closing, name, list, empty] = tag
    if (closing === '/') {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`)
    } else {
      if (elements.length > 0 && open.length === 0) throw new Error(`<${name}> stands outside`)
      const attributes = [...list!.matchAll(/([A-Za-z-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!] as const)
      if (new Set(attributes.map(([key]) => key)).size < attributes.length)
        throw new Error(`<${name}> says a thing twice`)
      elements.push({ name: name!, attributes: new Map(attributes) })
      if (empty === '') open.push(name!)
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`)
  return elements
}

describe('the parser of this test', () => {
  it('refuses what is not well-formed', () => {
    for (const text of ['<svg>', '<svg></g>', '<svg a="1" a="2"/>', '<svg a=1/>', '<svg/><svg/>', '<svg>text</svg>']) {
      expect(() => parse(text), text).toThrow()
    }
  })
})

describe('our own drawings', () => {
  it('are the thirteen that the art lacks, flat alone', () => {
    expect(readdirSync(folder).sort()).toEqual(names.map((name) => `${name}.svg`))
    for (const name of names) expect(styles.filter((style) => isDrawn(name, style))).toEqual(['flat'])
  })

  it.each(names)('%s is a plain SVG of a few shapes', (name) => {
    const [root, ...elements] = parse(readFileSync(join(folder, `${name}.svg`), 'utf8'))
    expect(root?.name).toBe('svg')
    expect(Object.fromEntries(root!.attributes)).toEqual({
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${side} ${side}`,
    })
    const drawn = elements.filter((element) => element.name !== 'g')
    expect(drawn.every((element) => shapes.has(element.name))).toBe(true)
    expect(drawn.length).toBeGreaterThanOrEqual(15)
    expect(drawn.length).toBeLessThanOrEqual(60)
    // Nothing but shapes and colours: no script, no style sheet, no picture or address from outside.
    const known = /^(x|y|r|rx|ry|cx|cy|width|height|d|fill|stroke|opacity|transform|stroke-(width|linecap|dasharray))$/
    for (const { attributes } of elements) {
      for (const [key, value] of attributes) {
        expect(key).toMatch(known)
        expect(value).not.toMatch(/:|url|&/)
        if (key === 'fill' || key === 'stroke') expect(value).toMatch(/^(none|#[0-9a-f]{3}|#[0-9a-f]{6})$/)
      }
    }
  })

  it.each(names)('%s fills its square, whole and by itself', async (name) => {
    const { data, info } = await sharp(join(folder, `${name}.svg`))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([side, side])
    const alpha = (x: number, y: number) => data[(y * side + x) * 4 + 3]!
    const colours = new Set<number>()
    let [left, right, top, bottom, area] = [side, -1, side, -1, 0]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        if (alpha(x, y) < 8) continue
        left = Math.min(left, x)
        right = Math.max(right, x)
        top = Math.min(top, y)
        bottom = y
        area++
        if (alpha(x, y) === 255) colours.add(data.readUIntBE((y * side + x) * 4, 3))
      }
    }
    const longer = Math.max(right - left, bottom - top) + 1
    expect(longer).toBeGreaterThanOrEqual(176)
    expect(longer).toBeLessThanOrEqual(188)
    // Nothing is cut off at the edge, and the thing stands in the middle.
    expect(Math.min(left, top, side - 1 - right, side - 1 - bottom)).toBeGreaterThanOrEqual(3)
    expect(Math.abs(left + right - (side - 1))).toBeLessThanOrEqual(20)
    expect(Math.abs(top + bottom - (side - 1))).toBeLessThanOrEqual(30)
    for (const [x, y] of [
      [0, 0],
      [side - 1, 0],
      [0, side - 1],
      [side - 1, side - 1],
    ] as const)
      expect(alpha(x, y)).toBe(0)
    // Something to see, shaded: several colours, and more than a line.
    expect(colours.size).toBeGreaterThan(6)
    expect(area / side ** 2).toBeGreaterThan(0.12)
  })
})
