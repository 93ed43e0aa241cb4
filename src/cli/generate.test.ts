/** `neuf PROMPT` on a small model of random weights. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { writeRandomModel } from '../families/testing/random-model.ts'
import { decodePicture, pixelSha256 } from '../image/codec.ts'
import { readRecipe } from '../image/recipe-metadata.ts'
import { verdict } from './generate.ts'
import { slug } from './picture-files.ts'
import { files, folder, models, neuf, small, useDrawing } from './testing/drawing.ts'

useDrawing()

describe('neuf PROMPT', () => {
  it('writes a sheet beside a folder of pictures under a new name, and says what it thinks of them', async () => {
    const first = await neuf(['a Red', 'kangaro', ...small, '--seed', '7'])
    expect(first).toMatchObject({ status: 0, err: '' })
    expect(first.out).toMatch(/^The 2 best of 5: a-red-kangaro-7\.png \(single pictures in a-red-kangaro-7\)\n/)
    expect(first.out).toMatch(
      /Seed 7\. (About [12]|Probably none) of 2 match the rest; never met: kangaro \(did you mean kangaroo\?\)\.\n$/,
    )
    const drawn = ['a-red-kangaro-7', 'a-red-kangaro-7.png', 'a-red-kangaro-7/1.png', 'a-red-kangaro-7/2.png']
    expect(files()).toEqual(drawn)
    const before = readFileSync(join(folder, 'a-red-kangaro-7.png'))
    // Neither the sheet nor the folder of someone else is touched.
    mkdirSync(join(folder, 'a-red-kangaro-7-2'))
    writeFileSync(join(folder, 'a-red-kangaro-7-3.png'), 'mine')
    const second = await neuf(['a red kangaro', ...small, '--seed', '7'])
    expect(second.out).toContain('a-red-kangaro-7-4.png')
    expect(readFileSync(join(folder, 'a-red-kangaro-7.png'))).toEqual(before)
    expect(readFileSync(join(folder, 'a-red-kangaro-7-3.png'), 'utf8')).toBe('mine')
  })

  it('gives every file its recipe, and --json everything', async () => {
    const { status, out } = await neuf(['generate', 'un chat', ...small, '--guidance', '3', '--json'])
    expect(status).toBe(0)
    expect(out.endsWith('}\n')).toBe(true)
    const said = JSON.parse(out)
    expect(said).toMatchObject({
      prompt: 'un chat',
      normalisedPrompt: 'un chat',
      unknownWords: [],
      likelySlips: [],
      wordless: false,
      cut: null,
      seed: 4_000_000_000,
      sampling: { temperature: 1, topK: 20, guidance: 3 },
      model: { name: 'random', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      engine: expect.stringContaining('onnxruntime'),
      sheet: join(folder, 'un-chat-4000000000.png'),
      policy: { level: 'off', outcome: 'allowed', reasons: [] },
    })
    expect(said.candidates.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4])
    const chosen = said.candidates.filter((candidate: { chosen: boolean }) => candidate.chosen)
    const others = said.candidates.filter((candidate: { chosen: boolean }) => !candidate.chosen)
    expect([chosen.length, others.length]).toEqual([2, 3])
    expect(others.every((one: object) => !('file' in one) && !('pixelSha256' in one))).toBe(true)
    const least = Math.min(...chosen.map(({ score }: { score: number }) => score))
    expect(others.every(({ score }: { score: number }) => score <= least)).toBe(true)
    for (const { file, index, score, matchProbability, pixelSha256: sha256 } of chosen) {
      const png = readFileSync(file)
      expect(pixelSha256(await decodePicture(png))).toBe(sha256)
      const carried = readRecipe(png)
      expect(carried).toMatchObject({
        kind: 'picture',
        record: {
          recipe: {
            index,
            seed: said.seed,
            prompt: 'un chat',
            sampling: said.sampling,
            model: said.model,
            candidates: 5,
          },
          score: { score, matchProbability },
          engine: said.engine,
        },
      })
    }
    const sheet = readRecipe(readFileSync(said.sheet))
    expect(sheet.kind === 'sheet' && sheet.records.length).toBe(2)
    expect(Object.values(said.timings).every((time) => typeof time === 'number')).toBe(true)
  })

  it('draws the same candidates whatever the number of candidates', async () => {
    const shas = async (candidates: string) => {
      const argv = ['a cat', '--model', 'random', '--count', '1', '--candidates', candidates, '--seed', '3', '--json']
      const said = JSON.parse((await neuf(argv)).out)
      return said.candidates.map(({ tokensSha256 }: { tokensSha256: string }) => tokensSha256)
    }
    const nine = await shas('9')
    expect(new Set(nine).size).toBe(9)
    expect(await shas('1')).toEqual(nine.slice(0, 1))
    expect((await shas('12')).slice(0, 9)).toEqual(nine)
  })

  it('replaces what --out names, a folder or a sheet', async () => {
    const sheet = join(folder, 'deep', 'sheet.PNG')
    expect((await neuf(['a cat', ...small, '--out', 'deep/sheet.PNG', '--seed', '1'])).status).toBe(0)
    const before = readFileSync(sheet)
    expect((await neuf(['a cat', ...small, '--out', 'deep/sheet.PNG', '--seed', '2'])).status).toBe(0)
    expect(readFileSync(sheet)).not.toEqual(before)
    expect(files()).toEqual(['deep', 'deep/sheet', 'deep/sheet.PNG', 'deep/sheet/1.png', 'deep/sheet/2.png'])
    expect((await neuf(['a cat', ...small, '--out', 'deep'])).out).toContain('deep/sheet.png')
    expect(existsSync(join(folder, 'deep', '1.png'))).toBe(true)
  })

  it('writes one page that holds the pictures, in the language of the shell', async () => {
    const argv = ['a <b>cat</b>', ...small, '--out', 'deep/nine.HTML']
    const { status, out } = await neuf(argv, { environment: { NEUF_MODELS: models, LANG: 'fr_FR.UTF-8' } })
    expect([status, out]).toEqual([0, expect.stringContaining('The 2 best of 5: deep/nine.HTML\n')])
    expect(files()).toEqual(['deep', 'deep/nine.HTML'])
    const page = readFileSync(join(folder, 'deep', 'nine.HTML'), 'utf8')
    expect(page).toContain('<html lang="fr">')
    expect(page).toContain('<h1>a &lt;b&gt;cat&lt;/b&gt;</h1>')
    const pngs = [...page.matchAll(/src="data:image\/png;base64,([^"]+)"/g)].map(([, text]) =>
      Buffer.from(text!, 'base64'),
    )
    const said = JSON.parse((await neuf([...argv, '--json'])).out)
    expect(said).toMatchObject({ sheet: null, page: join(folder, 'deep', 'nine.HTML') })
    const chosen = said.candidates.filter((one: { chosen: boolean }) => one.chosen)
    expect(chosen.length).toBe(2)
    expect(await Promise.all(pngs.map(async (png) => pixelSha256(await decodePicture(png))))).toEqual(
      chosen
        .toSorted((a: { rank: number }, b: { rank: number }) => a.rank - b.rank)
        .map((one: { pixelSha256: string }) => one.pixelSha256),
    )
    expect(readRecipe(pngs[0]!)).toMatchObject({ kind: 'picture', record: { recipe: { prompt: 'a <b>cat</b>' } } })
  })

  it('leaves out of its files what it is told to', async () => {
    for (const out of ['x.png', 'x.html']) {
      expect((await neuf(['a zebra', ...small, '--out', out, '--metadata', 'none'])).status).toBe(0)
    }
    for (const file of ['x.png', 'x/1.png', 'x/2.png']) {
      const png = readFileSync(join(folder, file))
      expect((await sharp(png).metadata()).xmp, file).toBeUndefined()
      expect(() => readRecipe(png)).toThrow('carries no neuf:recipe')
      for (const word of ['neuf', 'zebra', 'iptc', 'parameters'])
        expect(png.includes(word), `${file} ${word}`).toBe(false)
    }
    const page = readFileSync(join(folder, 'x.html'), 'utf8')
    for (const word of ['--seed', 'zebra']) expect(page).not.toContain(word)
    const [, inside] = /base64,([^"]+)"/.exec(page)!
    expect(Buffer.from(inside!, 'base64')).toEqual(readFileSync(join(folder, 'x', '1.png')))
    // Otherwise the mark is there.
    await neuf(['a zebra', ...small, '--out', 'y.png'])
    const { xmpAsString } = await sharp(readFileSync(join(folder, 'y', '1.png'))).metadata()
    expect(xmpAsString).toContain('http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia')
    await neuf(['redraw', 'y.png', '--out', 'z.png', '--metadata', 'none'])
    expect(readFileSync(join(folder, 'z.png'))).toEqual(readFileSync(join(folder, 'x.png')))
    const { err } = await neuf(['a zebra', ...small, '--metadata', 'some'])
    expect(err).toContain('[option-value]')
  })

  it('shows the part of a prompt that the model does not see', async () => {
    const { status, err } = await neuf([`a cat ${'and a kangaroo '.repeat(20)}`, ...small])
    expect(status).toBe(0)
    expect(err).toMatch(/^neuf: The prompt is longer than .*kangaroo" \[prompt-cut\]\n$/)
  })

  it('warns of a prompt without a word, and draws it', async () => {
    for (const prompt of ['!!!', '123']) {
      const { status, err, out } = await neuf([prompt, ...small])
      expect([status, err]).toEqual([
        0,
        expect.stringMatching(/^neuf: There is no word here [^\n]+ \[prompt-wordless\]\n$/),
      ])
      expect(out).toContain('The 2 best of 5')
    }
    expect(JSON.parse((await neuf(['?', ...small, '--json'])).out)).toMatchObject({ wordless: true })
    expect((await neuf(['a cat', ...small])).err).toBe('')
  })

  it('names single pictures by rank, and tells which candidate each is', async () => {
    const { candidates } = JSON.parse((await neuf(['a cat', ...small, '--out', 'x.png', '--seed', '1', '--json'])).out)
    const chosen = candidates.filter(({ chosen }: { chosen: boolean }) => chosen)
    const byRank = chosen.toSorted((a: { rank: number }, b: { rank: number }) => a.rank - b.rank)
    expect(byRank.map(({ rank, file }: { rank: number; file: string }) => [rank, file])).toEqual([
      [1, join(folder, 'x', '1.png')],
      [2, join(folder, 'x', '2.png')],
    ])
    expect(byRank[0].score).toBeGreaterThanOrEqual(byRank[1].score)
    expect(candidates.filter(({ rank }: { rank: number | null }) => rank === null).length).toBe(3)
    const { out } = await neuf(['redraw', 'x.png'])
    expect(out).toContain(`picture 1 (candidate ${byRank[0].index}): pixels`)
    expect(out).toContain(`picture 2 (candidate ${byRank[1].index}): pixels`)
    expect((await neuf(['redraw', 'x/2.png'])).out).toContain(`candidate ${byRank[1].index}: pixels`)
    for (const command of ['generate', 'redraw']) {
      const help = (await neuf([command, '--help'])).out.replace(/\s+/g, ' ')
      expect(help).toMatch(/numbered by rank.* from 0/)
    }
  })

  it('draws without its card', async () => {
    await writeRandomModel(join(folder, 'bare'))
    rmSync(join(folder, 'bare', 'CARD.md'))
    expect(await neuf(['a cat', ...small, '--model', './bare'])).toMatchObject({ status: 0, err: '' })
  })

  it('names options as the command line does', async () => {
    const { err } = await neuf(['a cat', ...small, '--count', '6'])
    expect(err).toContain('--candidates cannot be "5": expected a whole number from 6 to')
  })

  it('leaves nothing that git would show in a checkout', async () => {
    const git = (...argv: string[]) => spawnSync('git', argv, { cwd: folder, encoding: 'utf8' })
    copyFileSync(new URL('../../.gitignore', import.meta.url), join(folder, '.gitignore'))
    expect(git('init', '--quiet').status).toBe(0)
    await neuf(['a cat', ...small])
    await neuf(['a cat', ...small, '--out', 'cats.png'])
    await neuf(['a cat', ...small, '--out', 'cats'])
    await neuf(['a cat', ...small, '--out', 'cats.html'])
    expect(git('status', '--porcelain').stdout).toBe('?? .gitignore\n')
  })

  it.runIf(process.platform === 'linux')('draws on the cpu and says why where there is no graphics card', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', join(folder, 'no-driver.json'))
    const { status, out, err } = await neuf(['a cat', ...small, '--json', '--device', 'webgpu'])
    vi.unstubAllEnvs()
    const line = /^neuf: --device webgpu cannot be used here \(.+\); this is computed on the cpu\. \[device\]\n$/
    expect([status, err]).toEqual([0, expect.stringMatching(line)])
    const told = (text: string) => (JSON.parse(text) as { engine: string }).engine
    expect(told(out)).toMatch(/^onnxruntime-node \S+ cpu /)
  })

  it.each<[string, string[], number, string]>([
    ['an empty prompt', ['generate', '  '], 2, 'prompt-empty'],
    ['a control character', ['generate', 'a\u0000b'], 2, 'prompt-control-characters'],
    ['a long prompt', ['generate', 'very '.repeat(300)], 2, 'prompt-too-long'],
    ['no such model', ['a cat', '--model', 'none'], 1, 'model-missing'],
    ['an empty path', ['a cat', ...small, '--out', ''], 2, 'option-value'],
    ['no candidates', ['a cat', ...small, '--candidates', '0'], 2, 'option-value'],
    ['more pictures than candidates', ['a cat', ...small, '--count', '6'], 2, 'option-value'],
    ['a seed in fractions', ['a cat', ...small, '--seed', '1.5'], 2, 'option-value'],
    ['a temperature below 0', ['a cat', ...small, '--temperature', '-1'], 2, 'option-value'],
    ['an unknown option', ['a cat', '--candidate', '3'], 2, 'option-unknown'],
    ['a file for a folder', ['a cat', ...small, '--out', 'taken'], 1, 'file-unwritable'],
    ['a file for a folder on the way', ['a cat', ...small, '--out', 'taken/x.png'], 1, 'file-unwritable'],
  ])('says in one line what is wrong with %s', async (_, argv, status, code) => {
    writeFileSync(join(folder, 'taken'), 'mine')
    const said = await neuf(argv)
    expect([said.status, said.out]).toEqual([status, ''])
    expect(said.err).toMatch(new RegExp(`^neuf: [^\n]+ \\[${code}\\]\n$`))
    expect(files()).toEqual(['taken'])
  })

  it('finds out before anything is loaded that it cannot write', async () => {
    writeFileSync(join(folder, 'taken'), 'mine')
    mkdirSync(join(folder, 'sheet.png'))
    mkdirSync(join(folder, 'page.html'))
    writeFileSync(join(folder, 'deep.html'), 'mine')
    const before = files()
    // Were the model looked for first, its absence would be the fault.
    // Of taken.png, the folder of single pictures would be the file.
    const places = ['taken', 'taken/x', 'taken/x.png', 'taken/deep/x.png', 'taken.png', 'sheet.png', 'x'.repeat(300)]
    places.push('taken/x.html', 'taken/deep/x.html', 'page.html', 'deep.html/x.html/y.html')
    for (const out of places) {
      const { status, err } = await neuf(['a cat', '--model', 'none', '--out', out])
      expect([status, err], out).toEqual([1, expect.stringMatching(/^neuf: [^\n]+ \[file-unwritable\]\n$/)])
    }
    const gone = await neuf(['a cat', '--model', 'none'], { folder: join(folder, 'gone') })
    expect(gone.err).toContain('[file-unwritable]')
    expect(files()).toEqual(before)
  })

  it.skipIf(process.platform !== 'linux')(
    'finds out that a folder takes no files, and leaves those that do empty',
    async () => {
      const { status, err } = await neuf(['a cat', '--model', 'none', '--out', '/proc/neuf/x.png'])
      const told =
        'neuf: Cannot write /proc: the system keeps no new files there. Choose a folder on a disk. [file-unwritable]\n'
      expect([status, err]).toEqual([1, told])
      expect((await neuf(['a cat', '--model', 'none', '--out', 'new/deep/x.png'])).err).toContain('[model-missing]')
      expect(files()).toEqual([])
    },
  )

  it('names the broken file of a model', async () => {
    await writeRandomModel(join(folder, 'broken'))
    truncateSync(join(folder, 'broken', 'scorer.safetensors'), 1000)
    const { status, err } = await neuf(['a cat', '--model', './broken'])
    expect([status, err]).toEqual([
      1,
      expect.stringMatching(/^neuf: [^\n]*scorer\.safetensors[^\n]*\[model-broken\]\n$/),
    ])
  })

  it('leaves nothing behind when it is stopped', async () => {
    const stop = new AbortController()
    const err = {
      isTTY: true,
      write: (text: string) => {
        if (text.includes('Drawing')) stop.abort()
      },
    }
    const { status } = await neuf(['a cat', ...small], { signal: stop.signal, err })
    expect(status).toBe(1)
    expect(files()).toEqual([])
  })
})

describe('words', () => {
  it('make plain names of files', () => {
    expect(slug('un éléphant à côté d’un chat!')).toBe('un-elephant-a-cote-d-un-chat')
    expect(slug('../../etc/passwd')).toBe('etc-passwd')
    expect(slug('猫 🦘')).toBe('picture')
    expect(slug('a'.repeat(300)).length).toBe(48)
  })

  it('do not hide what the model does not know', () => {
    const chosen = [0.9, 0.2].map((matchProbability, index) => ({
      index,
      tokens: new Uint16Array(0),
      picture: { width: 1, height: 1, channels: 3, data: new Uint8Array(3) } as const,
      score: { score: 1, matchProbability },
    }))
    expect(verdict({ normalisedPrompt: 'a red x capybara of chese', chosen, unknownWords: [], likelySlips: [] })).toBe(
      'About 1 of 2 match.',
    )
    const unsure = chosen.map((one) => ({ ...one, score: { score: 1, matchProbability: 0.4 } }))
    expect(
      verdict({ normalisedPrompt: 'a red x capybara of chese', chosen: unsure, unknownWords: [], likelySlips: [] }),
    ).toBe('Probably none of 2 match.')
    const unknownWords = [
      { word: 'capybara', suggestion: null },
      { word: 'chese', suggestion: 'cheese' },
    ]
    expect(verdict({ normalisedPrompt: 'a red x capybara of chese', chosen, unknownWords, likelySlips: [] })).toBe(
      'About 1 of 2 match the rest; never met: capybara, chese (did you mean cheese?).',
    )
    expect(
      verdict({
        normalisedPrompt: 'a red x capybara of chese',
        chosen: chosen.slice(0, 1),
        unknownWords: unknownWords.slice(0, 1),
        likelySlips: [],
      }),
    ).toBe('90 % likely to match the rest; never met: capybara.')
    expect(verdict({ normalisedPrompt: 'capybara chese', chosen, unknownWords, likelySlips: [] })).toBe(
      'It knows no word of this, so nothing says what matches; never met: capybara, chese (did you mean cheese?).',
    )
    const likelySlips = [
      { word: 'chese', suggestion: 'cheese' },
      { word: 'back', suggestion: 'black' },
    ]
    expect(verdict({ normalisedPrompt: 'a red x capybara of chese', chosen, unknownWords: [], likelySlips })).toBe(
      'About 1 of 2 match; probably reads chese as cheese, back as black.',
    )
    expect(
      verdict({
        normalisedPrompt: 'a red x capybara of chese',
        chosen,
        unknownWords: [{ word: 'x', suggestion: null }],
        likelySlips,
      }),
    ).toContain('; never met: x; probably reads chese as')
    const uncalibrated = chosen.map((one) => ({ ...one, score: { score: 1, matchProbability: null } }))
    expect(
      verdict({
        normalisedPrompt: 'a red x capybara of chese',
        chosen: uncalibrated,
        unknownWords: [],
        likelySlips: [],
      }),
    ).toContain('cannot tell')
  })
})
