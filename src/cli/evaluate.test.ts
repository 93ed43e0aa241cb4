import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildCorpus } from '../corpus/build.ts'
import { drawSmallArt, smallSample } from '../corpus/testing/small-art.ts'
import { smallVerifier } from '../evaluate/testing/small-verifier.ts'
import { writeVerifier } from '../evaluate/verifier-folder.ts'
import { writeRandomModel } from '../families/testing/random-model.ts'
import { command } from './evaluate.ts'
import { runCommand } from './testing/run-command.ts'

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

const given = ['--model', './model', '--verifier', 'verifier', '--art', 'art', '--prompts', '1', '--candidates', '12']
const evaluate = (...argv: string[]) => runCommand(command, folder, [...given, ...argv])
const measured = async (...argv: string[]) => JSON.parse((await evaluate('--json', ...argv)).out)

const kinds = { seen: ['single', 'count', 'colour', 'material', 'style', 'two', 'position', 'attribution', 'relation'] }

it('measures all there is to measure, each part with its count', async () => {
  const report = await measured('--corpus', 'corpus')
  expect(Object.keys(report.seen.kinds).sort()).toEqual([...kinds.seen].sort())
  expect(Object.keys(report.heldOut.kinds)).toContain('attribution')
  expect(report.seen.all.count).toBe(Object.keys(report.seen.kinds).length)
  const renders = 20 * (Object.keys(report.seen.kinds).length + Object.keys(report.heldOut.kinds).length)
  expect(report.verifier).toMatchObject({ source: 'measured', count: renders })
  expect(report.ceiling).toMatchObject({ count: renders })
  expect(report.nearest).toMatchObject({ trainingPictures: 60, seen: { count: report.seen.all.count } })
  expect(report.unconditional).toMatchObject({ count: 64, broken: { count: 64 } })
  expect(report.calibration.count).toBeGreaterThan(100)
  expect(report.copies).toHaveProperty('leftOut')
  for (const side of ['seen', 'heldOut']) {
    for (const group of [report[side].all, ...Object.values(report[side].kinds)] as Record<string, never>[]) {
      for (const column of ['unranked', 'chosen', 'french'] as const) {
        const { value, low, high } = group[column] as unknown as Record<string, number>
        expect(low! <= value! && value! <= high!).toBe(true)
      }
      expect(group).toHaveProperty('trueRenders')
      expect(group.roundTrip).not.toBeNull()
    }
  }
}, 120_000)

it('goes on where it was stopped, to the same report, and keeps pictures as GenEval has them', async () => {
  const whole = await measured('--corpus', 'corpus')
  const out = join(folder, 'out')
  await evaluate('--out', 'out', '--pictures', '--corpus', 'corpus')
  const lines = readFileSync(join(out, 'results.jsonl'), 'utf8').split('\n')
  expect(lines).toHaveLength(2 * (whole.seen.all.count + whole.heldOut.all.count) + 1)
  expect(JSON.parse(readFileSync(join(out, 'report.json'), 'utf8'))).toEqual(whole)
  const verdicts = readFileSync(join(out, 'geneval.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(verdicts).toHaveLength(4 * (whole.seen.all.count + whole.heldOut.all.count))
  expect(verdicts[0]).toMatchObject({ filename: '00000/samples/0000.png', tag: 'single_object', correct: false })
  const metadata = JSON.parse(readFileSync(join(out, '00000', 'metadata.jsonl'), 'utf8'))
  expect(metadata).toMatchObject({ tag: 'single_object', include: [{ count: 1 }] })
  expect(readdirSync(join(out, '00000', 'samples'))).toEqual(['0000.png', '0001.png', '0002.png', '0003.png'])
  expect(existsSync(join(out, '00000', 'grid.png'))).toBe(true)
  // As a kill leaves it: some prompts done, the last line cut short.
  writeFileSync(join(out, 'results.jsonl'), `${lines.slice(0, 4).join('\n')}\n${lines[4]!.slice(0, 50)}`)
  expect(await measured('--corpus', 'corpus', '--out', 'out')).toEqual(whole)
}, 120_000)

it('prints a table without figures that are none', async () => {
  const { status, out } = await evaluate()
  expect(status).toBe(0)
  expect(out).toMatch(/^seen +\d/m)
  expect(out).toMatch(/^held out +\d/m)
  expect(out).toMatch(/^ {2}attribution +\d/m)
  expect(out).toMatch(/Ranking captures -?[\d.]+ /)
  expect(out).toMatch(/Ceilings \(340 renders\)/)
  expect(out).toMatch(/nearest of 4096 training pictures/)
  expect(out).toMatch(/Without a prompt \(64 pictures\)/)
  expect(out).not.toMatch(/NaN|undefined|Infinity|null/)
}, 120_000)

it('takes prompts from a file, with verdicts where it says what must be there', async () => {
  const lines = [
    { tag: 'single_object', include: [{ class: 'cat', count: 1 }], prompt: 'a photo of a cat' },
    { tag: 'single_object', include: [{ class: 'toaster', count: 1 }], prompt: 'a photo of a toaster' },
    { tag: 'colors', include: [{ class: 'car', count: 1, color: 'blue' }], prompt: 'a photo of a blue car' },
  ]
  writeFileSync(join(folder, 'geneval.jsonl'), lines.map((line) => JSON.stringify(line)).join('\n'))
  const report = await measured('--prompts-file', 'geneval.jsonl')
  expect(report).toMatchObject({ seen: null, file: { format: 'geneval', prompts: 3, held: 2 } })
  expect(report.file.groups.single_object).toMatchObject({ prompts: 2, own: { count: 1 }, report: { count: 1 } })
  expect(report.file.overGroups.unranked).toBeGreaterThanOrEqual(0)

  writeFileSync(join(folder, 'prompts.txt'), 'a red kangaroo\na cat\n')
  const scored = await measured('--prompts-file', 'prompts.txt', '--scorer', './model')
  expect(scored.file).toMatchObject({ format: 'text', held: 2, overGroups: null })
  // The same scorer a second time.
  expect(scored.file.all.other.unranked).toBeCloseTo(scored.file.all.own.unranked, 4)
  expect(scored.rankGain).toBeNull()
  const { out } = await evaluate('--prompts-file', 'prompts.txt')
  expect(out).toMatch(/^all .*2$/m)
  expect(out).not.toMatch(/NaN|undefined|Infinity|null/)
}, 120_000)

it('says what it cannot do', async () => {
  await expect(evaluate('--verifier', 'larger')).rejects.toMatchObject({ code: 'option-value', exitStatus: 2 })
  await expect(evaluate('--verifier', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
  await expect(evaluate('--art', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
  await expect(evaluate('--model', './nowhere')).rejects.toMatchObject({ code: 'model-missing' })
  await expect(evaluate('--pictures')).rejects.toMatchObject({ code: 'usage', exitStatus: 2 })
  await expect(evaluate('--prompts-file', 'nowhere')).rejects.toMatchObject({ code: 'file-missing' })
})

it('writes pictures for a person to judge, and compares', async () => {
  const { out } = await evaluate('--label', '23', '--out', 'labels')
  expect(out).toMatch(/^23 pictures to judge/)
  const file = join(folder, 'labels', 'labels.jsonl')
  expect(readdirSync(join(folder, 'labels')).sort()).toEqual(['labels-01.png', 'labels-02.png', 'labels.jsonl'])
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines).toHaveLength(23)
  expect(new Set(lines.map((line) => JSON.parse(line).kind)).size).toBeGreaterThan(15)
  const filled = lines.map((line, i) => JSON.stringify({ ...JSON.parse(line), right: i < 10 ? false : null }))
  writeFileSync(file, filled.join('\n'))
  expect(await measured('--labels', 'labels/labels.jsonl')).toMatchObject({ count: 10, wrongFound: { count: 10 } })
  await expect(evaluate('--label', '3')).rejects.toMatchObject({ code: 'usage' })
}, 120_000)
