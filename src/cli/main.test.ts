import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { NeufError } from '../errors/errors.ts'
import { type Context, defineCommand } from './command.ts'
import type { CommandTable } from './commands.ts'
import { run } from './main.ts'

const generate = defineCommand({
  name: 'generate',
  summary: 'draw',
  usage: 'PROMPT',
  positionals: { least: 1, most: 1 },
  options: { seed: { kind: 'integer', value: 'N', least: 0, most: 9, default: 1, help: 'The seed' } },
  async run(context, { seed }, [prompt]) {
    context.out.write(`${prompt} ${seed}`)
    return 0
  },
})
const breaks = defineCommand({
  name: 'break',
  summary: 'break',
  usage: 'HOW',
  positionals: { least: 0, most: 1 },
  options: {},
  async run(_context, _options, [how]) {
    const system = (code: string, syscall: string) =>
      Object.assign(new Error(code), { code, syscall, path: '/x\x1b[2J' })
    if (how === 'full') throw system('ENOSPC', 'write')
    if (how === 'gone') throw system('ENOENT', 'open')
    if (how === 'denied') throw system('EACCES', 'mkdir')
    if (how === 'cancelled') throw new NeufError('cancelled', { what: 'at step 5' })
    if (how === 'package') {
      const message = "Cannot find package 'sharp' imported from /a/b.ts"
      throw Object.assign(new Error(message), { code: 'ERR_MODULE_NOT_FOUND' })
    }
    throw new TypeError('boom\n  at once')
  },
})
const table: CommandTable = {
  generate: async () => ({ command: generate }),
  things: async () => ({ command: { name: 'things', summary: 'group', commands: [generate, breaks] } }),
  break: async () => ({ command: breaks }),
}

async function call(argv: string[], environment: Record<string, string> = {}) {
  let out = ''
  let err = ''
  const context: Context = {
    out: { write: (text) => (out += text) },
    err: { write: (text) => (err += text) },
    signal: new AbortController().signal,
    folder: '/',
    environment,
    now: () => 0,
    randomSeed: () => 4,
  }
  const status = await run(argv, context, table)
  return { status, out, err }
}

describe('run', () => {
  it('takes a first word that is no command for a prompt', async () => {
    expect(await call(['a red cat'])).toEqual({ status: 0, out: 'a red cat 1', err: '' })
    expect((await call(['--seed', '3', 'a red cat'])).out).toBe('a red cat 3')
    expect((await call(['generate', 'things'])).out).toBe('things 1')
    expect((await call(['constructor'])).out).toBe('constructor 1')
    expect((await call(['things', 'generate', 'x', '--seed=2'])).out).toBe('x 2')
  })

  it('prints help and the version where they are asked for, and help with status 2 where nothing is', async () => {
    const overview = await call(['--help'])
    expect(overview.status).toBe(0)
    expect(overview.out).toMatch(/generate +draw\n +things +group/)
    expect(await call(['help'])).toEqual(overview)
    expect(await call([])).toEqual({ status: 2, out: '', err: overview.out })
    expect((await call(['generate', '--help'])).out).toMatch(
      /^neuf generate PROMPT \[options\]\n\ndraw\.\n\nOptions:\n {2}--seed N +The seed \(a whole number from 0 to 9; default 1\)\n$/,
    )
    expect(await call(['help', 'generate'])).toEqual(await call(['generate', '-h']))
    expect((await call(['things', '--help'])).out).toMatch(/neuf things generate PROMPT +draw/)
    expect((await call(['things', 'generate', '--help'])).out).toMatch(/^neuf things generate PROMPT/)
    expect((await call(['--version'])).out).toMatch(/^neuf \d+\.\d+\.\d+\n$/)
  })

  it.each([
    [
      ['--sed', '3', 'x'],
      'neuf: Unknown option --sed. Did you mean --seed? See: neuf generate --help [option-unknown]\n',
    ],
    [['x', '--seed', '10'], 'neuf: --seed cannot be "10": expected a whole number from 0 to 9. [option-value]\n'],
    [['generate'], 'neuf: Missing: PROMPT. See: neuf generate --help [usage]\n'],
    [['a', 'b'], 'neuf: One too many: "b". See: neuf generate --help [usage]\n'],
    [['things'], 'neuf: Say which: generate, break. See: neuf things --help [usage]\n'],
    [
      ['things', 'brake'],
      'neuf: There is no "neuf things brake"; did you mean break? See: neuf things --help [usage]\n',
    ],
    [['things', 'xyz'], 'neuf: There is no "neuf things xyz". See: neuf things --help [usage]\n'],
  ])('%j is wrong usage', async (argv, err) => {
    expect(await call(argv)).toEqual({ status: 2, out: '', err })
  })

  it.each([
    ['full', /^neuf: Cannot write \/x\\u\{1b\}\[2J: the disk is full\. .* \[file-unwritable\]\n$/],
    ['gone', /^neuf: There is no file at .* \[file-missing\]\n$/],
    ['denied', /^neuf: Cannot write .*permission denied.* \[file-unwritable\]\n$/],
    ['cancelled', /^neuf: Stopped: at step 5\. \[cancelled\]\n$/],
    ['package', /^neuf: A part is not installed: sharp\. Run: npm ci \[not-installed\]\n$/],
    ['other', /^neuf: This should not have happened: TypeError: boom at once\. NEUF_DEBUG=1 .* \[unexpected\]\n$/],
  ])('a fault (%s) is one line and status 1', async (how, line) => {
    const { status, out, err } = await call(['break', how])
    expect(err).toMatch(line)
    expect({ status, out }).toEqual({ status: 1, out: '' })
  })

  it('shows the stack when asked to', async () => {
    expect((await call(['break'], { NEUF_DEBUG: '1' })).err).toMatch(/\n +at .*main\.test\.ts/)
  })
})

/** A process of its own, since what is tested is how one ends. */
function process_(source: string, folder: string) {
  const main = new URL('./main.ts', import.meta.url).href
  const storage = new URL('../storage/atomic-write.ts', import.meta.url).href
  const text = `
    import { start } from ${JSON.stringify(main)}
    import { atomicWrite } from ${JSON.stringify(storage)}
    const run = ${source}
    const command = { name: 'x', summary: '', usage: '', positionals: { least: 0, most: 0 }, options: {}, run }
    start(['x'], { x: async () => ({ command }) })`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', text], { cwd: folder })
  let err = ''
  child.stderr.on('data', (data) => {
    err += data
  })
  const ended = new Promise<{ status: number | null; err: string }>((resolve) => {
    child.on('close', (status) => resolve({ status, err }))
  })
  return { child, ended }
}

describe.skipIf(process.platform === 'win32')('a process', () => {
  const inFolder = async (test: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'neuf-cli-'))
    await test(folder).finally(() => rmSync(folder, { recursive: true, force: true }))
  }

  it('ends quietly when nobody reads on', () =>
    inFolder(async (folder) => {
      const { child, ended } = process_(
        `async ({ out }) => { for (;;) { out.write('x'.repeat(65536)); await new Promise(setImmediate) } }`,
        folder,
      )
      child.stdout.once('data', () => child.stdout.destroy())
      expect(await ended).toEqual({ status: 0, err: '' })
    }))

  it('stops at Ctrl-C with 130, when the command obeys the signal', () =>
    inFolder(async (folder) => {
      const { child, ended } = process_(
        `({ out, signal }) => new Promise((_, reject) => {
          const alive = setInterval(() => {}, 1000)
          signal.addEventListener('abort', () => { clearInterval(alive); reject(signal.reason) })
          out.write('ready')
        })`,
        folder,
      )
      child.stdout.once('data', () => child.kill('SIGINT'))
      expect(await ended).toEqual({ status: 130, err: 'neuf: Stopped: as you asked. [cancelled]\n' })
    }))

  it('at a second Ctrl-C ends at once and takes its unfinished files along', () =>
    inFolder(async (folder) => {
      const { child, ended } = process_(
        `({ out }) => atomicWrite('result', (async function* () {
          yield new Uint8Array(10)
          out.write('ready')
          for (;;) await new Promise((resolve) => setTimeout(resolve, 20))
        })())`,
        folder,
      )
      child.stdout.once('data', () => {
        expect(readdirSync(folder)).toHaveLength(1)
        child.kill('SIGINT')
        setTimeout(() => child.kill('SIGINT'), 800)
      })
      expect((await ended).status).toBe(130)
      expect(readdirSync(folder)).toEqual([])
    }))

  it('is ended, with a word, when it does not stop in time', () =>
    inFolder(async (folder) => {
      const { child, ended } = process_(
        `({ out }) => { out.write('ready'); return new Promise(() => setInterval(() => {}, 1000)) }`,
        folder,
      )
      child.stdout.once('data', () => child.kill('SIGTERM'))
      expect(await ended).toEqual({ status: 143, err: 'neuf: Stopped: as you asked. [cancelled]\n' })
    }))

  it('writes all its output before it ends, and gives the status of the command', () =>
    inFolder(async (folder) => {
      const { child, ended } = process_(
        `async ({ out }) => { out.write('y'.repeat(3e6)); setInterval(() => {}, 1e6); return 1 }`,
        folder,
      )
      let length = 0
      child.stdout.on('data', (data) => {
        length += data.length
      })
      expect((await ended).status).toBe(1)
      expect(length).toBe(3e6)
    }))

  it.skipIf(process.platform !== 'linux')('says so when its output goes to a full disk', () => {
    const main = new URL('./main.ts', import.meta.url).href
    const text = `import { start } from ${JSON.stringify(main)}; start(['--version'])`
    const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', text], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
      encoding: 'utf8',
    })
    expect(stderr).toMatch(/^neuf: Cannot write standard output: the disk is full\./)
    expect(status).toBe(1)
  })
})
