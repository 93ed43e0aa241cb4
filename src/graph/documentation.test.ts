/** Runs the samples of docs/graph.md: each must print what its comments say. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const page = readFileSync(new URL('../../docs/graph.md', import.meta.url), 'utf8')
const samples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code!)

describe('docs/graph.md', () => {
  it('has samples that print', () => {
    expect(samples.length).toBeGreaterThan(3)
    for (const sample of samples) expect(sample).toContain('console.log')
  })

  for (const [at, sample] of samples.entries()) {
    it(`sample ${at + 1} runs and prints what it says`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'neuf-sample-'))
      try {
        const file = join(folder, 'sample.mts')
        writeFileSync(file, sample.replaceAll("'../src/", `'${new URL('..', import.meta.url)}`))
        const { stdout, stderr, status } = spawnSync(process.execPath, [file], { encoding: 'utf8' })
        const promised = [...sample.matchAll(/console\.log\(.*\) \/\/ (.*)/g)].map(([, words]) => words)
        expect({ lines: stdout.trimEnd().split('\n'), stderr, status }).toEqual({
          lines: promised,
          stderr: '',
          status: 0,
        })
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  }

  it('names files that are there', () => {
    for (const [, path] of page.matchAll(/`((?:src|tools)\/[\w/.-]+\.(?:ts|py))`/g)) {
      if (path === 'src/graph/ops/softplus.ts' || path === 'src/networks/colour-namer.ts') continue
      expect(() => readFileSync(new URL(`../../${path}`, import.meta.url)), path).not.toThrow()
    }
  })
})
