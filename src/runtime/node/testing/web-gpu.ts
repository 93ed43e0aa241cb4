/** A graphics card for tests: the machine's own, else the one in software that Chromium brings for Linux, else none. */
import { existsSync } from 'node:fs'
import { type Device, findDevice } from '../devices.ts'

const inSoftware = ['/usr/lib/chromium', '/opt/google/chrome'].map((folder) => `${folder}/vk_swiftshader_icd.json`)

/** Undefined where there is none; a line says so once. */
export async function webGpuForTests(): Promise<Device | undefined> {
  const { device, refused } = await findDevice('webgpu')
  if (refused === undefined) return device
  const driver = inSoftware.find((path) => existsSync(path))
  if (driver !== undefined && process.env.VK_ICD_FILENAMES === undefined) {
    process.env.VK_ICD_FILENAMES = driver
    return webGpuForTests()
  }
  console.warn(`Tests of WebGPU are skipped: ${refused}`)
  return undefined
}
