/** What these clients list before they draw: one way of sampling, and none of the parts that diffusion models are put together from. */
import { freemem, totalmem } from 'node:os'
import type { OfferedModel } from '../models.ts'
import { samplerName } from './answer.ts'
import { hashOf, titleOf } from './models.ts'

export const checkpointOf = (model: OfferedModel) => ({
  title: titleOf(model),
  model_name: model.name,
  hash: hashOf(model),
  sha256: model.sha256,
  // A name, and no path: where it lies is the server's own business.
  filename: model.name,
  config: null,
})

/** The settings that clients read; there is nothing else to set. */
export const optionsOf = (model: OfferedModel) => ({
  sd_model_checkpoint: titleOf(model),
  sd_checkpoint_hash: model.sha256,
  sd_vae: 'None',
  samples_format: 'png',
  save_images_add_number: true,
  enable_pnginfo: true,
  CLIP_stop_at_last_layers: 1,
})

/** By path: what each list holds. */
export const lists: Readonly<Record<string, { readonly name: string; readonly holds: object }>> = {
  samplers: { name: 'Samplers', holds: [{ name: samplerName, aliases: [], options: {} }] },
  schedulers: {
    name: 'Schedulers',
    holds: [{ name: 'automatic', label: 'Automatic', aliases: null, default_rho: -1, need_inner_model: false }],
  },
  upscalers: {
    name: 'Upscalers',
    holds: [{ name: 'None', model_name: null, model_path: null, model_url: null, scale: 1 }],
  },
  'latent-upscale-modes': { name: 'LatentUpscaleModes', holds: [{ name: 'None' }] },
  'sd-vae': { name: 'Vaes', holds: [] },
  'sd-modules': { name: 'Modules', holds: [] },
  loras: { name: 'Loras', holds: [] },
  hypernetworks: { name: 'Hypernetworks', holds: [] },
  embeddings: { name: 'Embeddings', holds: { loaded: {}, skipped: {} } },
  'face-restorers': { name: 'FaceRestorers', holds: [] },
  'realesrgan-models': { name: 'RealesrganModels', holds: [] },
  'prompt-styles': { name: 'PromptStyles', holds: [] },
  scripts: { name: 'Scripts', holds: { txt2img: [], img2img: [] } },
  'script-info': { name: 'ScriptInfo', holds: [] },
  extensions: { name: 'Extensions', holds: [] },
  // How the server was started is nobody's business but its owner's.
  'cmd-flags': { name: 'Flags', holds: {} },
}

/** Bytes of the machine that answers. */
export function memory() {
  const [total, free] = [totalmem(), freemem()]
  const cuda = { error: 'nothing is drawn by CUDA here' }
  return { ram: { total, free, used: total - free }, cuda }
}
