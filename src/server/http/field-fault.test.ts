/** What is wrong with a request is said in words, with what is right; zod's own wording never shows. */
import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { NeufError } from '../../errors/errors.ts'
import * as automatic1111 from '../automatic1111/schemas.ts'
import * as openAi from '../openai/schemas.ts'
import { check } from './body.ts'
import * as native from './schemas.ts'

const file = (bytes: number) => new File([new Uint8Array(bytes)], 'x')

function faultOf(schema: z.ZodType, value: unknown): NeufError<'body-malformed'> | undefined {
  try {
    check(schema, value)
    return undefined
  } catch (error) {
    if (error instanceof NeufError && error.code === 'body-malformed') return error as NeufError<'body-malformed'>
    throw error
  }
}

it.each<[z.ZodType, unknown, string, string]>([
  [native.orderSchema, null, 'the body: expected an object, not null', 'type'],
  [native.orderSchema, {}, 'prompt: missing, expected a text', 'missing'],
  [native.orderSchema, { prompt: 7 }, 'prompt: expected a text, not 7', 'type'],
  [native.orderSchema, { prompt: ['a'] }, 'prompt: expected a text, not a list', 'type'],
  [native.orderSchema, { prompt: 'a', count: 'nine' }, 'count: expected a whole number, not "nine"', 'type'],
  [native.orderSchema, { prompt: 'a', count: 1.5 }, 'count: expected a whole number, not 1.5', 'type'],
  [native.orderSchema, { prompt: 'a', count: 65 }, 'count: expected at most 64, not 65', 'above'],
  [native.orderSchema, { prompt: 'a', count: 0 }, 'count: expected at least 1, not 0', 'below'],
  [
    native.orderSchema,
    { prompt: 'a', model: 'x'.repeat(201) },
    'model: expected at most 200 characters, not 201',
    'long',
  ],
  [
    native.orderSchema,
    { prompt: 'a', sampling: { steps: 20 } },
    'sampling: there is no field "steps", expected temperature, topK or guidance',
    'value',
  ],
  [native.redrawSchema, { picture: 0, places: [] }, 'places: expected at least 1 item, not 0', 'value'],
  [native.pageSchema, { limit: 'ten' }, 'limit: expected a number', 'type'],
  [native.pageSchema, { before: 'x\n' }, 'before: expected a UUID, not "x?"', 'value'],
  [
    native.shareOrderSchema,
    { expires: 'tomorrow' },
    'expires: expected a date and time with its offset, as 2030-01-31T12:00:00Z, not "tomorrow"',
    'value',
  ],
  [
    openAi.generationSchema,
    { prompt: 'a', response_format: 'png' },
    'response_format: expected url or b64_json, not "png"',
    'value',
  ],
  [openAi.editSchema, { prompt: file(1), image: file(1) }, 'prompt: expected a text, not a file', 'type'],
  [openAi.editSchema, { prompt: 'a', image: 'a' }, 'image: expected one picture, as a file', 'value'],
  [openAi.editSchema, { prompt: 'a' }, 'image: missing, expected one picture, as a file', 'missing'],
  [native.redrawSchema, { picture: 0 }, 'places: expected either places or strength', 'value'],
  [openAi.editSchema, { prompt: 'a', image: file(0) }, 'image: expected at least 1 byte, not 0', 'value'],
  [automatic1111.textSchema, { width: 8 }, 'width: expected at least 16, not 8', 'below'],
  [automatic1111.pictureSchema, {}, 'init_images: missing, expected a list', 'missing'],
  [
    automatic1111.pictureSchema,
    { init_images: ['a'], inpainting_mask_invert: 7 },
    'inpainting_mask_invert: expected true or false or 0 or 1, not 7',
    'value',
  ],
])('%# says what is wrong and what is right', (schema, value, why, wrong) => {
  const fault = faultOf(schema, value)
  expect(fault?.message).toBe(`The request cannot be read: ${why}.`)
  expect(fault?.details.field?.wrong).toBe(wrong)
})

const requests = [
  ...[native.orderSchema, native.moreSchema, native.redrawSchema, native.pageSchema, native.pictureQuerySchema],
  ...[native.sheetSchema, native.shareFileSchema, native.favouriteSchema, native.shareOrderSchema, native.reportSchema],
  ...[native.feedQuerySchema, openAi.generationSchema, openAi.editSchema, openAi.variationSchema],
  ...[automatic1111.textSchema, automatic1111.pictureSchema, automatic1111.optionsSchema, automatic1111.pngInfoSchema],
] as const
const junk: readonly unknown[] = [
  ...[
    undefined,
    null,
    true,
    0,
    -1,
    0.5,
    1e300,
    Number.POSITIVE_INFINITY,
    '',
    'x',
    '\0',
    '-1',
    '1e999',
    'x'.repeat(5000),
  ],
  ...[
    [],
    [null],
    ['x', 'y'],
    Array(5000).fill(1),
    {},
    { x: 1 },
    { temperature: 'x', topK: -1, x: 1 },
    file(0),
    file(9),
  ],
]

describe.each(requests.map((schema, i) => [i, schema] as const))('request %i', (_, schema) => {
  it('is refused in one plain line, whichever field is junk', () => {
    const fields = Object.keys(schema.shape)
    const bodies = [
      ...junk,
      ...fields.flatMap((name) => junk.map((value) => ({ prompt: 'a', picture: 0, [name]: value }))),
    ]
    const said = bodies.flatMap((body) => faultOf(schema, body)?.message ?? [])
    expect(said.length).toBeGreaterThan(20)
    for (const message of said) {
      expect(message).toMatch(
        /^The request cannot be read: [\w. ]+: [^\n\0]*(expected|there is no field|at most) [^\n\0]*\.$/,
      )
      expect(message).not.toMatch(/Invalid|Too (big|small)|received|[<>]=|pattern|undefined|NaN|\[object/)
    }
  })
})
