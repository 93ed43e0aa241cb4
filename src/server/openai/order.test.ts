import { describe, expect, it } from 'vitest'
import type { OfferedModel } from '../models.ts'
import { fitOf, modelOf, orderOf } from './order.ts'

const model = { name: 'opaque', transparent: false } as OfferedModel
const clear = { name: 'clear', transparent: true } as OfferedModel

describe('an order', () => {
  it('asks a model that draws clear backgrounds for one, in the words that it learnt, once', () => {
    const ask = (prompt: string) => orderOf({ prompt, model: 'clear', background: 'transparent' }, [model, clear])
    expect(ask('a red fox ').prompt).toBe('a red fox on a transparent background')
    expect(ask('un renard sur fond transparent').prompt).toBe('un renard sur fond transparent')
    expect(() => orderOf({ prompt: 'a fox', background: 'transparent' }, [model, clear])).toThrow(/opaque draws no/)
    expect(orderOf({ prompt: 'a fox', model: 'clear', background: 'auto' }, [model, clear]).prompt).toBe('a fox')
  })

  it('is for a model by its own name, even one of OpenAI', () => {
    const named = { name: 'gpt-image-1', transparent: false } as OfferedModel
    expect(modelOf([model, named], 'gpt-image-1')).toBe(named)
    expect(modelOf([model, named], 'gpt-image-2')).toBe(model)
    expect(modelOf([model, named], undefined)).toBe(model)
    expect(() => modelOf([model], 'gpt-4o')).toThrow(/one of opaque/)
    expect(() => modelOf([model], '')).toThrow(/one of opaque/)
  })

  it('has no clear background in a format that has none', () => {
    const asked = { background: 'transparent', output_format: 'jpeg' } as const
    expect(() => fitOf(asked)).toThrow(/png or webp/)
    expect(fitOf({ ...asked, output_format: 'webp', output_compression: 0 })).toMatchObject({
      format: 'webp',
      quality: 1,
    })
    expect(fitOf({ size: '96x64' })).toEqual({ size: { width: 96, height: 64 }, format: 'png', quality: 100 })
  })
})
