/** Settings of published networks in a `model.json`. */
import { describe, expect, it } from 'vitest'
import type { Model } from '../../../models/model-folder.ts'
import { dalleMini } from '../../../networks/dalle-mini-published.ts'
import { channelsOf, codeCount, gridOf, tokenCount } from '../../../networks/image-tokenizer.ts'
import { vqganImagenet } from '../../../networks/vqgan.ts'
import { readSettings } from '../settings.ts'
import { smallPublished } from '../testing/published-files.ts'
import { releasedMega, releasedMini } from './model.ts'

type Loose = Record<string, Record<string, unknown>>

const prompt = {
  normaliser: 'none',
  tokenizer: { kind: 'clip', vocabulary: 'clip-vocab.json', merges: 'clip-merges.txt' },
}
const { generator, imageTokenizer, scorer } = smallPublished

function modelWith(change: (networks: Loose) => void): Pick<Model, 'json' | 'folder' | 'settings'> {
  const networks = structuredClone({ generator, imageTokenizer, scorer: { ...scorer, prompt } }) as unknown as Loose
  change(networks)
  const json = { imageSide: 32, imageTokens: { length: 256, codes: 96 }, text: { length: 16 }, calibration: {} }
  return {
    json: json as Model['json'],
    folder: '/m',
    settings: (name) => networks[name] as ReturnType<Model['settings']>,
  }
}

describe('settings of published networks', () => {
  it('are read as they were written', () => {
    const expected = { generator, imageTokenizer, scorer: { ...scorer, prompt }, calibration: null }
    expect(readSettings(modelWith(() => {}))).toEqual(expected)
    const more = { attentionAfter: 'all', decoderOnly: true, attentionRows: [] }
    const changed = readSettings(modelWith((networks) => Object.assign(networks.imageTokenizer!, more)))
    expect(changed.imageTokenizer).toEqual({ ...imageTokenizer, ...more })
  })

  it.each([releasedMini, releasedMega])('$name is within the bounds of what is opened', (released) => {
    const { generator, imageTokenizer, scorer } = released
    const json = { imageSide: 256, imageTokens: { length: 256, codes: 16_384 }, text: { length: 64 }, calibration: {} }
    const networks: Record<string, object> = { generator, imageTokenizer, scorer: { ...scorer, prompt } }
    const settings = (name: string) => networks[name] as ReturnType<Model['settings']>
    const expected = { generator, imageTokenizer, scorer: { ...scorer, prompt }, calibration: null }
    expect(readSettings({ json: json as Model['json'], folder: '/m', settings })).toEqual(expected)
  })

  it('make the pictures and codes that DALL·E mini draws', () => {
    expect(tokenCount(vqganImagenet)).toBe(dalleMini.imageLength)
    expect(codeCount(vqganImagenet)).toBe(dalleMini.imageVocabulary)
    expect([gridOf(vqganImagenet), channelsOf(vqganImagenet)]).toEqual([[16, 16], 3])
  })

  it.each<[string, (networks: Loose) => void, RegExp]>([
    ['levels that halve too often', (n) => (n.imageTokenizer!.levels = Array(7).fill(8)), /settings\.levels halve/],
    ['groups that do not divide', (n) => (n.imageTokenizer!.groups = 3), /settings\.groups must divide/],
    ['no levels', (n) => (n.imageTokenizer!.levels = []), /settings\.levels/],
    ['an attention in letters', (n) => (n.imageTokenizer!.attentionRows = '16'), /settings\.attentionRows/],
    ['another order', (n) => (n.imageTokenizer!.attentionAfter = 'none'), /attentionAfter must be one of own, all/],
    ['a decoder half alone', (n) => (n.imageTokenizer!.decoderOnly = 'yes'), /decoderOnly must be true or left out/],
    ['more codes than 16 bits', (n) => (n.imageTokenizer!.codes = 70_000), /settings\.codes/],
    ['other codes', (n) => (n.imageTokenizer!.codes = 97), /imageVocabulary is 96.*codes is 97/],
    ['another side', (n) => (n.imageTokenizer!.side = 64), /imageLength is 256.*is 1024/],
    ['a patch that does not fit', (n) => Object.assign(n.scorer!.picture!, { patch: 7 }), /picture\.patch is 7/],
    ['two colours', (n) => (n.scorer!.mean = [0.5, 0.5]), /settings\.mean must be a list of 3 numbers/],
    ['a deviation of nothing', (n) => (n.scorer!.deviation = [1, 0, 1]), /settings\.deviation/],
    ['heads that do not fit', (n) => Object.assign(n.scorer!.text!, { heads: 3 }), /settings\.text\.heads is 3/],
    ['no prompt', (n) => delete n.scorer!.prompt, /settings\.prompt must be an object/],
    ['a normaliser of numbers', (n) => (n.scorer!.prompt = { normaliser: 7 }), /prompt\.normaliser must be an object/],
    ['a tower too few', (n) => delete n.scorer!.text, /settings\.text must be an object/],
  ])('are refused: %s', (_, change, said) => {
    expect(() => readSettings(modelWith(change))).toThrow(said)
    expect(() => readSettings(modelWith(change))).toThrow(expect.objectContaining({ code: 'model-broken' }))
  })
})
