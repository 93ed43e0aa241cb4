import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openLog } from './evaluation-log.ts'
import type { MeasuredPrompt } from './measure.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-log-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const measured = (background: 'white' | 'sky' | 'sea'): MeasuredPrompt => ({
  findings: [{ things: [], broken: false, style: null, filter: null, background }],
  scores: [{ score: 1.25, matchProbability: null }],
  otherScores: null,
  chosen: [0],
  best: [1, 2, 3],
})

it('remembers what was measured under the same key', () => {
  const path = join(folder, 'log.jsonl')
  const log = openLog(path, 'model 32 1')
  expect(log.find('a red cat')).toBeUndefined()
  log.add('a red cat', measured('white'))
  expect(log.find('a red cat')).toEqual(measured('white'))
  const again = openLog(path, 'model 32 1')
  expect(again.find('a red cat')).toEqual(measured('white'))
  expect(again.find('a red dog')).toBeUndefined()
  expect(openLog(path, 'model 16 1').find('a red cat')).toBeUndefined()
})

it('goes on after a line that a kill cut short', () => {
  const path = join(folder, 'log.jsonl')
  openLog(path, 'k').add('one', measured('white'))
  appendFileSync(path, '{"key":"k","prompt":"two","meas')
  const log = openLog(path, 'k')
  expect(log.find('two')).toBeUndefined()
  log.add('two', measured('sky'))
  log.add('three', measured('sea'))
  const again = openLog(path, 'k')
  expect(['one', 'two', 'three'].map((name) => again.find(name)?.findings?.[0]?.background)).toEqual([
    'white',
    'sky',
    'sea',
  ])
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5)
})

it('passes over lines that are something else', () => {
  const path = join(folder, 'log.jsonl')
  appendFileSync(path, 'null\n[]\n{"key":"k","prompt":"x","measured":{"findings":3}}\n\n')
  expect(openLog(path, 'k').find('x')).toBeUndefined()
})

it('says where it cannot read or write', () => {
  mkdirSync(join(folder, 'taken'))
  expect(() => openLog(join(folder, 'taken'), 'k')).toThrow(/taken/)
  const log = openLog(join(folder, 'nowhere', 'log.jsonl'), 'k')
  expect(() => log.add('one', measured('white'))).toThrow(expect.objectContaining({ code: 'file-unwritable' }))
})
