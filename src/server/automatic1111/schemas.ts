/** AUTOMATIC1111's requests, as far as they are understood here; its clients send many fields more, which change nothing. */
import { z } from 'zod'
import { limits } from '../../generate/generate.ts'

/** Pixels of all pictures of an answer: 64 of 1024 x 1024. */
const mostPixels = 2 ** 26

const side = z.int().min(16).max(4096)
const few = z.int().min(1).max(limits.count)

/** Null is as good as nothing, as it is there. */
const drawing = {
  prompt: z.string().default(''),
  negative_prompt: z
    .string()
    .nullish()
    .meta({ description: 'Not used: the models here cannot be told what to leave out.' }),
  seed: z.int().min(-1).max(Number.MAX_SAFE_INTEGER).nullish().meta({ description: '-1 for a random one.' }),
  batch_size: few.nullish(),
  n_iter: few
    .nullish()
    .meta({ description: 'As many pictures as both together say come from one drawing, best first.' }),
  cfg_scale: z.number().min(0).max(limits.guidance).nullish().meta({
    description: "1 is no guidance; 7, what these clients send unless told, is the model's own.",
  }),
  width: side.nullish().meta({ description: "Pixels; the model's own where it is left out." }),
  height: side.nullish(),
  override_settings: z.looseObject({ sd_model_checkpoint: z.string().max(300).nullish() }).nullish(),
  send_images: z.boolean().nullish(),
}

type Size = { width?: number | null | undefined; height?: number | null | undefined }
type Drawing = { batch_size?: number | null | undefined; n_iter?: number | null | undefined }

/** Pictures that are asked for. */
export const countOf = ({ batch_size, n_iter }: Drawing): number => (batch_size ?? 1) * (n_iter ?? 1)

/** Bounds of all pictures together, which no field has alone. */
function checkAll(asked: Size & Drawing, { addIssue }: z.RefinementCtx): void {
  const count = countOf(asked)
  if (count > limits.count) {
    const message = `batch_size times n_iter is at most ${limits.count}`
    addIssue({ code: 'custom', message, path: ['batch_size'] })
  }
  if (count * (asked.width ?? 16) * (asked.height ?? 16) > mostPixels) {
    const message = `all pictures together have at most ${mostPixels} pixels`
    addIssue({ code: 'custom', message, path: ['width'] })
  }
}

export const textSchema = z.looseObject(drawing).superRefine(checkAll).meta({ id: 'Automatic1111TextToImage' })

const drawingAnew = {
  ...drawing,
  init_images: z.array(z.string()).length(1, 'expected one picture').meta({ description: 'Its file in base64.' }),
  mask: z.string().nullish().meta({ description: 'What is white in it is drawn anew, all else stays.' }),
  inpainting_mask_invert: z.union([z.boolean(), z.literal([0, 1])]).nullish(),
  denoising_strength: z.number().min(0).max(1).nullish().meta({
    description: 'Without a mask: the share of the picture that is drawn anew.',
  }),
}

export const pictureSchema = z.looseObject(drawingAnew).superRefine(checkAll).meta({ id: 'Automatic1111ImageToImage' })

/** What is understood of a request to draw. */
export type DrawingRequest = z.infer<z.ZodObject<typeof drawing>>
export type PictureRequest = z.infer<z.ZodObject<typeof drawingAnew>>

const used = (fields: object): ReadonlySet<string> =>
  new Set(Object.keys(fields).filter((name) => name !== 'negative_prompt'))

/** Fields that change what is drawn. */
export const understood = used(drawing)
export const understoodOfPicture = used(drawingAnew)

export const drawnSchema = z
  .object({
    images: z.array(z.string()).meta({ description: 'PNG files in base64, best first.' }),
    parameters: z.looseObject({}),
    info: z.string().meta({ description: 'JSON.' }),
  })
  .meta({ id: 'Automatic1111Drawn' })

export const progressQuery = z.looseObject({ skip_current_image: z.string().max(10).optional() })

export const progressSchema = z
  .object({
    progress: z.number().meta({ description: '0 to 1; 0 when nothing of this client is drawn.' }),
    eta_relative: z.number().meta({ description: 'About how many seconds are left.' }),
    state: z.looseObject({}),
    current_image: z.string().nullable().meta({ description: 'The best picture so far, a PNG file in base64.' }),
    textinfo: z.string().nullable(),
  })
  .meta({ id: 'Automatic1111Progress' })

export const optionsSchema = z
  .looseObject({ sd_model_checkpoint: z.string().max(300).nullish() })
  .meta({ id: 'Automatic1111Options' })

export const pngInfoSchema = z.looseObject({ image: z.string() }).meta({ id: 'Automatic1111PngInfo' })

export const errorSchema = z
  .object({
    error: z.string(),
    detail: z.union([
      z.string(),
      z.array(z.object({ type: z.string(), loc: z.array(z.union([z.string(), z.number()])), msg: z.string() })),
    ]),
    body: z.string(),
    errors: z.string(),
  })
  .meta({ id: 'Automatic1111Error' })
