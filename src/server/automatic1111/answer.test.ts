import { expect, it, vi } from 'vitest'
import { toldBack } from './answer.ts'

it('tells back what was asked for, but for pictures, and what is as large or cannot be written', () => {
  const small = { prompt: 'a cat', steps: 20, override_settings: { CLIP_stop_at_last_layers: 1 }, styles: null }
  const written = vi.fn()
  const pictures = { init_images: ['AAAA'], mask: { toJSON: written } }
  expect(toldBack({ ...pictures, ...small } as never)).toEqual(small)
  // They are as large as a request may be, and are not copied to be measured.
  expect(written).not.toHaveBeenCalled()
  // Fields are as many as there is room for, and what comes after one that is too large is there.
  const half = 'x'.repeat(40_000)
  const many = { large: half.repeat(2), first: half, second: half, last: 7 }
  expect(toldBack({ ...small, ...many } as never)).toEqual({ ...small, first: half, last: 7 })
  const deep: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
  expect(toldBack({ ...small, deep } as never)).toEqual(small)
})
