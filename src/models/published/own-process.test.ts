/** What only a process of its own can show: a limit on files, a proxy from the environment, a kill. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { partialOf, placeIn } from './fetch-file.ts'
import { type HubServer, startHub } from './testing/hub-server.ts'

let server: HubServer
let folder = ''
beforeEach(async () => {
  server = await startHub()
  folder = mkdtempSync(join(tmpdir(), 'neuf-published-'))
})
afterEach(async () => {
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

const module = (name: string) => JSON.stringify(new URL(`./${name}`, import.meta.url).href)

/** Pulls in a process that `limits` apply to; what it says is its error, or the number of files. */
function pull(limits = 'true', environment: Record<string, string> = {}) {
  const code = `
    const { fetchPublication, listPublication } = await import(${module('fetch-publication.ts')})
    const publication = ${JSON.stringify(server.publication)}
    const hub = { base: new URL(${JSON.stringify(server.base.href)}), userAgent: 'neuf/test', pause: async () => undefined }
    const settings = { hub, folder: ${JSON.stringify(folder)}, signal: new AbortController().signal }
    try {
      console.log((await fetchPublication(await listPublication(publication, settings), settings)).length)
    } catch (error) {
      console.log(error.code, error.message)
    }
    process.exit()`
  const shell = `${limits}; exec "$0" --input-type=module -e "$1"`
  const child = spawn('sh', ['-c', shell, process.execPath, code], { env: { PATH: process.env.PATH, ...environment } })
  let said = ''
  child.stdout.on('data', (piece) => (said += piece))
  child.stderr.on('data', (piece) => (said += piece))
  return { child, ended: new Promise<string>((ended) => child.on('close', () => ended(said))) }
}

const weights = () => placeIn(folder, server.publication.files[1]!)
const isWhole = () => server.content('flax_model.msgpack').equals(readFileSync(weights()))

it.skipIf(process.platform === 'win32')(
  'keeps what came before the disk took no more, and goes on from there',
  async () => {
    expect(await pull('ulimit -f 200').ended).toMatch(
      /^file-unwritable Cannot write .*flax_model\.msgpack\.partial: the file would be larger than this disk allows\./,
    )
    const kept = statSync(partialOf(weights())).size
    expect(kept).toBeGreaterThan(50_000)
    expect(await pull().ended).toBe('5\n')
    expect(server.asked.at(-1)!.path).toContain('config.json')
    expect(server.asked.map(({ range }) => range)).toContain(`bytes=${kept}-299999`)
    expect(isWhole()).toBe(true)
  },
)

it.skipIf(process.platform === 'win32')('goes on after a kill, whose claim holds nobody up', async () => {
  const object = `/objects/${server.publication.files[1]!.sha256}`
  const halfway = new Promise<void>((sent) => {
    server.answer(object, (_, response) => {
      response.writeHead(200, { 'content-length': 300_000 })
      response.write(server.content('flax_model.msgpack').subarray(0, 90_000), () => setTimeout(sent, 200))
      return true
    })
  })
  const { child, ended } = pull()
  await halfway
  child.kill('SIGKILL')
  await ended
  server.answer(object, () => false)
  expect(await pull().ended).toBe('5\n')
  expect(isWhole()).toBe(true)
})

it('goes through the proxy that Node is told of', async () => {
  const through: string[] = []
  const proxy = createServer().on('connect', (request, socket, head) => {
    through.push(request.url ?? '')
    const [host, port] = (request.url ?? '').split(':')
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      onward.write(head)
      onward.pipe(socket).pipe(onward)
    })
    for (const end of [onward, socket]) end.on('error', () => undefined)
  })
  await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening))
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  expect(await pull('true', { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: address, HTTPS_PROXY: address }).ended).toBe('5\n')
  expect(new Set(through)).toEqual(new Set([server.base.host, server.storage.host]))
  proxy.close()
  proxy.closeAllConnections()
})

it('loads the library of the hub only when it asks the hub', () => {
  const source = readFileSync(new URL('./hub.ts', import.meta.url), 'utf8')
  expect(source).toContain("await import('@huggingface/hub')")
  expect(source).not.toMatch(/^(import|export)\b(?! type).*'@huggingface\/hub'/m)
})
