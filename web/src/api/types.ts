/** What the server says, as its own schemas have it. */
import type {
  CreditsJson,
  JobJson,
  JobsJson,
  ModelsJson,
  OrderJson,
  SessionJson,
  ShareJson,
  ShareOrderJson,
  SharesJson,
} from '../../../src/server/http/schemas.ts'

export type Job = JobJson
export type Jobs = JobsJson
export type Models = ModelsJson
export type Model = Models['models'][number]
export type Order = OrderJson
export type Session = SessionJson
export type Credit = CreditsJson['nearest'][number]
export type Picture = Job['pictures'][number]
export type Share = ShareJson
export type Shares = SharesJson
export type ShareOrder = ShareOrderJson
export type Policy = Job['policy']
export type Reading = NonNullable<Job['reading']>
/** A code that stays the same when words change, and the server's own words. */
export type Fault = { readonly code: string; readonly message: string; readonly seconds?: number }
