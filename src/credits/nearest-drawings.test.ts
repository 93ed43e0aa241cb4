import { rmSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backgrounds } from '../corpus/scene.ts'
import { smallConcepts } from '../corpus/testing/small-art.ts'
import { createPixels, flipHorizontally, type Pixels, wrapPixels } from '../image/pixels.ts'
import { resize } from '../image/resize.ts'
import { decodeIndex, encodeIndex, readyIndex } from './drawing-index.ts'
import { otherColours } from './look.ts'
import { looksOf } from './make-index.ts'
import { alikeDistance, nearCopies, nearCopyDistance, nearnessOf } from './near-copies.ts'
import { nearestDrawings } from './nearest-drawings.ts'
import { ownConcepts, type SmallIndex, smallIndex } from './testing/small-index.ts'

let small: SmallIndex
beforeAll(async () => {
  small = await smallIndex()
})
afterAll(() => rmSync(small.folder, { recursive: true }))

const concepts = [...smallConcepts, ...ownConcepts]
const nearest = (picture: Pixels, count = 3) =>
  nearestDrawings(picture, small.index, count).map((near) => ({
    ...near,
    name: small.index.drawings[near.drawing]!.name,
  }))

/** The drawing itself, as the art has it. */
const sprite = (concept: string): Pixels => {
  const { width, height, rgba } = small.art.sprites.get(
    [...small.art.sprites.keys()].find((key) => small.art.sprites.get(key)!.concept === concept)!,
  )!
  return wrapPixels(width, height, 4, new Uint8Array(rgba))
}

describe('the nearest drawing', () => {
  it('is the drawing itself, at no distance', () => {
    for (const concept of concepts) {
      const [first, second] = nearest(sprite(concept))
      expect(first?.name, concept).toBe(concept)
      // Made smaller by the art, and the elephant's own look is a symmetrical one: it may be as near mirrored.
      expect(first!.distance, concept).toBeLessThan(0.06)
      expect(second!.distance, concept).toBeGreaterThan(first!.distance + 0.05)
    }
  })

  it('is found mirrored, and said to be', () => {
    for (const concept of ['kangaroo', 'fish', 'hair-drier', 'automobile']) {
      const [first] = nearest(flipHorizontally(sprite(concept)))
      expect([first?.name, first?.mirrored], concept).toEqual([concept, true])
      expect(first!.distance).toBeLessThan(0.06)
      expect(nearest(sprite(concept))[0]?.mirrored).toBe(false)
    }
  })

  it('is found wherever it stands, at any size, on white, on a colour and in most places', () => {
    for (const [seed, concept] of concepts.entries()) {
      const settings = { seed, background: seed % 2 ? 'white' : 'plain-blue', side: seed % 3 ? 64 : 128 } as const
      const [first] = nearest(small.draw(concept, settings))
      expect([first?.name, nearnessOf(first!.distance)], concept).toEqual([concept, 'near copy'])
    }
    const places = backgrounds.filter((one) => !one.startsWith('plain-') && one !== 'white' && one !== 'transparent')
    let right = 0
    let all = 0
    for (const [seed, background] of places.entries()) {
      for (const concept of ['fire-hydrant', 'kangaroo', 'tv-remote']) {
        const [first] = nearest(small.draw(concept, { seed, background, side: 64 }))
        all++
        if (first?.name === concept && first.distance <= alikeDistance) right++
      }
    }
    expect(right / all).toBeGreaterThan(0.7)
  })

  it('is found in another colour, and said to be', () => {
    for (const concept of ['fire-hydrant', 'kangaroo', 'ship', 'hair-drier']) {
      for (const colour of ['red', 'green', 'black', 'grey'] as const) {
        const [first] = nearest(small.draw(concept, { colour, side: 128 }))
        expect(first?.name, `${concept} ${colour}`).toBe(concept)
        expect(first!.distance, `${concept} ${colour}`).toBeLessThan(alikeDistance)
      }
    }
    const [blue] = nearest(small.draw('fire-hydrant', { colour: 'blue', side: 128 }))
    const [asDrawn] = nearest(small.draw('fire-hydrant', { side: 128 }))
    expect(blue!.colour).toBeGreaterThan(otherColours)
    expect(asDrawn!.colour).toBeLessThan(otherColours / 2)
  })

  it('is found for each of two things', () => {
    const picture = createPixels(200, 100)
    for (const [concept, left] of [
      ['bench', 4],
      ['star', 110],
    ] as const) {
      const { width, height, data } = resize(
        sprite(concept),
        84,
        Math.round((84 * sprite(concept).height) / sprite(concept).width),
      )
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (data[(y * width + x) * 4 + 3]! < 128) continue
          picture.data.set(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 3), ((y + 5) * 200 + left + x) * 3)
        }
      }
    }
    expect(
      nearest(picture, 2)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['bench', 'star'])
  })

  it('is far from what no drawing is like', () => {
    const lines = createPixels(96, 96)
    for (let i = 8; i < 88; i++) {
      for (const [x, y] of [
        [i, 8],
        [i, 87],
        [8, i],
        [i, 95 - i],
      ] as const)
        lines.data.set([20, 90, 40], (y * 96 + x) * 3)
    }
    expect(nearest(lines)[0]!.distance).toBeGreaterThan(nearCopyDistance)
  })

  it('is none on a bare ground, and none in an empty index', () => {
    expect(nearest(createPixels(64, 64, [190, 220, 255]))).toEqual([])
    expect(nearestDrawings(sprite('star'), { drawings: [], looks: [] }, 3)).toEqual([])
  })

  it('comes out the same from the index as a file', () => {
    const read = readyIndex(decodeIndex(encodeIndex(small.looks)))
    for (const concept of concepts) {
      const [first] = nearestDrawings(small.draw(concept), read, 1)
      expect(read.drawings[first!.drawing]!.name).toBe(concept)
      expect(nearnessOf(first!.distance)).toBe('near copy')
    }
  })
})

describe('a pale drawing', () => {
  it('has a second look, as it shows on white', () => {
    // White but for a dark square in the middle.
    const data = new Uint8Array(64 * 64 * 4)
    for (let pixel = 0; pixel < 64 * 64; pixel++) {
      const dark = Math.abs((pixel % 64) - 32) < 12 && Math.abs((pixel >> 6) - 32) < 12
      const shown = Math.abs((pixel % 64) - 32) < 30 && Math.abs((pixel >> 6) - 32) < 24
      if (shown) data.set(dark ? [30, 30, 30, 255] : [255, 255, 255, 255], pixel * 4)
    }
    expect(looksOf(wrapPixels(64, 64, 4, data))).toHaveLength(2)
    expect(looksOf(sprite('star'))).toHaveLength(1)
    expect(looksOf(wrapPixels(8, 8, 4, new Uint8Array(256)))).toEqual([])
  })
})

describe('near copies', () => {
  it('are counted', () => {
    const pictures = [sprite('star'), small.draw('bench'), createPixels(32, 32)]
    const found = nearCopies(pictures, small.index)
    expect(found).toMatchObject({ count: 3, copies: 2, share: 2 / 3 })
    expect(found.distances[2]).toBeNull()
    expect(nearCopies(pictures, small.index, -1).copies).toBe(0)
    expect(nearCopies([], small.index)).toMatchObject({ count: 0, copies: 0, share: Number.NaN })
    // Without the own drawing no picture is a copy of another.
    const drawing = small.index.drawings.findIndex(({ name }) => name === 'bench')
    const rest = { ...small.index, looks: small.index.looks.filter((look) => look.drawing !== drawing) }
    expect(nearCopies([small.draw('bench')], rest).copies).toBe(0)
  })

  it('have words', () => {
    expect([0, nearCopyDistance, nearCopyDistance + 0.001, alikeDistance + 0.001].map(nearnessOf)).toEqual([
      'near copy',
      'near copy',
      'alike',
      'far',
    ])
  })
})
