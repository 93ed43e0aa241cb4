/** `--device`: what computes. */
import { type Device, type DeviceChoice, deviceChoices, findDevice } from '../runtime/node/devices.ts'
import type { Context } from './command.ts'
import { printable } from './say.ts'

export const deviceOption = {
  kind: 'choice',
  choices: deviceChoices,
  help: 'what computes: the processor (cpu; auto is that, too), or a graphics card (webgpu)',
  default: 'auto',
} as const

/** What a command computes on: where the card cannot be used, the processor, and a line that says why. */
export async function deviceFor(choice: DeviceChoice, context: Context): Promise<Device> {
  const { device, refused } = await findDevice(choice)
  if (refused !== undefined) {
    context.err.write(
      `neuf: --device ${choice} cannot be used here (${printable(refused)}); this is computed on the cpu. [device]\n`,
    )
  }
  return device
}
