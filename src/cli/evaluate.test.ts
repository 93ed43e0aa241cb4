import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { smallVerifier } from '../evaluate/testing/small-verifier.ts'
import { writeVerifier } from '../evaluate/verifier-folder.ts'
import { writeRandomModel } from '../families/testing/random-model.ts'
import { parseOptions } from './arguments.ts'
import type { Context } from './command.ts'
import { command } from './evaluate.ts'

let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-evaluate-'))
  await drawSmallArt(join(folder, 'art'))
  await writeRandomModel(join(folder, 'model'))
  await writeVerifier(join(folder, 'verifier'), smallVerifier())
  await writeVerifier(join(folder, 'larger'), smallVerifier(32))
  await buildCorpus({
    art: join(folder, 'art'),
    out: join(folder, 'corpus'),
    side: 16,
    count: 60,
    seed: 1,
    sample: smallSample,
  })
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function evaluate(...argv: string[]) {
  let out = ''
  const context: Context = {
    out: { write: (text) => (out += text) },
    err: { write: () => undefined },
    signal: new AbortController().signal,
    folder,
    environment: {},
    now: () => 0,
    randomSeed: () => 0,
  }
  const given = ['--model', './model', '--verifier', 'verifier', '--prompts', '2', '--candidates', '12', ...argv]
  const status = await command.run(context, parseOptions(command.options, given, 'evaluate').options, [])
  return { status, out }
}
const measured = async (...argv: string[]) => JSON.parse((await evaluate('--json', ...argv)).out)

it('measures all there is to measure, each part with its count', async () => {
  const report = await measured('--art', 'art', '--corpus', 'corpus')
  for (const part of ['verifier', 'overall', 'seen', 'heldOut', 'ceiling', 'nearest']) {
    expect(report[part].count, part).toBeGreaterThan(0)
  }
  expect(report.rankGain).toHaveProperty('count')
  expect(report.overall).toMatchObject({ count: 10, pictures: 120 })
  expect(report.seen).toMatchObject({
    count: 6,
    kinds: { single: { count: 2 }, colour: { count: 2 }, material: { count: 2 } },
  })
  expect(report.heldOut).toMatchObject({ count: 4, kinds: { colour: { count: 2 }, material: { count: 2 } } })
  expect(report.verifier).toMatchObject({ source: 'measured', count: 100 })
  expect(report.ceiling).toMatchObject({ count: 100 })
  expect(report.nearest).toMatchObject({ count: 10, trainingPictures: 60, seen: { count: 6 }, heldOut: { count: 4 } })
  expect(report.calibration.count).toBe(120)
  const { value, low, high } = report.overall.unranked
  expect(low <= value && value <= high).toBe(true)
}, 60_000)

it('goes on where it was stopped, to the same report', async () => {
  const whole = await measured('--art', 'art', '--corpus', 'corpus')
  await evaluate('--log', 'log.jsonl', '--corpus', 'corpus')
  const lines = readFileSync(join(folder, 'log.jsonl'), 'utf8').split('\n')
  expect(lines).toHaveLength(11)
  // As a kill leaves it: some prompts done, the last line cut short.
  writeFileSync(join(folder, 'log.jsonl'), `${lines.slice(0, 4).join('\n')}\n${lines[4]!.slice(0, 50)}`)
  expect(await measured('--art', 'art', '--corpus', 'corpus', '--log', 'log.jsonl')).toEqual(whole)
}, 60_000)

it('draws the training pictures again where there is no corpus, and prints a table', async () => {
  const { status, out } = await evaluate('--art', 'art')
  expect(status).toBe(0)
  expect(out).toMatch(/^overall +\d/m)
  expect(out).toMatch(/^ {2}French +\d/m)
  expect(out).toMatch(/^held out +\d/m)
  expect(out).toMatch(/Ranking captures -?[\d.]+ /)
  expect(out).toMatch(/Ceilings \(100 renders\)/)
  expect(out).toMatch(/nearest of 4096 training pictures/)
  expect(out).not.toMatch(/NaN|undefined|Infinity/)
}, 60_000)

it('says what it cannot do', async () => {
  await expect(evaluate('--verifier', 'larger')).rejects.toMatchObject({ code: 'option-value', exitStatus: 2 })
  await expect(evaluate('--verifier', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
  await expect(evaluate('--art', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
  await expect(evaluate('--model', './nowhere')).rejects.toMatchObject({ code: 'model-missing' })
})
