/** What can compute on this machine besides the processor, as a process of its own found out: a driver's crash ends only that. */
import { fork } from 'node:child_process'
import { once } from 'node:events'

export const deviceChoices = ['auto', 'cpu', 'webgpu'] as const
export type DeviceChoice = (typeof deviceChoices)[number]

/** What an engine computes on. `adapter` is the graphics card's name, null where nothing tells it. */
export type Device = { readonly provider: 'cpu' } | { readonly provider: 'webgpu'; readonly adapter: string | null }

/** What the process that tries a device found. */
export type Trial = { readonly works: true } | { readonly works: false; readonly why: string }

export const cpu: Device = { provider: 'cpu' }

/** The first use of a card makes shaders, and a driver may take its time to start; longer is as good as never. */
const longestTrial = 60_000

/** More of what drivers say is not read. */
const longestLog = 1_000_000

/** Vulkan's loader says on which card a device is made (Linux). */
const adapterLine = /Using "([^"\n]{1,200})" with driver/

export type Found = {
  readonly device: Device
  /** Why it is not the one that was asked for, in one line. */
  readonly refused?: string
}

/**
 * The device to compute on: for `webgpu` the graphics card, if a small graph runs there and gives what the processor gives,
 * else the processor and why. `auto` is the processor.
 */
export async function findDevice(
  choice: DeviceChoice,
  { milliseconds = longestTrial, program = new URL('./device-process.ts', import.meta.url) } = {},
): Promise<Found> {
  if (choice !== 'webgpu') return { device: cpu }
  const { trial, log } = await tryDevice(program, milliseconds)
  if (!trial.works) return { device: cpu, refused: trial.why }
  return { device: { provider: 'webgpu', adapter: adapterLine.exec(log)?.[1] ?? null } }
}

async function tryDevice(program: URL, milliseconds: number): Promise<{ trial: Trial; log: string }> {
  // Silent but for what is read here: drivers write on standard error what only their authors can use.
  const child = fork(program, {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', VK_LOADER_DEBUG: 'driver' },
  })
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, milliseconds)
  let log = ''
  let trial: Trial | undefined
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    if (log.length < longestLog) log += text
  })
  child.on('message', (message: Trial) => {
    trial = message
  })
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
    if (late) return { trial: no(`it did not compute a small graph within ${milliseconds / 1000} s`), log }
    if (status === 0 && trial !== undefined) return { trial, log }
    return { trial: no(`trying it ended with ${signal ?? `exit status ${status}`}`), log }
  } catch (error) {
    return { trial: no(error instanceof Error ? error.message : String(error)), log }
  } finally {
    clearTimeout(timer)
  }
}

const no = (why: string): Trial => ({ works: false, why })
