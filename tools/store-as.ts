/**
 * A model with its generator stored in another precision, to measure what that costs in pictures:
 *
 *     node tools/store-as.ts MODEL int8-rows|int8|int4 FOLDER
 *
 * MODEL is a folder, best one of `neuf train --precision fp32`; FOLDER becomes a model whose products read whole numbers, as those of
 * published models do, each tensor as `neuf models pull` would store it. The other networks have 8 bits.
 */
import { generatorPrecisions } from '../src/convert/convert-generator.ts'
import { openModel, writeModel } from '../src/models/model-folder.ts'
import type { Precision } from '../src/models/weights.ts'

const [source, precision, folder] = process.argv.slice(2)
const precisions: readonly Precision[] = ['int8-rows', 'int8', 'int4']
const known = precisions.find((each) => each === precision)
if (source === undefined || known === undefined || folder === undefined) {
  console.error(`node tools/store-as.ts MODEL ${precisions.join('|')} FOLDER`)
  process.exit(2)
}
const model = await openModel(source)
const names = Object.keys(model.json.networks)
const networks = await Promise.all(
  names.map(async (name) => {
    const [settings, weights] = [model.settings(name), await model.weights(name)]
    if (name !== 'generator') return [name, { settings, weights, precision: 'int8' }] as const
    const stored = { settings: { ...settings, products: 'blocks' }, precision: generatorPrecisions(known) }
    return [name, { ...stored, weights }] as const
  }),
)
const files = await Promise.all(
  Object.keys(model.json.files).map(async (name) => [name, await model.file(name)] as const),
)
await writeModel(folder, { ...model.json, networks: Object.fromEntries(networks), files: Object.fromEntries(files) })
