import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readSourceList } from '../art/source-list.ts'
import { startUpstream, type Upstream } from '../art/testing/upstream.ts'
import { setOfStyle } from '../corpus/art.ts'
import { isDrawn } from '../corpus/concepts.ts'
import { evenPeople, fullSample } from '../corpus/sample-settings.ts'
import { NeufError } from '../errors/errors.ts'
import { recipes } from '../train/recipes.ts'
import { picturesDrawn } from './art.ts'
import { call } from './testing/call.ts'

let folder = ''
let upstream: Upstream
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-art-command-'))
  upstream = await startUpstream([])
})
afterEach(async () => {
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

const neuf = (...argv: string[]) => call(['art', ...argv], { folder })

it('asks for what the corpus draws, and stops in one line where none of it is there', async () => {
  const mirror = `${upstream.base.href}some/mirror/`
  const { status, out, err } = await neuf(
    'fetch',
    '--mirror',
    mirror,
    '--only',
    'twemoji',
    '--recipe',
    'pictogram-tiny',
  )
  expect({ status, out }).toEqual({ status: 1, out: '' })
  expect(err).toMatch(/^neuf: Stopped after 20 files that could not be had\. .* \[art-too-many-faults\]\n$/)
  expect(upstream.asked[0]).toMatch(/^\/some\/mirror\/cptpiepmatz\/twemoji-assets\/[0-9a-f]{40}\/[\w/-]+\.svg$/)
  expect([...upstream.agents][0]).toMatch(/^neuf\/\d+\.\d+\.\d+ \(neuf art fetch\)$/)
  expect(existsSync(join(folder, 'out/art/index.jsonl'))).toBe(false)
})

it('takes the mirror from the environment, where no option names one', async () => {
  const environment = { NEUF_ART_MIRROR: 'http://example.org' }
  expect((await call(['art', 'fetch'], { folder, environment })).err).toMatch(/^neuf: NEUF_ART_MIRROR cannot be/)
  environment.NEUF_ART_MIRROR = upstream.base.href
  expect((await call(['art', 'fetch'], { folder, environment })).err).toMatch(/\[art-too-many-faults\]/)
})

it.each([
  [['fetch', '--only', 'openmoji'], 2, 'option-value'],
  [['fetch', '--mirror', 'http://example.org'], 2, 'option-value'],
  [['fetch', '--only', 'fxemoji', '--recipe', 'pictogram-tiny'], 2, 'option-value'],
  [['fetch', '--connections', '0'], 2, 'option-value'],
  [['fetch', 'somewhere'], 2, 'usage'],
  [['fetch', '--out', 'mine'], 1, 'art-other-pack'],
  [['verify'], 2, 'usage'],
  [['verify', 'nowhere'], 1, 'file-missing'],
  [[], 2, 'usage'],
] as const)('says in one line what is wrong with %j', async (argv, status, code) => {
  mkdirSync(join(folder, 'mine'))
  writeFileSync(join(folder, 'mine', 'index.jsonl'), '')
  const said = await neuf(...argv)
  expect(said).toMatchObject({
    status,
    out: '',
    err: expect.stringMatching(new RegExp(`^neuf: [^\n]+ \\[${code}\\]\n$`)),
  })
  expect(readdirSync(folder)).toEqual(['mine'])
})

it('ends with Ctrl-C', async () => {
  const stop = new AbortController()
  upstream.answer('', () => {
    stop.abort(new NeufError('cancelled', { what: 'as you asked' }))
    return true
  })
  const said = await call(['art', 'fetch', '--mirror', upstream.base.href], { folder, signal: stop.signal })
  expect(said).toMatchObject({ status: 1, out: '', err: expect.stringMatching(/\[cancelled\]\n$/) })
})

it('verifies a pack, for people and for programs', async () => {
  writeFileSync(join(folder, 'index.jsonl'), '{"id":"noto/none"}\n')
  const { status, out } = await neuf('verify', '.')
  expect(status).toBe(1)
  expect(out).toMatch(/neuf knows no picture "noto\/none"\nnoto +0 of 1920\n/)
  expect(JSON.parse((await neuf('verify', '.', '--json')).out)).toMatchObject({
    sound: false,
    sets: { noto: { there: 0 } },
  })
})

it('finds one picture for every drawing of a recipe, and people in all presentations and tones', async () => {
  const pictures = await readSourceList()
  const { sample } = recipes['pictogram-tiny']!.corpus
  const tiny = [...picturesDrawn(sample, pictures)].map(({ set, subject }) => `${set}/${subject.concept}`)
  const expected = sample.styles.flatMap((style) =>
    sample.concepts.filter((concept) => isDrawn(concept, style)).map((concept) => `${setOfStyle[style]}/${concept}`),
  )
  expect(tiny.sort()).toEqual(expected.sort())

  const doctors = (people: Partial<typeof evenPeople>) =>
    picturesDrawn(
      { ...fullSample, concepts: ['health-worker'], styles: ['flat'], people: { ...evenPeople, ...people } },
      pictures,
    )
  expect(doctors({}).size).toBe(3 * 6)
  const unmarked = { ...evenPeople.tones, light: 0, dark: 0 }
  expect([...doctors({ tones: unmarked })].some(({ subject }) => subject.tone === 'light')).toBe(false)
  expect(doctors({ tones: unmarked }).size).toBe(3 * 4)
})
