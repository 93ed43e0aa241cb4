/** AUTOMATIC1111's requests, as far as they are understood here; its clients send many fields more, which change nothing. */
import { z } from 'zod'
import { limits } from '../../generate/generate.ts'
import { maximumPromptCharacters } from '../../generate/prompt.ts'

/** Pixels of all pictures of an answer: 64 of 1024 x 1024. */
const mostPixels = 2 ** 26

const side = z.int().min(16).max(4096)
const few = z.int().min(1).max(limits.count)

/** Null is as good as nothing, as it is there. */
const drawing = {
  prompt: z
    .string()
    .max(4 * maximumPromptCharacters)
    .default(''),
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

type Drawing = { batch_size?: number | null | undefined; n_iter?: number | null | undefined }

/** Pictures that are asked for. */
export const countOf = ({ batch_size, n_iter }: Drawing): number => (batch_size ?? 1) * (n_iter ?? 1)

export const textSchema = z
  .looseObject(drawing)
  .refine((asked) => countOf(asked) <= limits.count, {
    message: `batch_size times n_iter is at most ${limits.count}`,
    path: ['batch_size'],
  })
  .refine((asked) => countOf(asked) * (asked.width ?? 16) * (asked.height ?? 16) <= mostPixels, {
    message: `all pictures together have at most ${mostPixels} pixels`,
    path: ['width'],
  })
  .meta({ id: 'Automatic1111TextToImage' })

/** What is understood of a request to draw. */
export type DrawingRequest = z.infer<z.ZodObject<typeof drawing>>

/** Fields that are understood, and those whose default is what is done anyway. */
export const understood: ReadonlySet<string> = new Set([...Object.keys(drawing), 'init_images', 'mask'])

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
