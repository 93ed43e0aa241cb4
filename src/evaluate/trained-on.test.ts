import { describe, expect, it } from 'vitest'
import { smallSample } from '../corpus/testing/small-art.ts'
import type { Model } from '../models/model-folder.ts'
import { trainedOn } from './trained-on.ts'

const sound = { side: 16, count: 60, seed: 1, sample: smallSample }
const modelWith = (content: unknown, files: Record<string, unknown> = { 'corpus.json': {} }): Model =>
  ({
    folder: 'model',
    json: { imageSide: 16, files },
    file: async () => new TextEncoder().encode(typeof content === 'string' ? content : JSON.stringify(content)),
  }) as unknown as Model

describe('trainedOn', () => {
  it('gives what a model was trained on, and nothing for one that does not say', async () => {
    expect(await trainedOn(modelWith(sound))).toEqual({ side: 16, seed: 1, sample: smallSample })
    expect(await trainedOn(modelWith(sound, {}))).toBeUndefined()
    // Scenes that were kept for validation are not among its training pictures.
    const apart = await trainedOn(modelWith({ ...sound, validationCount: 8 }))
    expect(apart!.sample).toEqual({ ...smallSample, part: 'training' })
  })

  it.each<[string, unknown, RegExp]>([
    ['what is not JSON', '{', /not JSON/],
    ['nothing', null, /side/],
    ['another side', { ...sound, side: 32 }, /side is not 16/],
    ['no seed', { ...sound, seed: -1 }, /seed/],
    ['no sample', { ...sound, sample: undefined }, /sample\.concepts/],
    ['an unknown thing', { ...sound, sample: { ...smallSample, concepts: ['capybara'] } }, /sample\.concepts/],
    ['an unknown style', { ...sound, sample: { ...smallSample, styles: ['gothic'] } }, /sample\.styles/],
    ['an odd share', { ...sound, sample: { ...smallSample, whiteShare: 2 } }, /whiteShare/],
    ['no word on wandering', { ...sound, sample: { ...smallSample, wander: undefined } }, /wander/],
    ['a mix of texts', { ...sound, sample: { ...smallSample, mix: { plain: 'all' } } }, /mix\.plain/],
  ])('refuses %s', async (_, content, said) => {
    await expect(trainedOn(modelWith(content))).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringMatching(said),
    })
  })
})
