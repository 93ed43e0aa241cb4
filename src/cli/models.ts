/** `neuf models`: which models there are, what they are, whether they are sound. */
import { findModel, listModels } from '../models/find-model.ts'
import { openModel, verifyModel } from '../models/model-folder.ts'
import { filesOf } from '../models/model-json.ts'
import type { CommandGroup } from './command.ts'
import { defineCommand } from './command.ts'
import { pullCommand } from './models-pull.ts'
import { printable } from './say.ts'

// What converts is loaded when there is something to convert.
const pull = pullCommand(async (files, options) => {
  const { convertPublished } = await import('../convert/convert-published.ts')
  return convertPublished(files, options)
})

const json = { kind: 'flag', help: 'Print one JSON object instead of text' } as const

const list = defineCommand({
  name: 'list',
  summary: 'list the models that can be named',
  usage: '',
  positionals: { least: 0, most: 0 },
  about: 'Looks in the folders that NEUF_MODELS names (separated as in PATH) and in those that came with neuf.',
  options: { json },
  async run(context, options) {
    const models = await listModels(context)
    if (options.json) context.out.write(`${JSON.stringify({ models })}\n`)
    else if (models.length === 0) context.out.write('There are no models.\n')
    else {
      for (const { name, folder, fault } of models) {
        context.out.write(`${name}  ${printable(folder)}${fault === undefined ? '' : `\n  ${printable(fault)}`}\n`)
      }
    }
    return 0
  },
})

const show = defineCommand({
  name: 'show',
  summary: 'show what a model is',
  usage: 'MODEL',
  positionals: { least: 1, most: 1 },
  about: 'MODEL is a name from the list, or a folder.',
  options: { json },
  async run(context, options, [name = '']) {
    const { folder, sha256, json: model } = await openModel(await findModel(name, context))
    if (options.json) {
      context.out.write(`${JSON.stringify({ folder, sha256, ...model })}\n`)
      return 0
    }
    const { imageSide, imageTokens, sampling } = model
    const rows = [
      ['name', model.name],
      ['folder', printable(folder)],
      ['sha256', sha256],
      ['family', model.family],
      [
        'pictures',
        `${imageSide} x ${imageSide} pixels from ${imageTokens.length} image tokens of ${imageTokens.codes}`,
      ],
      ['prompts', `up to ${model.text.length} text tokens`],
      [
        'sampling',
        `${sampling.candidates} candidates, temperature ${sampling.temperature}, ` +
          `top-k ${sampling.topK === 0 ? 'off' : sampling.topK}, guidance ${sampling.guidance}`,
      ],
      ...Object.entries(model.networks).map(([network, { file, bytes }]) => [network, `${file}, ${size(bytes)}`]),
      ...Object.entries(model.files).map(([file, { bytes }]) => [file, size(bytes)]),
      ['in all', size([...filesOf(model).values()].reduce((sum, { bytes }) => sum + bytes, 0))],
    ]
    const width = Math.max(...rows.map(([label]) => label!.length))
    for (const [label, value] of rows) context.out.write(`${label!.padEnd(width)}  ${value}\n`)
    return 0
  },
})

const verify = defineCommand({
  name: 'verify',
  summary: 'check every byte of a model against its hashes',
  usage: 'MODEL',
  positionals: { least: 1, most: 1 },
  about: 'MODEL is a name from the list, or a folder. Exit status 1 when anything is wrong.',
  options: { json },
  async run(context, options, [name = '']) {
    const folder = await findModel(name, context)
    const findings = await verifyModel(folder)
    const sound = findings.length === 0
    if (options.json) context.out.write(`${JSON.stringify({ folder, sound, findings })}\n`)
    else if (sound) context.out.write(`${printable(folder)}: sound\n`)
    else for (const finding of findings) context.out.write(`${printable(finding)}\n`)
    return sound ? 0 : 1
  },
})

export const command: CommandGroup = {
  name: 'models',
  summary: 'list models, show what one is, fetch one, verify one',
  commands: [list, show, pull, verify],
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(2)} MB`
}
