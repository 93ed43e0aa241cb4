import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkRooms, readSources } from './check-rooms.ts'
import { findImports } from './imports.ts'
import { type Room, rooms } from './rooms.ts'

const table: Readonly<Record<string, Room>> = {
  errors: { imports: [] },
  graph: { imports: [], packages: ['@scope/wire'] },
  image: { imports: [], edges: { 'codec.ts': ['sharp'], 'node/': ['node:'] } },
  generate: { imports: ['graph'], types: ['image'] },
  server: { imports: [], packages: ['node:'] },
  cli: { imports: ['generate', 'server/server.ts'], packages: ['node:'] },
}
const base = {
  'errors/errors.ts': '',
  'graph/index.ts': '',
  'image/pixels.ts': '',
  'generate/choose.ts': '',
  'server/server.ts': '',
  'server/queue.ts': '',
}
const check = (files: Record<string, string>) => checkRooms(new Map(Object.entries({ ...base, ...files })), table)

describe('checkRooms', () => {
  it('accepts what the table allows: own files, errors, listed rooms and packages, types, edges, one file of a room', () => {
    expect(
      check({
        'graph/ops/add.ts': "import { x } from '../index.ts'\nimport { NeufError } from '../../errors/errors.ts'",
        'graph/onnx.ts': "import { w } from '@scope/wire/deep'",
        'image/codec.ts': "const sharp = await import('sharp')",
        'image/node/read.ts': "import 'node:fs'",
        'generate/events.ts': "import type { Pixels } from '../image/pixels.ts'\nimport { g } from '../graph/index.ts'",
        'cli/main.ts': "import { s } from '../server/server.ts'\nexport * from '../generate/choose.ts'",
        'index.ts': "export * from './cli/main.ts'",
      }),
    ).toEqual([])
  })

  it('names file, line and fault of every room that is entered without leave', () => {
    expect(check({ 'graph/bad.ts': "\nimport { a } from '../generate/choose.ts'" })).toEqual([
      'src/graph/bad.ts:2: "graph" may not import from "generate" (../generate/choose.ts)',
    ])
    expect(check({ 'generate/bad.ts': "import { Pixels } from '../image/pixels.ts'" })).toEqual([
      'src/generate/bad.ts:1: "generate" may import only types from "image" (../image/pixels.ts)',
    ])
    expect(check({ 'cli/bad.ts': "import { q } from '../server/queue.ts'" })).toHaveLength(1)
    expect(check({ 'graph/bad.ts': "import type { a } from '../generate/choose.ts'" })).toHaveLength(1)
    expect(check({ 'graph/bad.ts': "const a = await import('../generate/choose.ts')" })).toHaveLength(1)
    expect(check({ 'graph/bad.ts': "export { a } from '../generate/choose.ts'" })).toHaveLength(1)
    expect(check({ 'attic/new.ts': "import '../graph/index.ts'" })[0]).toMatch(/room "attic" is not in/)
  })

  it('keeps Node and packages out of rooms that do not list them', () => {
    expect(check({ 'graph/bad.ts': "import { readFileSync } from 'node:fs'" })[0]).toMatch(/may not import from Node/)
    expect(check({ 'image/pixels.ts': "import sharp from 'sharp'" })[0]).toMatch(/may not import the package sharp/)
    expect(check({ 'image/node/read.ts': "import sharp from 'sharp'" })).toHaveLength(1)
    expect(check({ 'graph/bad.ts': "import '@scope/other'" })[0]).toMatch(/the package @scope\/other/)
  })

  it('refuses paths it cannot follow', () => {
    expect(check({ 'graph/bad.ts': "import './gone.ts'" })[0]).toMatch(/leads to no file/)
    expect(check({ 'graph/bad.ts': "import '../../bench/run.ts'" })[0]).toMatch(/leads to no file/)
    expect(check({ 'cli/bad.ts': 'const m = await import(name)' })[0]).toMatch(/computed import/)
    expect(check({ 'cli/bad.ts': 'const m = await import(`./${name}.ts`)' })[0]).toMatch(/computed import/)
    const edges = { edges: { 'plugin.ts': ['computed'] } }
    const at = (path: string) => new Map([[path, 'await import(name)']])
    expect(checkRooms(at('cli/plugin.ts'), { cli: { imports: [], ...edges } })).toEqual([])
    expect(checkRooms(at('cli/other.ts'), { cli: { imports: [], ...edges } })[0]).toMatch(/computed import/)
  })

  it('lets tests import anything, and nobody else import tests', () => {
    const files = { 'graph/index.test.ts': "import 'node:fs'\nimport '../cli/main.ts'", 'cli/main.ts': '' }
    expect(check({ ...files, 'graph/testing/draw.ts': "import 'sharp'" })).toEqual([])
    expect(check({ 'graph/testing/draw.ts': '', 'graph/bad.ts': "import './testing/draw.ts'" })[0]).toMatch(
      /only tests/,
    )
  })

  it('finds circles of values, however long, and lets types refer to each other', () => {
    const circle = check({
      'graph/a.ts': "import './b.ts'",
      'graph/b.ts': "export { c } from './c.ts'",
      'graph/c.ts': "import { a } from './a.ts'",
    })
    expect(circle).toEqual([
      'These import each other in a circle: src/graph/a.ts > src/graph/b.ts > src/graph/c.ts > src/graph/a.ts',
    ])
    expect(check({ 'graph/a.ts': "import type { b } from './b.ts'", 'graph/b.ts': "import './a.ts'" })).toEqual([])
  })
})

describe('findImports', () => {
  const from = (source: string) => findImports(source).map((found) => `${found.kind} ${found.from} ${found.line}`)

  it('reads every form', () => {
    expect(
      from(`#!/usr/bin/env node
import a from 'a'
import b, { c as d } from "b"
import * as e from 'e'
import {
  f,
  type G,
} from 'f'
import { type H, type I } from 'h'
import type J from 'j'
import type { K } from 'k'
import 'l'
import m from 'm' with { type: 'json' }
export * from 'n'
export * as o from 'o'
export type { P } from 'p'
const q = await import('q')
let r: typeof import('r')
import type from 'type'
import {} from 'nothing'`),
    ).toEqual([
      'value a 2',
      'value b 3',
      'value e 4',
      'value f 5',
      'type h 9',
      'type j 10',
      'type k 11',
      'value l 12',
      'value m 13',
      'value n 14',
      'value o 15',
      'type p 16',
      'dynamic q 17',
      'type r 18',
      'value type 19',
      'value nothing 20',
    ])
  })

  it('is not taken in by comments, strings, templates, regular expressions or property names', () => {
    expect(
      from(`// import 'a'
/* import b from 'b'
   export * from 'b' */
const c = "import c from 'c'"
const d = \`import d from 'd' \${\`import('d')\` + "}"} import 'd'\`
const e = /import e from 'e'/.test(x) ? /["']/ : a / b / c
const f = { import: 'f', export: 'f' }
module.import('f')
import.meta.resolve('g')
export const h = 'h'
export default 'i'
export function from() { return 'j' }
const k = '\\' import "k"'
const l = x.replace(/\\/\\/[/"]/g, "")
import m from 'm'`),
    ).toEqual(['value m 15'])
  })

  it('finds code inside of templates', () => {
    expect(from('const a = `${(await import("a")).b({ c: `${await import("b")}` })} import("no")`')).toEqual([
      'dynamic a 1',
      'dynamic b 1',
    ])
  })
})

describe('the house', () => {
  it('is in order', () => {
    expect(checkRooms(readSources(fileURLToPath(new URL('../src', import.meta.url))))).toEqual([])
  })

  it('has a table without unknown rooms, and a core that needs no Node', () => {
    for (const room of Object.values(rooms)) {
      for (const name of [...room.imports, ...(room.types ?? [])])
        expect(Object.keys(rooms)).toContain(name.split('/')[0])
    }
    for (const core of ['graph', 'networks', 'families', 'generate', 'text', 'image', 'random', 'errors']) {
      expect(rooms[core]?.packages ?? []).not.toContain('node:')
    }
    expect(rooms.graph?.imports).toEqual([])
  })
})
