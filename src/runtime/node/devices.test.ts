import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { cpu, findDevice } from './devices.ts'

const folder = mkdtempSync(join(tmpdir(), 'neuf-device-'))
afterAll(() => rmSync(folder, { recursive: true }))

let programs = 0
/** What a program that tries the device instead of ours leads to. */
function tryWith(code: string, milliseconds = 60_000) {
  const path = join(folder, `${programs++}.mjs`)
  writeFileSync(path, code)
  return findDevice('webgpu', { program: pathToFileURL(path), milliseconds })
}
const told = (trial: unknown, more = '') =>
  tryWith(`process.send(${JSON.stringify(trial)}, () => process.disconnect());${more}`)
const refused = (why: RegExp | string) => ({ device: cpu, refused: expect.stringMatching(why) as unknown })

it('is the processor where no card is asked for, and then nothing is tried', async () => {
  for (const choice of ['auto', 'cpu'] as const) {
    expect(await findDevice(choice, { program: new URL('file:///none') })).toEqual({ device: cpu })
  }
})

it('is the card where a trial succeeds, by its name where the driver’s loader says it', async () => {
  expect(await told({ works: true })).toEqual({ device: { provider: 'webgpu', adapter: null } })
  const line = 'DRIVER | LAYER: Using "Some Card 4" with driver: "/usr/lib/x.so"'
  const named = await told({ works: true }, `console.error(${JSON.stringify(line)})`)
  expect(named).toEqual({ device: { provider: 'webgpu', adapter: 'Some Card 4' } })
})

it('is the processor, and says why, where a trial fails, crashes, says nothing or hangs', async () => {
  expect(await told({ works: false, why: 'no card' })).toEqual(refused(/^no card$/))
  expect(await tryWith('process.kill(process.pid, "SIGSEGV"); setTimeout(() => {}, 1e6)')).toEqual(refused('SIGSEGV'))
  expect(await told({ works: true }, 'process.exitCode = 7')).toEqual(refused('exit status 7'))
  expect(await tryWith('process.disconnect()')).toEqual(refused('exit status 0'))
  expect(await tryWith('setInterval(() => {}, 1000)', 1500)).toEqual(refused(/within 1\.5 s/))
})

it.runIf(process.platform === 'linux')('is the processor where there is no driver', async () => {
  const before = process.env.VK_ICD_FILENAMES
  process.env.VK_ICD_FILENAMES = join(folder, 'none.json')
  try {
    expect(await findDevice('webgpu')).toEqual(refused(/^[^\n]*(adapter|without WebGPU)[^\n]*$/))
  } finally {
    if (before === undefined) delete process.env.VK_ICD_FILENAMES
    else process.env.VK_ICD_FILENAMES = before
  }
})
