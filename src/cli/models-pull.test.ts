import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { writeModel } from '../models/model-folder.ts'
import type { ConvertPublished } from '../models/published/located-file.ts'
import { type HubServer, startHub } from '../models/published/testing/hub-server.ts'
import { plainModel } from '../models/testing/plain-model.ts'
import type { Context } from './command.ts'
import { type PullEdges, pullCommand } from './models-pull.ts'
import { call } from './testing/call.ts'

let server: HubServer
let folder = ''
beforeEach(async () => {
  server = await startHub()
  folder = mkdtempSync(join(tmpdir(), 'neuf-pull-'))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** In the place of the converter: it makes a small model, and notes what it was given. */
let given: Parameters<ConvertPublished>[] = []
const convert: ConvertPublished = async (...all) => {
  given.push(all)
  await writeModel(all[1].to, { ...plainModel, name: `draws-${given.length}`, files: { 'CARD.md': '# Draws\n' } })
}
beforeEach(() => {
  given = []
})

const pull = (argv: readonly string[], change: Partial<Context> = {}, edges: PullEdges = {}, by = convert) => {
  const command = pullCommand(by, { publications: [server.publication], pause: async () => undefined, ...edges })
  const environment = {
    HF_ENDPOINT: server.base.href,
    NEUF_CACHE: 'cache',
    NEUF_MODELS: join(folder, 'models'),
    HOME: folder,
  }
  const table = { pull: async () => ({ command }) }
  return call(['pull', ...argv], { folder, environment, ...change }, table)
}
const models = () => readdirSync(join(folder, 'models'), { recursive: true }).map(String).sort()
const model = ['draws', 'draws/CARD.md', 'draws/model.json']

describe('neuf models pull', () => {
  it('fetches, converts, and puts the model where its name finds it', async () => {
    const { status, out, err } = await pull(['somebody/draws'])
    expect({ status, out }).toEqual({
      status: 0,
      out: `${join(folder, 'models', 'draws')} is made of 5 files, checked: 1 by the SHA-256 that neuf knows, 4 by the hash that the hub lists\n`,
    })
    expect(err).toMatch(/^neuf: 0\.4 MB to fetch into .*cache\/hub, 0\.1 MB for the model\.\n$/)
    expect(models()).toEqual(expect.arrayContaining(model))
    expect(models().filter((name) => name.startsWith('.'))).toEqual([])
    const [files, { precision, publication }] = given[0]!
    expect({ precision, name: publication.name }).toEqual({ precision: 'int8-rows', name: 'somebody/draws' })
    expect(files.map(({ role, path }) => `${role} ${path}`)).toEqual([
      'generator config.json',
      'generator flax_model.msgpack',
      'text vocab.json',
      'text words/all.txt',
      'image-tokenizer config.json',
    ])
    for (const { at, path } of files.slice(1, 4)) expect(server.content(path).equals(readFileSync(at))).toBe(true)
    expect([...new Set(server.asked.map(({ agent }) => agent))]).toEqual([
      expect.stringMatching(/^neuf\/\d+\.\d+\.\d+ \(neuf models pull\)$/),
    ])
  })

  it('does nothing where the model is there, and makes it anew when asked, without fetching', async () => {
    await pull(['draws'])
    const first = readFileSync(join(folder, 'models/draws/model.json'), 'utf8')
    server.asked.length = 0
    expect((await pull(['draws'])).out).toMatch(/is there already; --again makes it anew\n$/)
    expect(given).toHaveLength(1)
    const { status, out } = await pull(['draws', '--again', '--precision', 'fp16', '--json'])
    expect(status).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      name: 'somebody/draws',
      made: true,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(JSON.parse(out).files).toHaveLength(5)
    expect(given[1]![1].precision).toBe('fp16')
    expect(readFileSync(join(folder, 'models/draws/model.json'), 'utf8')).not.toBe(first)
    expect(server.asked).toEqual([])
  })

  it('keeps the earlier model, and nothing half-made, where converting fails, stops or makes no model', async () => {
    await pull(['draws'])
    const before = models()
    const stop = new AbortController()
    const bad: [ConvertPublished, string][] = [
      [async (_, { to }) => void writeFileSync(join(to, 'half'), ''), 'file-missing'],
      [async () => Promise.reject(new NeufError('weights-broken', { path: 'x', why: 'y' })), 'weights-broken'],
      [
        async (files, options) => {
          await convert(files, options)
          stop.abort(new NeufError('cancelled', { what: 'as you asked' }))
        },
        'cancelled',
      ],
    ]
    for (const [by, code] of bad) {
      const { status, out, err } = await pull(['draws', '--again'], { signal: stop.signal }, {}, by)
      expect({ status, out }).toEqual({ status: 1, out: '' })
      expect(err).toContain(`[${code}]`)
      expect(models()).toEqual(before)
    }
  })

  it('refuses a second one for the same folder, and lets it through afterwards', async () => {
    let second: Awaited<ReturnType<typeof pull>> | undefined
    const { status } = await pull(['draws'], {}, {}, async (files, options) => {
      second = await pull(['draws', '--to', 'models/draws'])
      await convert(files, options)
    })
    expect(status).toBe(0)
    expect(second).toMatchObject({ status: 1, err: expect.stringMatching(/\[claimed\]\n$/) })
    expect((await pull(['draws', '--again'])).status).toBe(0)
  })

  it('says how much it needs, and fetches nothing where that is not there', async () => {
    const { status, err } = await pull(['draws'], {}, { free: async () => 100_000 })
    expect(status).toBe(1)
    expect(err).toMatch(/has 0\.00 GB free and needs 0\.00 GB\. .*\[disk-too-small\]\n$/)
    expect(server.asked.every(({ path }) => path.includes('paths-info'))).toBe(true)
    expect(models()).toEqual([])
  })

  it('writes into no folder that holds something else, and over no link', async () => {
    mkdirSync(join(folder, 'mine'))
    writeFileSync(join(folder, 'mine', 'letter'), 'dear')
    symlinkSync(join(folder, 'mine'), join(folder, 'link'))
    for (const to of ['mine', 'link']) {
      expect((await pull(['draws', '--to', to])).err).toMatch(/\[model-in-the-way\]\n$/)
    }
    expect(readdirSync(join(folder, 'mine'))).toEqual(['letter'])
    mkdirSync(join(folder, 'empty'))
    expect((await pull(['draws', '--to', 'empty'])).status).toBe(0)
    expect(server.asked.length).toBeGreaterThan(0)
  })

  it.each([
    [
      ['somebody/drawz'],
      2,
      /Neuf cannot pull "somebody\/drawz"\. Did you mean somebody\/draws\? It knows: somebody\/draws\. \[publication-unknown\]/,
    ],
    [['draws', '--precision', 'fp8'], 2, /\[option-value\]/],
    [[], 2, /\[usage\]/],
    [['draws', 'more'], 2, /\[usage\]/],
    [
      ['draws', '--from', 'nowhere'],
      1,
      /The generator needs config\.json of somebody\/draws, which is not in .*nowhere.*\[published-file-missing\]/,
    ],
  ] as const)('says in one line what is wrong with %j', async (argv, status, words) => {
    const said = await pull(argv)
    expect(said).toMatchObject({ status, out: '', err: expect.stringMatching(words) })
    expect(said.err.split('\n')).toHaveLength(2)
  })

  it('checks the endpoint and the token before anything is sent', async () => {
    const environment = { NEUF_CACHE: 'cache', NEUF_MODELS: 'models' }
    const endpoint = await pull(['draws'], { environment: { ...environment, HF_ENDPOINT: 'http://example.org' } })
    expect(endpoint.err).toMatch(/^neuf: HF_ENDPOINT cannot be/)
    const token = await pull(['draws'], {
      environment: { ...environment, HF_ENDPOINT: server.base.href, HF_TOKEN: 'secret' },
    })
    expect(token.err).toMatch(/^neuf: HF_TOKEN cannot be "\.\.\.": expected a token that begins with hf_/)
    expect(server.asked).toEqual([])
  })
})

describe('--from', () => {
  const put = (place: string, content: Uint8Array) => {
    mkdirSync(join(folder, 'from', place, '..'), { recursive: true })
    writeFileSync(join(folder, 'from', place), content)
  }
  const fill = () => {
    put('generator/config.json', Buffer.from('{}'))
    put('somebody/draws/flax_model.msgpack', server.content('flax_model.msgpack'))
    put('draws/vocab.json', server.content('vocab.json'))
    put(`models--somebody--draws/snapshots/${'1'.repeat(40)}/words/all.txt`, server.content('words/all.txt'))
    put(`another/sees/${'2'.repeat(40)}/config.json`, Buffer.from('{}'))
  }

  it('takes files by role or by repository, and asks nobody', async () => {
    fill()
    const { status, out } = await pull(['draws', '--from', 'from'])
    expect({ status, out }).toMatchObject({
      status: 0,
      out: expect.stringMatching(
        /checked: 1 by the SHA-256 that neuf knows, 4 not at all, since neuf knows no hash of them\n$/,
      ),
    })
    expect(server.asked).toEqual([])
    expect(existsSync(join(folder, 'cache'))).toBe(false)
    expect(given[0]![0].map(({ at }) => at.startsWith(join(folder, 'from')))).toEqual([true, true, true, true, true])
  })

  it('refuses what has another hash than the one it knows, and leaves it', async () => {
    fill()
    const spoilt = Buffer.from(server.content('flax_model.msgpack'))
    spoilt[5]! ^= 1
    put('somebody/draws/flax_model.msgpack', spoilt)
    const { status, err } = await pull(['draws', '--from', 'from'])
    expect({ status, given: given.length }).toEqual({ status: 1, given: 0 })
    expect(err).toMatch(
      /is not the published file: its SHA-256 is .* It was left as it is;.*\[published-file-other\]\n$/,
    )
    expect(spoilt.equals(readFileSync(join(folder, 'from/somebody/draws/flax_model.msgpack')))).toBe(true)
    expect(models()).toEqual([])
  })
})
