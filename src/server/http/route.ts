/** What a route is: data that the router and the OpenAPI document are both made from. */
import type { z } from 'zod'
import type { EngineRoom } from '../engine-room.ts'
import type { ToldFault } from '../public-fault.ts'
import type { Decoding } from '../upload.ts'
import type { BodyOptions } from './body.ts'
import type { Metrics } from './metrics.ts'

/** What all routes work with. */
export type Surroundings = {
  readonly room: EngineRoom
  readonly metrics: Metrics
  /** Fires when the server begins to stop. */
  readonly stopping: AbortSignal
  readonly streams: Streams
  /** An origin; addresses in answers begin with it. Without it they begin with that which a request came to. */
  readonly publicUrl?: string | undefined
}

/** Event streams that are open. */
export type Streams = {
  /** Counts one in; the result counts it out. @throws NeufError `too-many-requests` */
  enter(client: string): () => void
  readonly open: number
}

/** One request, without its body. */
export type Visit<Q = unknown> = Surroundings & {
  readonly request: Request
  readonly parameters: Readonly<Record<string, string>>
  readonly query: Q
  /** The name of the token it came with; `local` where none is needed. */
  readonly holder: string
  /** Whose turn in the queue it takes. */
  readonly client: string
  /** Through which pictures that come with requests are read, those of all of them. */
  readonly decoding: Decoding
}

/** One request, with what its schemas made of it. */
export type Call<B = unknown, Q = unknown> = Visit<Q> & { readonly body: B }

/**
 * The rest of an answer, which takes its time: by then the room of an upload is given to others, so that nothing that this
 * function can reach may hold any of the body.
 */
export type Wait = () => Promise<Response>

export type Answer = { readonly says: string; readonly types?: Readonly<Record<string, z.ZodType | 'binary' | 'text'>> }

/** What another API's clients expect, where it is not what the native one does. */
export type Manners = {
  /** How its paths begin: `/v1/`. What is asked for there and is none of its routes is refused in its way, too. */
  readonly under: string
  /** A fault in its shape. */
  refuse(fault: ToldFault): Response
}

export type Route<B = unknown, Q = unknown> = {
  readonly method: 'get' | 'post' | 'delete'
  /** With parameters in braces: `/api/v1/jobs/{id}`. */
  readonly path: string
  /** A name for generated clients. */
  readonly name: string
  readonly summary: string
  /** Answered without a token. */
  readonly open?: boolean
  /**
   * Pictures come by dozens with a page: they have a budget of their own, and leave that of all else alone. An open route has none
   * unless it names one.
   */
  readonly budget?: 'pictures'
  readonly body?: z.ZodType<B>
  readonly bodyOptions?: BodyOptions
  readonly query?: z.ZodType<Q>
  readonly manners?: Manners
  readonly answers: Readonly<Record<number, Answer>>
  handle(call: Call<B, Q>): Promise<Response | Wait>
}

/** Declares a route; its handler gets body and query typed by their schemas. */
export function defineRoute<B = unknown, Q = unknown>(route: Route<B, Q>): Route {
  // The table holds them side by side, so their types end here; the schemas make the values fit.
  return route as unknown as Route
}
