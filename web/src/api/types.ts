/** What the server says, as its own schemas have it. */
import type { z } from 'zod'
import type { JobJson, jobsSchema, modelsSchema, orderSchema } from '../../../src/server/http/schemas.ts'

export type Job = JobJson
export type Jobs = z.infer<typeof jobsSchema>
export type Models = z.infer<typeof modelsSchema>
export type Model = Models['models'][number]
export type Order = z.infer<typeof orderSchema>
export type Picture = Job['pictures'][number]
export type Reading = NonNullable<Job['reading']>
/** A code that stays the same when words change, and the server's own words. */
export type Fault = { readonly code: string; readonly message: string; readonly seconds?: number }
