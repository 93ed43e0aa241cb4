import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

const launcher = fileURLToPath(new URL('./neuf.cjs', import.meta.url))

/** A project that holds nothing but the launcher. */
let project = ''
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'neuf-launcher-'))
  mkdirSync(join(project, 'bin'))
  copyFileSync(launcher, join(project, 'bin', 'neuf.cjs'))
  // Stands in for an old Node: the launcher asks for nothing else.
  writeFileSync(join(project, 'old.cjs'), "Object.defineProperty(process.versions, 'node', { value: '12.0.0' })")
})
afterEach(() => rmSync(project, { recursive: true, force: true }))

const launch = (args: string[], old: boolean) => {
  const node = old ? ['--require', join(project, 'old.cjs')] : []
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [...node, join(project, 'bin', 'neuf.cjs'), ...args],
    {
      encoding: 'utf8',
    },
  )
  return { status, signal, stdout, stderr }
}

describe('the launcher', () => {
  it('holds no form of JavaScript that an old Node would not understand', () => {
    const code = readFileSync(launcher, 'utf8')
      .replace(/^#!.*/, '')
      .replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
      .replace(/'[^'\n]*'/g, "''")
    expect(code).not.toMatch(
      /=>|\b(let|const|class|async|await|import|export|of|yield)\b|`|\.\.\.|\?\.|\?\?|\*\*|,\s*[)\]}]/,
    )
  })

  it('says what to do before installing', () => {
    const { status, stdout, stderr } = launch(['a cat'], false)
    expect(stderr).toMatch(/^neuf: it is not installed yet\. Run in .*: npm ci \[not-ready\]\n$/)
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
  })

  it('says what to do on an old Node where npm ran no install scripts', () => {
    mkdirSync(join(project, 'node_modules'))
    const { status, stderr } = launch(['a cat'], true)
    expect(stderr).toMatch(/^neuf: this is Node 12\.0\.0, and Node 24 is needed\. .*npm ci --ignore-scripts=false.*\n$/)
    expect(status).toBe(1)
  })

  it('starts the program with its arguments on a Node that is new enough', () => {
    mkdirSync(join(project, 'node_modules'))
    mkdirSync(join(project, 'src', 'cli'), { recursive: true })
    writeFileSync(join(project, 'package.json'), '{"type":"module"}')
    const main = 'export const start = (argv: string[]): void => console.log(JSON.stringify(argv))'
    writeFileSync(join(project, 'src', 'cli', 'main.ts'), main)
    expect(launch(['a cat', '--seed', '3'], false)).toEqual({
      status: 0,
      signal: null,
      stdout: '["a cat","--seed","3"]\n',
      stderr: '',
    })
  })

  describe.skipIf(process.platform === 'win32')('with the Node that npm brought', () => {
    const bring = (script: string) => {
      const folder = join(project, 'node_modules', 'node', 'bin')
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'node'), `#!/bin/sh\n${script}\n`)
      chmodSync(join(folder, 'node'), 0o755)
    }

    it('hands over arguments and exit status', () => {
      bring('shift; printf "%s|" "$@"; exit 7')
      expect(launch(['a "red" cat', '--seed', '3', ''], true)).toEqual({
        status: 7,
        signal: null,
        stdout: 'a "red" cat|--seed|3||',
        stderr: '',
      })
    })

    it('ends as the other ended', () => {
      bring('kill -TERM $$')
      expect(launch([], true).signal).toBe('SIGTERM')
    })

    it('says so when it does not start, and never hands over twice', () => {
      bring('exit 0')
      chmodSync(join(project, 'node_modules', 'node', 'bin', 'node'), 0o644)
      expect(launch([], true).stderr).toMatch(/does not start .* Run: npm ci/)
      bring(`exec ${process.execPath} --require ${join(project, 'old.cjs')} "$@"`)
      expect(launch([], true).stderr).toMatch(/^neuf: this is Node 12\.0\.0/)
    })
  })
})
