/** OpenAI's image requests and answers, as far as they are understood here; what is not is named in a header. */
import { z } from 'zod'
import { limits } from '../../generate/generate.ts'
import { fileFormats } from '../../image/fit-picture.ts'

/** The largest side that these clients ask for. */
const mostPixelsOfSide = 4096
/** A picture of 2048 x 2048, or 3840 x 2160 in half: what one answer's picture may come to. */
const mostPixels = 3840 * 2160

/** Pictures in one answer: nine, the grid, is among them. */
export const mostPictures = 10

const size = z
  .string()
  .regex(/^(auto|[1-9]\d{0,3}x[1-9]\d{0,3})$/, 'expected auto, or WIDTHxHEIGHT in pixels')
  .refine((text) => {
    const [width = 1, height = 1] = text === 'auto' ? [] : text.split('x').map(Number)
    return Math.max(width, height) <= mostPixelsOfSide && width * height <= mostPixels
  }, `expected at most ${mostPixelsOfSide} a side and ${mostPixels} pixels in all`)
  .meta({ description: "Pixels as 512x512; the model's own where it is left out or auto." })

/** Both of JSON and of a form; what may be left out may be null, too. */
const settings = {
  prompt: z.string(),
  model: z.string().max(200).nullish().meta({
    description: 'One of /v1/models. Any name of an image model of OpenAI means the first of them.',
  }),
  n: z.int().min(1).max(mostPictures).nullish(),
  size: size.nullish(),
  response_format: z.enum(['url', 'b64_json']).nullish(),
  output_format: z.enum(fileFormats).nullish(),
  output_compression: z.int().min(0).max(100).nullish().meta({ description: 'Quality of JPEG and WebP.' }),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  stream: z.boolean().nullish(),
  partial_images: z.int().min(0).max(3).nullish(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish().meta({ description: 'An extension, as are all below.' }),
  candidates: z.int().min(1).max(limits.candidates).nullish(),
  temperature: z.number().min(0).max(limits.temperature).nullish(),
  top_k: z.int().min(0).max(limits.topK).nullish(),
  guidance: z.number().min(0).max(limits.guidance).nullish(),
}

export const generationSchema = z.looseObject(settings).meta({ id: 'OpenAiImageGeneration' })

/** What is understood of a request for pictures. */
export type ImageRequest = z.infer<z.ZodObject<typeof settings>>

/** A file of a form, and all of its body. */
const mostBytesOfFile = 8 * 2 ** 20
export const mostBytesOfForm = 20 * 2 ** 20

const file = z.file().min(1).max(mostBytesOfFile)

const onePicture = ({ input }: { readonly input?: unknown }): string =>
  `${input === undefined ? 'missing, ' : ''}expected one picture, as a file`

/** A form's numbers are texts. */
const number = <S extends z.ZodType>(schema: S) =>
  z.preprocess((text) => (typeof text === 'string' && text.trim() !== '' ? Number(text) : text), schema)
const truth = <S extends z.ZodType>(schema: S) =>
  z.preprocess((text) => (text === 'true' ? true : text === 'false' ? false : text), schema)

const formSettings = {
  ...settings,
  n: number(settings.n),
  output_compression: number(settings.output_compression),
  stream: truth(settings.stream),
  partial_images: number(settings.partial_images),
  seed: number(settings.seed),
  candidates: number(settings.candidates),
  temperature: number(settings.temperature),
  top_k: number(settings.top_k),
  guidance: number(settings.guidance),
  image: z.union([file, z.array(file).length(1, 'expected one picture')], { error: onePicture }).meta({
    description: 'A picture of a PNG, JPEG, WebP or AVIF file; the square in its middle counts.',
  }),
  strength: number(z.number().min(0).max(1).nullish()).meta({
    description: 'Without a mask: the share of the picture that is drawn anew. An extension.',
  }),
}

export const editSchema = z
  .looseObject({
    ...formSettings,
    mask: file.nullish().meta({ description: 'What is clear in it is drawn anew, all else stays.' }),
  })
  .meta({ id: 'OpenAiImageEdit' })

export const variationSchema = z
  .looseObject({
    ...formSettings,
    prompt: settings.prompt.nullish().meta({
      description: 'What it shows, for a picture that does not say so itself as those drawn here do. An extension.',
    }),
  })
  .meta({ id: 'OpenAiImageVariation' })

export type EditRequest = z.infer<typeof editSchema>
export type VariationRequest = z.infer<typeof variationSchema>

/** Fields that are understood; all others are ignored, and said to be. */
export const understood: ReadonlySet<string> = new Set([...Object.keys(settings), 'image', 'mask', 'strength'])

const imageSchema = z.object({
  b64_json: z.string().optional(),
  url: z.string().optional(),
  revised_prompt: z.string().optional(),
  index: z
    .int()
    .meta({ description: 'Of the candidate, from 0; an extension, as are seed, score and match_probability.' }),
  seed: z.int(),
  score: z.number(),
  match_probability: z.number().nullable(),
})

export const imagesSchema = z
  .object({
    created: z.int().meta({ description: 'Seconds since 1970.' }),
    background: z.enum(['transparent', 'opaque']),
    output_format: z.enum(fileFormats),
    size: z.string(),
    data: z.array(imageSchema).meta({ description: 'Best first.' }),
  })
  .meta({ id: 'OpenAiImages' })

export const modelSchema = z
  .object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string() })
  .meta({ id: 'OpenAiModel' })

export const modelListSchema = z
  .object({ object: z.literal('list'), data: z.array(modelSchema) })
  .meta({ id: 'OpenAiModels' })

export const errorSchema = z
  .object({
    error: z.object({
      message: z.string(),
      type: z.string(),
      param: z.string().nullable(),
      code: z.string(),
    }),
  })
  .meta({ id: 'OpenAiError' })

export type ImagesJson = z.infer<typeof imagesSchema>
export type ImageJson = z.infer<typeof imageSchema>
