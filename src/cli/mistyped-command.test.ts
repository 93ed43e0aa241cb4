import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultModel } from '../models/find-model.ts'
import { writeModel } from '../models/model-folder.ts'
import { plainModel } from '../models/testing/plain-model.ts'
import { type Command, defineCommand } from './command.ts'
import { type CommandTable, commands } from './commands.ts'
import { call } from './testing/call.ts'

/** Words that are nearly commands: met, met as a slip for `train`, and (`brain`, `store`) never met. */
const words = { train: 6000, trains: 80, tarin: 21, cat: 9000, pain: 700 }

let models = ''
beforeAll(async () => {
  models = mkdtempSync(join(tmpdir(), 'neuf-mistyped-'))
  for (const [name, known] of Object.entries({ [defaultModel]: words, other: { evalute: 9 } })) {
    await writeModel(join(models, name), {
      ...plainModel,
      name,
      files: { 'words.json': JSON.stringify(known) },
    })
  }
})
afterAll(() => rmSync(models, { recursive: true }))

/** The commands that there are, but generate only says what it would draw. */
const table: CommandTable = {
  ...commands,
  generate: async () => {
    const { command } = (await commands.generate!()) as { command: Command }
    const run: Command['run'] = async ({ out }, _, positionals) => {
      out.write(`draws ${positionals.join(' ')}`)
      return 0
    }
    return { command: defineCommand({ ...command, run }) }
  },
}

const neuf = (argv: readonly string[], environment = { NEUF_MODELS: models }) =>
  call(argv, { folder: models, environment }, table)

describe('a first word that is nearly a command', () => {
  it.each([
    [['modles', 'list'], 'models list', 'modles list'],
    [['model', 'show', 'pictogram-tiny'], 'models show pictogram-tiny', 'model show pictogram-tiny'],
    [['Models', 'list', '--json'], 'models list', 'Models list'],
    [['evalute'], 'evaluate', 'evalute'],
    [['evalute', '--prompts', '3'], 'evaluate', 'evalute'],
    [['scroe', '--text=a cat', 'x.png'], 'score', 'scroe'],
    [['modles', '--help'], 'models', 'modles'],
    [['train-verifer'], 'train-verifier', 'train-verifer'],
    // Met, but only as a slip.
    [['tarin'], 'train', 'tarin'],
    // A word, but one that this model would know nothing of.
    [['brain'], 'train', 'brain'],
  ])('%j is refused', async (argv, meant, prompt) => {
    const word = argv[0]!
    const line = `There is no command "${word}". Did you mean: neuf ${meant}? To draw it: neuf generate "${prompt}"`
    expect(await neuf(argv)).toEqual({ status: 2, out: '', err: `neuf: ${line} [command-unknown]\n` })
  })

  it.each([
    // Words that the model met.
    [['trains'], 'trains'],
    [['pain'], 'pain'],
    [['trains', '--seed', '3'], 'trains'],
    // What follows belongs to no such command.
    [['model', 'of', 'a', 'cat'], 'model of a cat'],
    [['brain', 'list'], 'brain list'],
    // Quoted.
    [['modles list'], 'modles list'],
    [['evalute '], 'evalute '],
    // A short name alone has many neighbours: this is two slips from score.
    [['scarf'], 'scarf'],
    [['generate', 'evalute'], 'evalute'],
    [['cat'], 'cat'],
    [['--seed', '3', 'evalute'], 'evalute'],
    // Another model met it.
    [['evalute', '--model', 'other'], 'evalute'],
    [['evalute', '--model=other'], 'evalute'],
    [['evalute', '--model', 'none', '--model=other'], 'evalute'],
  ])('%j is drawn', async (argv, prompt) => {
    expect(await neuf(argv)).toEqual({ status: 0, out: `draws ${prompt}`, err: '' })
  })

  it('is refused, too, where no model tells its words', async () => {
    expect((await neuf(['evalute', '--model', 'none'])).err).toContain('[command-unknown]')
    expect((await neuf(['evalute', '--model=other', '--model', 'none'])).err).toContain('[command-unknown]')
  })
})
