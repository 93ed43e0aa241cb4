import { describe, expect, it } from 'vitest'
import type { Model } from '../../models/model-folder.ts'
import { randomModel, smallModel } from '../testing/random-model.ts'
import { readSettings } from './settings.ts'

type Loose = Record<string, Record<string, unknown>>

/** What `readSettings` reads of a model, from its description, changed by a hostile hand. */
function modelWith(
  change: (networks: Loose, json: Record<string, unknown>) => void,
): Pick<Model, 'json' | 'folder' | 'settings'> {
  const described = structuredClone({ ...randomModel(smallModel, 1), files: {} })
  const networks = Object.fromEntries(
    Object.entries(described.networks).map(([name, { settings }]) => [name, settings]),
  )
  change(networks as Loose, described as unknown as Record<string, unknown>)
  return {
    json: described as unknown as Model['json'],
    folder: '/m',
    settings: (name) => networks[name] as ReturnType<Model['settings']>,
  }
}

describe('settings of a model', () => {
  it('are read as they were written', () => {
    const settings = readSettings(modelWith(() => {}))
    expect(settings.generator).toEqual({
      ...smallModel.generator,
      textVocabulary: 300,
      imageVocabulary: 60,
      imageLength: 16,
    })
    expect(settings.imageTokenizer).toEqual(smallModel.imageTokenizer)
    expect(settings.scorer).toEqual({ ...smallModel.scorer, textVocabulary: 300, reads: { codes: 60, grid: [4, 4] } })
    expect(settings.calibration).toEqual({ slope: 0.1, offset: 0 })
    expect(readSettings(modelWith((_, json) => (json.calibration = {}))).calibration).toBe(null)
    const reads = { pixels: { cell: 8 } }
    expect(readSettings(modelWith(({ scorer }) => (scorer!.reads = reads))).scorer).toMatchObject({ reads })
    expect(readSettings(modelWith(({ generator }) => (generator!.tableRows = 61))).generator.tableRows).toBe(61)
  })

  it.each<[string, Parameters<typeof modelWith>[0], RegExp]>([
    ['no width', ({ generator }) => delete generator!.width, /generator\.settings\.width/],
    ['a text for a width', ({ generator }) => (generator!.width = '32'), /generator\.settings\.width/],
    ['an endless width', ({ generator }) => (generator!.width = 1e300), /generator\.settings\.width/],
    ['heads that do not fit', ({ generator }) => (generator!.heads = 3), /generator\.settings\.heads is 3/],
    ['layers in fractions', ({ generator }) => (generator!.decoderLayers = 1.5), /decoderLayers must be a whole/],
    ['layers without end', ({ generator }) => (generator!.encoderLayers = 1e6), /encoderLayers/],
    ['other codes', ({ generator }) => (generator!.imageVocabulary = 61), /imageVocabulary is 61.*codes is 60/],
    ['a table without the start', ({ generator }) => (generator!.tableRows = 60), /tableRows must be a number from 61/],
    ['another length', ({ generator }) => (generator!.imageLength = 15), /imageLength is 15.*patches is 16/],
    ['another text length', ({ generator }) => (generator!.textLength = 13), /textLength is 13/],
    ['a patch that does not fit', ({ imageTokenizer }) => (imageTokenizer!.patch = [4, 5]), /settings\.patch/],
    ['a patch of one number', ({ imageTokenizer }) => (imageTokenizer!.patch = 4), /settings\.patch/],
    ['a patch of nothing', ({ imageTokenizer }) => (imageTokenizer!.patch = [0, 4]), /settings\.patch/],
    ['more codes than 16 bits', ({ imageTokenizer }) => (imageTokenizer!.codes = 70_000), /settings\.codes/],
    ['another side', (_, json) => (json.imageSide = 32), /imageSide is 32/],
    ['a scorer of nothing', ({ scorer }) => (scorer!.reads = {}), /scorer\.settings\.reads\.pixels/],
    ['a scorer of other codes', ({ scorer }) => (scorer!.reads = { codes: 59 }), /reads\.codes is 59/],
    [
      'a scorer of another grid',
      ({ scorer }) => (scorer!.reads = { codes: 60, grid: [2, 8] }),
      /reads\.grid must be the grid of codes, \[4, 4\]/,
    ],
    ['a decoder without levels', ({ imageTokenizer }) => (imageTokenizer!.decoder = { cell: 4, levels: [] }), /levels/],
    [
      'a grid that is halved too often',
      ({ scorer }) => (scorer!.stages = Array(3).fill({ width: 8, blocks: 1 })),
      /scorer\.settings\.stages halve/,
    ],
    ['a calibration of texts', (_, json) => (json.calibration = { slope: 'steep', offset: 0 }), /calibration\.slope/],
    ['half a calibration', (_, json) => (json.calibration = { slope: 1 }), /calibration\.offset/],
    [
      'inherited settings',
      (networks) => (networks.scorer = Object.create(networks.scorer!)),
      /scorer\.settings\.width/,
    ],
  ])('are refused: %s', (_, change, said) => {
    expect(() => readSettings(modelWith(change))).toThrow(said)
    expect(() => readSettings(modelWith(change))).toThrow(expect.objectContaining({ code: 'model-broken' }))
  })
})
