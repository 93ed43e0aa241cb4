import { expect, it } from 'vitest'
import { cacheFolder } from './cache-folder.ts'
import { hashing } from './expected-hash.ts'
import { placesOf } from './find-published.ts'
import { modelBytes } from './located-file.ts'
import { publications } from './publications.ts'

it.each(publications.map((publication) => [publication.name, publication] as const))(
  '%s is pinned and plain',
  (_, { files, model }) => {
    expect(model).toMatch(/^[a-z-]+$/)
    for (const { repository, commit, path, sha256 } of files) {
      expect(repository).toMatch(/^[\w-]+\/[\w.-]+$/)
      expect(commit).toMatch(/^[0-9a-f]{40}$/)
      expect(path).toMatch(/^[\w-]+\.\w+$/)
      if (/\.(msgpack|pt|safetensors)$/.test(path)) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    }
    // Each has one place of its own, in the cache and in a folder that somebody filled.
    for (const place of [0, 1, 3, 4]) {
      expect(new Set(files.map((file) => placesOf(file)[place])).size).toBe(files.length)
    }
    expect(new Set(files.map(({ role }) => role)).size).toBe(4)
  },
)

it('hashes as git does, and as everyone does', () => {
  // `printf 'hello\n' | git hash-object --stdin`, and `printf abc | sha256sum`.
  const git = hashing({
    bytes: 6,
    by: 'listed',
    hash: { kind: 'git', hex: 'ce013625030ba8dba906f756967f9e9ca394464a' },
  })
  git.add(Buffer.from('hel'))
  git.add(Buffer.from('lo\n'))
  expect(git.wrong()).toBeUndefined()
  const hex = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  const plain = hashing({ bytes: 3, by: 'known', hash: { kind: 'sha256', hex } })
  plain.add(Buffer.from('abd'))
  expect(plain.wrong()).toMatch(/^its SHA-256 is [0-9a-f]{64} instead of ba7816bf/)
})

it('estimates a model from its files', () => {
  const files = [
    { path: 'flax_model.msgpack', bytes: 1_000_000 },
    { path: 'vocab.json', bytes: 1000 },
  ]
  expect(modelBytes(files, 'fp32')).toBe(Math.ceil(1_001_000 * 1.02))
  expect(modelBytes(files, 'int8')).toBe(Math.ceil((1_000_000 * (1 / 4 + 1 / 64) + 1000) * 1.02))
})

it.each([
  [{ NEUF_CACHE: 'mine', XDG_CACHE_HOME: '/x' }, 'linux', '/here/mine'],
  [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, 'linux', '/x/neuf'],
  [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, 'linux', '/h/.cache/neuf'],
  [{ NEUF_CACHE: '', HOME: '/h' }, 'darwin', '/h/Library/Caches/neuf'],
] as const)('keeps files, with %j on %s, in %s', (environment, platform, folder) => {
  expect(cacheFolder(environment, '/here', platform)).toBe(folder)
})
