import { describe, expect, it } from 'vitest'
import type { Pixels } from '../image/pixels.ts'
import {
  type ClassifiedPicture,
  judgePicture,
  type PictureProbabilities,
  pictureCategories,
  type Thresholds,
} from './picture-classifier.ts'
import type { Level } from './policy.ts'

const thresholds = Object.fromEntries(pictureCategories.map((one) => [one, 0.5])) as Thresholds
const judge = (seen: PictureProbabilities, level: Level, prompt: 'allowed' | 'blurred' | 'refused' = 'allowed') =>
  judgePicture(prompt, seen, { level }, { name: 'a classifier', thresholds })

describe('judgePicture', () => {
  it('takes pixels as neuf has them', () => {
    const picture: ClassifiedPicture = { width: 1, height: 1, channels: 3, data: new Uint8Array(3) } satisfies Pixels
    expect(picture.data).toHaveLength(3)
  })
  it('does what the level does with what is seen', () => {
    const seen = { sexual: { mild: 0.7, strong: 0.2 } }
    expect(judge(seen, 'off')).toEqual({ classifier: 'a classifier', outcome: 'allowed', reasons: [] })
    expect(judge(seen, 'standard')).toMatchObject({
      outcome: 'blurred',
      reasons: [{ category: 'sexual', severity: 'mild', probability: 0.7, outcome: 'blurred' }],
    })
    expect(judge(seen, 'strict').outcome).toBe('refused')
    expect(judge({ minors: { strong: 0.5 } }, 'off').outcome).toBe('refused')
  })
  it('lets a probability below the threshold pass, and one at it count', () => {
    expect(judge({ violence: { strong: 0.49 } }, 'strict').outcome).toBe('allowed')
    expect(judge({ violence: { strong: 0.5 } }, 'strict').outcome).toBe('refused')
  })
  it("is never milder than the prompt's verdict", () => {
    expect(judge({}, 'standard', 'blurred').outcome).toBe('blurred')
    expect(judge({ sexual: { mild: 1 } }, 'standard', 'refused').outcome).toBe('refused')
  })
  it('takes no answer that is none', () => {
    for (const broken of [Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY]) {
      expect(() => judge({ hate: { strong: broken } }, 'off')).toThrow(RangeError)
    }
  })
})
