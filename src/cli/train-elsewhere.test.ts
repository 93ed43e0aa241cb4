import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { drawSmallArt } from '../corpus/testing/small-art.ts'
import { openModel } from '../models/model-folder.ts'
import { readTrainingData } from '../train/batch-files.ts'
import { readTensors, writeCheckpoint } from '../train/checkpoint.ts'
import { smallRecipe } from '../train/testing/small-recipe.ts'
import { call } from './testing/call.ts'
import { trainCommand } from './train.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-elsewhere-'))
  await drawSmallArt(join(folder, 'art'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const command = trainCommand({ test: smallRecipe })
const train = (...argv: string[]) =>
  call(
    ['train', 'test', '--art', 'art', '--run', 'run', '--threads', '1', ...argv],
    { folder },
    {
      train: async () => ({ command }),
    },
  )
const batchFiles = (training: string) =>
  readdirSync(join(folder, training)).filter((name) => name.startsWith('batches'))

/** What a runner would leave at a step, had it changed nothing. */
async function runTo(training: string, step: number): Promise<void> {
  const { initialState, snapshot, identity } = await readTrainingData(join(folder, training))
  const { tensors } = await readTensors(join(folder, training, initialState))
  await writeCheckpoint(join(folder, training, snapshot), { step, tensors }, identity)
}

describe('a stage trained elsewhere', () => {
  it('is exported, fed, brought back, and gone on from until the model is packed', async () => {
    const written = await train('--export', 'first')
    expect([written.status, written.err]).toEqual([0, ''])
    expect(written.out).toMatch(/^image-tokenizer in .*first: step 0 of 20, 16 x 1 scenes a step, \d+ bytes a scene\n$/)
    expect(batchFiles('first')).toEqual([])
    expect((await train('--feed', 'first')).status).toBe(0)
    expect(batchFiles('first')).toEqual(['batches-00000.bin'])

    await runTo('first', 12)
    const unfinished = await train('--import', 'first')
    expect(unfinished.out).toMatch(/^image-tokenizer to be trained further: step 12 of 20 in .*checkpoint/)
    const further = await train('--export', 'again')
    expect(further.out).toMatch(/^image-tokenizer in .*again: step 12 of 20/)
    await runTo('first', 20)
    expect((await train('--import', 'first')).out).toMatch(/^image-tokenizer trained: step 20 of 20 in /)

    const lengths = ['--steps', 'generator=3', '--steps', 'scorer=2']
    expect((await train(...lengths, '--export', 'second')).out).toMatch(/^generator in .*: step 0 of 3/)
    // The length is the exported training's: it need not be said again.
    expect((await train('--feed', 'second', '--share', '1/2')).err).toBe('')
    expect(batchFiles('second')).toEqual(['batches-00000.bin'])
    await runTo('second', 1)
    const cut = await train(...lengths, '--import', 'second', '--finish')
    expect(cut.out).toMatch(/^generator trained: step 1 of 3/)
    // What there is by then is a beginning for another run, and no model to draw with.
    const kept = await train(...lengths, '--keep', 'kept')
    expect([kept.err, kept.out]).toEqual([
      '',
      expect.stringMatching(/^test, its generator at step 1, in .*kept\nsha256/),
    ])
    const drawn = await call(['generate', 'a cat', '--model', './kept'], { folder })
    expect([drawn.status, drawn.err]).toEqual([1, expect.stringMatching(/kept has no scorer.*\[model-unfinished\]\n$/)])
    const next = await train('--from', './kept', '--run', 'next', '--stage', 'image-tokenizer', '--export', 'fourth')
    expect(next.err).toMatch(/^Going on from test: .*image tokenizer, generator; learnt anew.*: scorer\n/)
    const stored = await (await openModel(join(folder, 'kept'))).weights('imageTokenizer')
    const begun = await readTensors(join(folder, 'fourth', 'state.safetensors'))
    for (const [name, { data }] of stored) {
      if (name.startsWith('decoder.')) expect(begun.tensors.get(`weight:${name}`)!.data).toEqual(data)
    }
    expect((await train(...lengths, '--export', 'third')).out).toMatch(/^scorer in .*: step 0 of 2/)
    await runTo('third', 2)
    expect((await train(...lengths, '--import', 'third')).status).toBe(0)
    const before = readFileSync(join(folder, 'run/generator.safetensors'))
    const made = await train(...lengths)
    expect([made.status, made.out]).toEqual([0, expect.stringMatching(/^test in .*\nsha256 [0-9a-f]{64}\n/)])
    expect(readFileSync(join(folder, 'run/generator.safetensors'))).toEqual(before)
    expect(readdirSync(join(folder, 'run'))).not.toContain('generator.jsonl')

    const over = await train(...lengths, '--export', 'x')
    expect([over.status, over.err]).toEqual([
      2,
      expect.stringMatching(/^neuf: Every stage is trained in .*\[usage\]\n$/),
    ])
  }, 240_000)

  it.each<[string, string[], number, RegExp]>([
    [
      'a stage that is trained',
      ['--stage', 'image-tokenizer', '--export', 'x'],
      1,
      /at step 20 in .*\[stage-trained\]/,
    ],
    ['another length than was trained', ['--steps', 'generator=4', '--import', 'second'], 1, /other settings/],
    ['a stage that the recipe does not have', ['--stage', 'encoder', '--export', 'x'], 2, /a stage of test/],
    ['a stage that is none', ['--stage', 'painter', '--export', 'x'], 2, /--stage cannot be "painter"/],
    ['steps of no stage', ['--steps', '40', '--export', 'x'], 2, /expected STAGE=N of image-tokenizer, generator/],
    ['no steps', ['--steps', 'generator=0'], 2, /--steps cannot be "generator=0"/],
    [
      'to keep and to export at once',
      ['--keep', 'x', '--export', 'y'],
      2,
      /--keep and --export are two different calls/,
    ],
    [
      'to keep what is not there',
      ['--run', 'empty', '--keep', 'x'],
      1,
      /text tokenizer comes before.*\[stage-untrained\]/,
    ],
    ['two modes at once', ['--export', 'x', '--import', 'y'], 2, /--export and --import are two different calls/],
    ['a folder that is none', ['--feed', 'nowhere'], 1, /nowhere.*neuf train --export/],
    ['a folder to import that is none', ['--import', 'nowhere'], 1, /nowhere/],
    ['a training without a snapshot', ['--import', 'again'], 1, /The runner has written no snapshot yet/],
    ['a share that is none', ['--feed', 'first', '--share', '3/2'], 2, /--share cannot be "3\/2"/],
    ['a training of another network', ['--feed', 'verifier'], 1, /other settings/],
    ['a place that cannot be written', ['--stage', 'generator', '--export', 'art/index.jsonl/x'], 1, /Cannot write/],
  ])('refuses %s', async (_, argv, status, said) => {
    const verifier = { ...(await readTrainingData(join(folder, 'first'))), name: 'verifier' }
    rmSync(join(folder, 'verifier'), { recursive: true, force: true })
    mkdirSync(join(folder, 'verifier'))
    writeFileSync(join(folder, 'verifier/training.json'), JSON.stringify(verifier))
    const refused = await train(...argv)
    expect([refused.status, refused.err]).toEqual([status, expect.stringMatching(said)])
    expect(refused.err.trim().split('\n')).toHaveLength(1)
  })

  it('needs the stages before it', async () => {
    const early = await train('--run', 'fresh', '--stage', 'scorer', '--export', 'x')
    expect([early.status, early.err]).toEqual([
      1,
      expect.stringMatching(/^neuf: The image-tokenizer comes before.*\n$/),
    ])
  })
})
