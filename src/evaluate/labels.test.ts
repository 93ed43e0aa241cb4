import { describe, expect, it } from 'vitest'
import { createPixels } from '../image/pixels.ts'
import type { Finding } from './findings.ts'
import { labelSheet } from './label-sheet.ts'
import { agreement, agreementText, type Label, readLabels } from './labels.ts'
import { drawBox, letterWidth, writeText } from './pixel-font.ts'

const label = (verdict: boolean, right: boolean | null, kind = 'single'): Label => ({
  ...{ number: 1, sheet: 's', prompt: 'p', kind, verdict, broken: false, reason: '', right },
})

describe('agreement', () => {
  const labels = [
    label(true, true),
    label(true, true),
    label(true, false),
    label(false, false, 'count'),
    label(false, null),
  ]

  it('is told of those that are filled in, by what the eye says and by kind', () => {
    const found = agreement(labels)
    expect(found.count).toBe(4)
    expect(found.agree).toMatchObject({ value: 0.75, count: 4 })
    expect(found.rightFound).toMatchObject({ value: 1, count: 2 })
    expect(found.wrongFound).toMatchObject({ value: 0.5, count: 2 })
    expect(found.believed).toMatchObject({ value: 2 / 3, count: 3 })
    expect(found.kinds.count).toMatchObject({ value: 1, count: 1 })
    expect(agreementText(found)).toMatch(/agree on 75\.0 %/)
  })

  it('without a label says so', () => {
    expect(agreementText(agreement([label(true, null)]))).toMatch(/0 pictures labelled; .* - \(none\)/)
  })
})

describe('a file of labels', () => {
  const line = (over: object) => JSON.stringify({ ...label(true, null), ...over })

  it('comes back as it was written, filled in or not', () => {
    const text = `${line({ right: true })}\n${line({})}\n\n${line({ right: false })}\n`
    expect(readLabels(text, 'p').map(({ right }) => right)).toEqual([true, null, false])
    expect(readLabels(line({ right: undefined }), 'p')[0]!.right).toBeNull()
  })

  it.each([
    ['{', /line 2: it is not JSON/],
    ['{}', /line 2: it is no label/],
    [line({ right: 'yes' }), /line 2: right must be/],
  ])('is refused with %s', (second, said) => {
    const refused = expect.objectContaining({ code: 'file-unreadable', message: expect.stringMatching(said) })
    expect(() => readLabels(`${line({})}\n${second}\n`, 'p')).toThrow(refused)
  })
})

describe('a sheet', () => {
  const finding: Finding = {
    things: [
      {
        ...{ concept: 'cat', colour: 'red', material: null, presentation: null, tone: null, confidence: 0.9 },
        box: { left: 0.25, top: 0.25, width: 0.5, height: 0.5 },
      },
    ],
    ...{ broken: false, style: 'flat', filter: 'none', background: 'white' },
  }
  const picture = createPixels(64, 64, [255, 255, 255])
  const dark = (data: Uint8Array) => data.filter((value, i) => i % 3 === 1 && value < 100).length

  it('shows pictures with what was found in them', () => {
    const one = { number: 7, prompt: 'a red cat', picture, finding }
    const sheet = labelSheet([one, one, one], 0.3)
    expect(sheet.data.length).toBe(sheet.width * sheet.height * 3)
    const none = labelSheet([one, one, one], 0.95)
    // Three boxes of 96 pixels a side, and their names.
    expect(dark(sheet.data) - dark(none.data)).toBeGreaterThan(3 * 4 * 90)
  })

  it('has letters that differ from each other', () => {
    const drawn = (text: string) => {
      const canvas = createPixels(letterWidth, 5)
      writeText(canvas, text, 0, 0, [0, 0, 0])
      return canvas.data.join()
    }
    const letters = [..."abcdefghijklmnopqrstuvwxyz0123456789-.,:/%()?!'<>=+#"]
    const shapes = new Set(letters.map(drawn))
    // O and 0 may look alike, and so may few others.
    expect(shapes.size).toBeGreaterThan(letters.length - 3)
    expect(drawn('É')).toBe(drawn('e'))
  })

  it('draws nothing outside of itself', () => {
    const canvas = createPixels(8, 8)
    drawBox(canvas, { left: -3, top: 5, width: 40, height: 40 }, [0, 0, 0])
    writeText(canvas, 'far too long', -2, -2, [0, 0, 0], 3)
    expect(canvas.data).toHaveLength(8 * 8 * 3)
  })
})
