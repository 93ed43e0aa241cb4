/** A model by its name, ready to draw on this machine. */
import { isLarge, type OpenModel, openFamily } from '../families/open.ts'
import { defaultModel, findModel } from '../models/find-model.ts'
import { openModel } from '../models/model-folder.ts'
import type { DeviceChoice } from '../runtime/node/devices.ts'
import { createNodeEngines } from '../runtime/node/engines.ts'
import type { Context } from './command.ts'
import { deviceFor } from './device.ts'

export const modelOption = {
  kind: 'text',
  value: 'NAME|FOLDER',
  help: 'which model: a name from neuf models list, or a folder',
  default: defaultModel,
} as const

/**
 * Opens the model, hands it to `use`, and lets everything go afterwards, whatever happened.
 * @throws NeufError `model-missing`, `model-broken`, `weights-broken`, and what `use` throws
 */
export async function withModel<T>(
  name: string,
  device: DeviceChoice,
  context: Context,
  use: (model: OpenModel) => Promise<T>,
): Promise<T> {
  const model = await openModel(await findModel(name, context))
  const on = await deviceFor(device, context)
  // Before anything else of the model is read, since their threads load ONNX Runtime meanwhile.
  const engines = createNodeEngines({ device: on, one: isLarge(model) })
  try {
    return await use(await openFamily(model, ...engines))
  } finally {
    await Promise.all(engines.map((engine) => engine.dispose()))
  }
}
