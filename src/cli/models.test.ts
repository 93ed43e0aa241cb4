import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { writeModel } from '../models/model-folder.ts'
import { plainModel } from '../models/testing/plain-model.ts'
import { call } from './testing/call.ts'

let parent = ''
beforeEach(async () => {
  parent = mkdtempSync(join(tmpdir(), 'neuf-models-'))
  await writeModel(join(parent, 'small'), {
    ...plainModel,
    sampling: { ...plainModel.sampling, topK: 0 },
    networks: { scorer: { settings: {}, precision: 'fp32', weights: new Map() } },
    files: { 'CARD.md': '# Small\n' },
  })
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const neuf = (...argv: string[]) => call(argv, { folder: parent, environment: { NEUF_MODELS: parent } })

it('lists, shows and verifies, for people and for programs', async () => {
  expect((await neuf('models', 'list')).out).toContain(`small  ${join(parent, 'small')}\n`)
  const listed = JSON.parse((await neuf('models', 'list', '--json')).out)
  expect(listed.models).toContainEqual({ name: 'small', folder: join(parent, 'small') })
  const shown = await neuf('models', 'show', 'small')
  expect(shown.out).toMatch(/pictures +64 x 64 pixels from 64 image tokens of 4096\n/)
  expect(shown.out).toMatch(/top-k off/)
  expect(JSON.parse((await neuf('models', 'show', 'small', '--json')).out)).toMatchObject({
    name: 'small',
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
  expect(await neuf('models', 'verify', 'small')).toEqual({
    status: 0,
    out: `${join(parent, 'small')}: sound\n`,
    err: '',
  })
})

it('finds a changed file: status 1, the finding as the result', async () => {
  appendFileSync(join(parent, 'small', 'CARD.md'), 'x')
  const { status, out } = await neuf('models', 'verify', './small')
  expect(status).toBe(1)
  expect(out).toMatch(/CARD\.md: it has more than its 8 bytes/)
  expect(JSON.parse((await neuf('models', 'verify', 'small', '--json')).out)).toMatchObject({ sound: false })
  rmSync(join(parent, 'small', 'CARD.md'))
  expect(await neuf('models', 'verify', 'small')).toMatchObject({ status: 1, out: expect.stringContaining('CARD.md') })
  appendFileSync(join(parent, 'small', 'scorer.safetensors'), 'x')
  expect((await neuf('models', 'list')).out).toMatch(/scorer\.safetensors: it has \d+ bytes instead of/)
})

it('names a model that is not there', async () => {
  const { status, err } = await neuf('models', 'show', 'none')
  expect(status).toBe(1)
  expect(err).toMatch(/^neuf: There is no model "none" in .* \[model-missing\]\n$/)
})
