import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { call } from './testing/call.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-serve-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('neuf serve', () => {
  it.each([
    [['serve', '--host', '0.0.0.0'], {}, 2, 'token-needed'],
    [['serve', '--host', '::'], {}, 2, 'token-needed'],
    [['serve', '--host', '0.0.0.0'], { NEUF_TOKEN: 'short' }, 2, 'option-value'],
    [['serve', '--model', 'nobody'], {}, 1, 'model-missing'],
    [['serve', '--model', 'pictogram-tiny', '--model', 'pictogram-tiny'], {}, 2, 'option-value'],
    [['serve', '--data', '/dev/null/x'], {}, 1, 'file-unwritable'],
    [['serve'], { DATABASE_URL: 'postgres://127.0.0.1:1/none' }, 1, 'database'],
    [['serve'], { NEUF_SCHEMA: 'a b' }, 2, 'option-value'],
    [['serve', '--port', '70000'], {}, 2, 'option-value'],
    [['worker'], {}, 2, 'no-shared-database'],
  ])('%j with %j ends with status %i and %s', async (argv, environment, status, code) => {
    const { err, ...result } = await call(argv, { folder, environment })
    expect(result.status).toBe(status)
    expect(err).toMatch(new RegExp(`^neuf: .+ \\[${code}\\]\\n$`))
    expect(err).not.toContain('short')
  })

  it('costs the other commands nothing', () => {
    // What is loaded to print the help of all commands, told by a loader hook.
    const script = `
      const seen = []
      require('node:module').registerHooks({
        resolve(specifier, context, next) { const found = next(specifier, context); seen.push(found.url); return found },
      })
      import(${JSON.stringify(new URL('./commands.ts', import.meta.url).href)})
        .then(({ commands }) => Promise.all(Object.values(commands).map((load) => load())))
        .then(() => console.log(JSON.stringify(seen)))`
    const seen = JSON.parse(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })) as string[]
    expect(seen.some((url) => url.endsWith('/cli/serve.ts'))).toBe(true)
    expect(
      seen.filter((url) => /\/src\/server\/|node_modules\/(hono|@hono|zod|pg|pg-boss|@electric-sql)\//.test(url)),
    ).toEqual([])
  })
})
