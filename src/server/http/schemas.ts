/** The API's objects: what requests are checked against, and what the OpenAPI document is made from. */
import { z } from 'zod'
import { limits } from '../../generate/generate.ts'
import { maximumPromptCharacters } from '../../generate/prompt.ts'
import { reportReasons } from '../share.ts'

/** How long it may be is said by the fault of prompts, in characters as people count them. */
const prompt = z.string().meta({
  description: `What to draw, at most ${maximumPromptCharacters} characters.`,
  example: 'a kangaroo made of cheese',
})
const index = z.int().min(0).meta({ description: 'Of a candidate, from 0.' })
const candidate = z
  .int()
  .min(0)
  .max(limits.candidates - 1)
  .meta({ description: 'The index of a candidate that has a picture.' })

const sampling = z
  .strictObject({
    temperature: z.number().min(0).max(limits.temperature).optional().meta({
      description: 'Below 1 keeps to the likely, above 1 strays, 0 takes the likeliest.',
    }),
    topK: z.int().min(0).max(limits.topK).optional().meta({
      description: 'Each image token is drawn from so many of the likeliest; 0: from all.',
    }),
    guidance: z.number().min(0).max(limits.guidance).optional().meta({
      description: 'How closely to follow the prompt; 1 is no guidance, and half the work.',
    }),
  })
  .meta({ description: "What is left out is the model's default." })

export const orderSchema = z
  .strictObject({
    prompt,
    model: z.string().max(200).optional().meta({ description: 'One of /api/v1/models; the first unless told.' }),
    seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional().meta({
      description: 'The same seed draws the same pictures; a random one unless told.',
    }),
    count: z.int().min(1).max(limits.count).optional().meta({ description: 'Pictures to keep; 9 unless told.' }),
    candidates: z.int().min(1).max(limits.candidates).optional().meta({
      description: "Pictures to choose them from; the model's own number unless told.",
    }),
    sampling: sampling.optional(),
  })
  .meta({ id: 'Order' })

export const moreSchema = z
  .strictObject({
    candidates: z
      .int()
      .min(1)
      .max(limits.candidates)
      .meta({ description: 'Further ones, of the same prompt and seed.' }),
  })
  .meta({ id: 'More' })

export const redrawSchema = z
  .strictObject({
    picture: index,
    prompt: prompt.optional().meta({ description: "The picture's own unless told." }),
    places: z
      .array(
        z
          .int()
          .min(0)
          .max(2 ** 20),
      )
      .min(1)
      .max(4096)
      .optional()
      .meta({
        description: "What is drawn anew: places of the model's grid, row by row from 0.",
      }),
    strength: z.number().min(0).max(1).optional().meta({
      description: 'Without places: the share of them that is drawn anew, scattered.',
    }),
    seed: orderSchema.shape.seed,
    count: orderSchema.shape.count,
    candidates: orderSchema.shape.candidates,
    sampling: sampling.optional(),
  })
  .refine(({ places, strength }) => (places === undefined) !== (strength === undefined), {
    message: 'expected either places or strength',
    path: ['places'],
  })
  .meta({ id: 'Redraw' })

/** What no text in the database can hold. */
const noNull = 'expected a text without null characters'

export const pageSchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: z.uuid().optional().meta({ description: 'The last job of the page before.' }),
  cursor: z.string().max(100).optional().meta({ description: 'What the page before named as next.' }),
  search: z
    .string()
    .max(200)
    .regex(/^[^\0]*$/, noNull)
    .optional()
    .meta({ description: 'Words that the prompt has, anywhere in it, whatever the case and the accents.' }),
  favourites: z.enum(['true', 'false']).optional().meta({ description: 'true: only those with a favourite picture.' }),
})

const metadata = z
  .enum(['all', 'none'])
  .optional()
  .meta({ description: 'none: nothing but the pixels, neither recipe nor the mark that a network made it.' })

export const pictureQuerySchema = z.strictObject({ metadata })

export const sheetSchema = z.strictObject({
  pictures: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})(,(0|[1-9]\d{0,5})){0,15}$/, 'expected 1 to 16 indexes of candidates, as 3,0,7')
    .transform((text) => text.split(',').map(Number))
    .optional()
    .meta({ description: 'Indexes of 1 to 16 candidates that have pictures, as 3,0,7.' }),
  metadata,
})

export const shareFileSchema = z.strictObject({
  pictures: z
    .string()
    .regex(/^(0|[1-9]\d{0,5})(,(0|[1-9]\d{0,5})){0,8}$/, 'expected 1 to 9 indexes of candidates, as 3,0,7')
    .transform((text) => text.split(',').map(Number))
    .optional()
    .meta({ description: 'Indexes of 1 to 9 candidates that have pictures; the best nine unless told.' }),
  metadata,
  language: z
    .enum(['en', 'fr'])
    .optional()
    .meta({ description: 'Of the page; the header accept-language decides unless told.' }),
})

export const favouriteSchema = z.strictObject({ index: candidate }).meta({ id: 'Favourite' })

export const shareOrderSchema = z
  .strictObject({
    pictures: z
      .array(candidate)
      .min(1)
      .max(9)
      .optional()
      .meta({ description: 'Candidates that have pictures, in the order to show them; the best nine unless told.' }),
    recipe: z
      .boolean()
      .default(true)
      .meta({ description: 'Show prompt and recipe, too; false shows the pictures alone.' }),
    feed: z.boolean().default(false).meta({ description: 'Put it into the feed, where the host has opened one.' }),
    expires: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: 'From then on the link shows nothing; it does until it is taken back unless told.' }),
  })
  .meta({ id: 'ShareOrder' })

export const shareSchema = z
  .object({
    id: z.string().meta({ description: 'A secret of 144 random bits; nothing of the job can be learnt from it.' }),
    url: z.string().meta({ description: 'For everybody: a page that needs no token.' }),
    pictures: z.array(index),
    recipe: z.boolean(),
    feed: z.boolean(),
    created: z.iso.datetime(),
    expires: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Share' })

export const sharesSchema = z
  .object({
    shares: z.array(shareSchema),
    feed: z.boolean().meta({ description: 'Whether this server has a feed.' }),
  })
  .meta({ id: 'Shares' })

export const reportSchema = z
  .strictObject({
    reason: z.enum(reportReasons),
    words: z
      .string()
      .max(1000)
      .regex(/^[^\0]*$/, noNull)
      .default(''),
  })
  .meta({ id: 'Report' })

export const feedQuerySchema = z.strictObject({ cursor: z.string().max(100).optional() })

export const reportsSchema = z
  .object({
    reports: z.array(
      z.object({
        id: z.int(),
        share: z.string(),
        url: z.string(),
        reason: z.enum(reportReasons),
        words: z.string(),
        created: z.iso.datetime(),
        end: z
          .enum(['revoked', 'expired', 'removed', 'taken-down'])
          .nullable()
          .meta({ description: 'Why the link shows nothing any more; null while it stands.' }),
      }),
    ),
    waiting: z.int().meta({ description: 'All of them, shown here or not.' }),
  })
  .meta({ id: 'Reports' })

export const errorSchema = z
  .object({
    error: z.object({
      code: z.string().meta({ description: 'One of a fixed list; stays the same when words change.' }),
      message: z.string().meta({ description: 'One line: what was wrong, where, what to do.' }),
      requestId: z.string().optional().meta({ description: 'Stands in the log, too.' }),
    }),
  })
  .meta({ id: 'Error' })

const pictureSchema = z
  .object({
    index,
    rank: z.int().min(1).meta({ description: '1 is the best.' }),
    score: z.number().meta({ description: 'As the scorer gave it.' }),
    matchProbability: z.number().nullable().meta({ description: 'Null where the model cannot tell.' }),
    url: z.string(),
  })
  .meta({ id: 'Picture' })

const policySchema = z
  .object({
    outcome: z.enum(['allowed', 'blurred', 'refused']).meta({
      description: 'Pictures of a prompt that is not `allowed` are shown blurred until somebody asks to see them.',
    }),
    reasons: z.array(
      z.object({
        category: z.string(),
        severity: z.string(),
        matched: z.string().meta({
          description:
            'The words of the prompt that it is about, or `image` and the index of the candidate on which it is seen.',
        }),
        why: z.object({ en: z.string(), fr: z.string() }),
      }),
    ),
  })
  .meta({
    id: 'Policy',
    description: "What the host's policy says today, of the prompt and of what a classifier sees on pictures.",
  })

export const jobSchema = z
  .object({
    id: z.uuid(),
    state: z.enum(['queued', 'drawing', 'done', 'failed', 'cancelled']),
    place: z.int().nullable().meta({ description: 'In the queue, 1 for the next; null for a job that does not wait.' }),
    secondsToWait: z.number().nullable().meta({ description: 'About when it is begun, from measured speed.' }),
    model: z.object({ name: z.string(), sha256: z.string() }),
    prompt: z.string(),
    seed: z.int(),
    count: z.int(),
    candidates: z.int(),
    sampling: z.object({ temperature: z.number(), topK: z.int(), guidance: z.number() }),
    engine: z.string().nullable().meta({ description: "The engine's fingerprint, once it is being drawn." }),
    drawn: z.int().meta({ description: 'Candidates that have landed.' }),
    reading: z
      .object({
        normalisedPrompt: z.string(),
        unknownWords: z.array(z.object({ word: z.string(), suggestion: z.string().nullable() })),
        likelySlips: z.array(z.object({ word: z.string(), suggestion: z.string() })),
        wordless: z.boolean(),
        cut: z.string().nullable(),
      })
      .nullable()
      .meta({ description: 'What the model made of the prompt, once it has read it.' }),
    policy: policySchema,
    pictures: z.array(pictureSchema).meta({ description: 'The best so far, best first.' }),
    favourites: z.array(index).meta({ description: 'Pictures that a person likes.' }),
    shares: z.int().meta({ description: 'Links that show it to others now.' }),
    sheet: z.string().nullable().meta({ description: 'All of them as one picture, once the job is done.' }),
    events: z.string(),
    error: errorSchema.shape.error.omit({ requestId: true }).nullable(),
    created: z.iso.datetime(),
    started: z.iso.datetime().nullable(),
    finished: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Job' })

export const jobsSchema = z
  .object({
    jobs: z.array(jobSchema),
    next: z.string().nullable().meta({ description: 'The cursor of a further page; null where there is none.' }),
  })
  .meta({ id: 'Jobs' })

export const modelsSchema = z
  .object({
    models: z.array(
      z.object({
        name: z.string(),
        sha256: z.string(),
        side: z.int().meta({ description: 'Width and height of a picture, in pixels.' }),
        grid: z.array(z.int()).length(2).meta({ description: 'Rows and columns of places that can be drawn anew.' }),
        defaults: z.object({ temperature: z.number(), topK: z.int(), guidance: z.number(), candidates: z.int() }),
      }),
    ),
    limits: z.object({ promptCharacters: z.int(), count: z.int(), candidates: z.int() }),
  })
  .meta({ id: 'Models' })

export const creditsSchema = z
  .object({
    nearest: z.array(
      z.object({
        title: z.string().meta({ description: 'What the drawing is called in English.' }),
        set: z.string(),
        name: z.string(),
        nearness: z.enum(['near copy', 'alike', 'far']),
        distance: z.number().meta({ description: '0 for the drawing itself.' }),
        mirrored: z.boolean(),
        recoloured: z.boolean(),
        licence: z.string().nullable(),
        credit: z.string().nullable().meta({ description: 'What has to be said wherever the drawing is passed on.' }),
        repository: z.string().nullable(),
        commit: z.string().nullable(),
        path: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Credits', description: 'Drawings that a picture looks most like, nearest first; looks alone.' })

export const sessionSchema = z
  .object({
    needed: z.boolean().meta({ description: 'Whether this server wants a token.' }),
    holder: z.string().nullable().meta({ description: 'Whose token the cookie stands for; null where there is none.' }),
  })
  .meta({ id: 'Session' })

export const readySchema = z
  .object({ ready: z.boolean(), missing: z.array(z.enum(['database', 'pictures', 'worker', 'stopping'])) })
  .meta({ id: 'Ready' })

export type JobJson = z.infer<typeof jobSchema>
export type JobsJson = z.infer<typeof jobsSchema>
export type ShareJson = z.infer<typeof shareSchema>
export type SharesJson = z.infer<typeof sharesSchema>
export type ShareOrderJson = z.input<typeof shareOrderSchema>
export type ModelsJson = z.infer<typeof modelsSchema>
export type OrderJson = z.input<typeof orderSchema>
export type CreditsJson = z.infer<typeof creditsSchema>
export type SessionJson = z.infer<typeof sessionSchema>
