/**
 * The graphics card for tests, undefined where there is none; then a line says so. One in software will do: on Linux
 * `VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json`, which comes with Chromium, before the command.
 */
import { type Device, findDevice } from '../devices.ts'

export async function webGpuForTests(): Promise<Device | undefined> {
  const { device, refused } = await findDevice('webgpu')
  if (refused === undefined) return device
  console.warn(`Tests of WebGPU are skipped: ${refused}`)
  return undefined
}

/** A card in software makes its shaders on the processor, some hundred milliseconds each. */
export const patience = 20 * 60_000
