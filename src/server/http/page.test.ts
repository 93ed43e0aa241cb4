import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp } from '../testing/app.ts'
import { notBuilt, readPage } from './page.ts'

const html = '<!doctype html><title>Neuf</title>'
const script = 'console.log("nine")\n'.repeat(100)
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neuf-page-'))
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), html)
  writeFileSync(join(folder, 'assets', 'index-1a.js'), script)
  writeFileSync(join(folder, 'sources.sha256'), 'of the build')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What the server answers; it needs no engine room for the page. */
async function ask(path: string, headers: Record<string, string> = {}, from = folder, method = 'GET') {
  const app = createTestApp({ page: await readPage(from) })
  return app.request(path, { method, headers: { host: '127.0.0.1:8123', ...headers } })
}

describe('the page', () => {
  it('is served without a token, with a policy that lets in nothing from elsewhere and nothing inline', async () => {
    const response = await ask('/')
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|script-src|https?:/)
    expect(await response.text()).toBe(html)
    const again = await ask('/', { 'if-none-match': response.headers.get('etag')! })
    expect([again.status, await again.text()]).toEqual([304, ''])
    expect((await ask('/', {}, folder, 'HEAD')).status).toBe(200)
  })

  it('comes with its files, smaller for who can read that, and for good where the name holds the hash', async () => {
    const plain = await ask('/assets/index-1a.js', { 'accept-encoding': 'gzip;q=0, br' })
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(plain.headers.get('cache-control')).toContain('immutable')
    expect(plain.headers.get('content-encoding')).toBe(null)
    expect(await plain.text()).toBe(script)
    const zipped = await ask('/assets/index-1a.js', { 'accept-encoding': 'br, gzip' })
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect(gunzipSync(await zipped.arrayBuffer()).toString()).toBe(script)
  })

  it.each([
    '/index.html',
    '/assets',
    '/assets/',
    '/sources.sha256',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%2fpackage.json',
    '//etc/passwd',
  ])('has nothing at %s', async (path) => expect((await ask(path)).status).toBe(404))

  it('says in one line what to do where it is not built', async () => {
    const response = await ask('/', {}, join(folder, 'none'))
    expect(response.status).toBe(503)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await response.text()).toBe(notBuilt)
    expect(notBuilt).toMatch(/^[^\n]*npm start\n$/)
  })

  it('answers to no other name, and to no other method', async () => {
    expect((await ask('/', { host: 'evil.example' })).status).toBe(403)
    expect((await ask('/', {}, folder, 'POST')).status).toBe(404)
  })
})
