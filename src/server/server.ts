/** A server: the engine room, and the APIs on a port. What the command line starts. */
import { fileURLToPath } from 'node:url'
import { NeufError } from '../errors/errors.ts'
import type { Device } from '../runtime/node/devices.ts'
import type { Policy } from '../safety/policy.ts'
import { automatic1111Routes } from './automatic1111/routes.ts'
import { type EngineRoom, type EngineRoomSettings, openEngineRoom } from './engine-room.ts'
import { type Access, isLoopback, readTokens } from './http/access.ts'
import { createApp } from './http/app.ts'
import { checkAddress, listen } from './http/listen.ts'
import { createMetrics } from './http/metrics.ts'
import { checkPublicUrl } from './http/origin.ts'
import { readPage } from './http/page.ts'
import { pictureRoutes } from './http/picture-routes.ts'
import { publicRoutes } from './http/public-routes.ts'
import type { Route, Streams } from './http/route.ts'
import { shareRoutes } from './http/share-routes.ts'
import { offerModels } from './models.ts'
import { openAiRoutes } from './openai/routes.ts'
import { openPictureJudges } from './picture-judges.ts'
import { createPictureWork } from './picture-work.ts'

export type ServerSettings = {
  /** Names or folders of models; the first is drawn with where none is named. */
  readonly models: readonly string[]
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  readonly data: string
  /** NEUF_TOKEN, NEUF_MODELS, NEUF_SCHEMA, NEUF_PICTURE_CLASSIFIER and DATABASE_URL are read. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The folder that relative paths start from. */
  readonly folder: string
  readonly names: readonly string[]
  readonly origins: readonly string[]
  readonly policy?: Policy
  /** The address under which others reach it, an origin as https://neuf.example.org: links begin with it. */
  readonly publicUrl?: string | undefined
  /** People may put what they share into a feed that everybody sees. */
  readonly feed?: boolean
  readonly queueSeconds: number
  readonly keepDays: number
  /** Draw in this server, too; false where workers elsewhere do. */
  readonly draw: boolean
  readonly threads?: number | undefined
  /** What draws here computes on; the processor unless told. */
  readonly device?: Device | undefined
  readonly atOnce?: number
  /** Of the APIs in the shape of others, those that are served; all unless told. */
  readonly apis?: readonly FurtherApi[]
  readonly version: string
  readonly schema?: string
  /** The folder of the built page; the project's own unless told. */
  readonly page?: string
  readonly log: (what: string, error: unknown) => void
}

/** APIs that clients of other servers speak. */
export type FurtherApi = 'openai' | 'automatic1111'

export type RunningServer = {
  readonly url: string
  readonly room: EngineRoom
  /** Stops, in a few seconds at most: what is being drawn is gone on with at the next start. */
  close(): Promise<void>
}

/** Where `npm start` builds the page. */
const builtPage = fileURLToPath(new URL('../../web/dist/', import.meta.url))

/** Candidates that land together, unless told. */
export const usualAtOnce = 16

const routesOf: Readonly<Record<FurtherApi, () => Route[]>> = {
  openai: openAiRoutes,
  automatic1111: automatic1111Routes,
}
const furtherApis = Object.keys(routesOf) as FurtherApi[]

const secondsOfDay = 86_400
const millisecondsToAnswer = 2000
const streamsOfClient = 16
const streamsOfAll = 500

/** @throws NeufError `token-needed`, `option-value`, `address-unusable`, and what opening the engine room throws */
export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  const { host, port, names, origins, environment, version, log } = settings
  const publicUrl = settings.publicUrl === undefined ? undefined : checkPublicUrl(settings.publicUrl)
  const ownNames = publicUrl === undefined ? names : [...names, new URL(publicUrl).hostname]
  const access: Access = { tokens: readTokens(environment.NEUF_TOKEN), names: ownNames.map(lower), origins, publicUrl }
  if (!isLoopback(host) && access.tokens.size === 0) throw new NeufError('token-needed', { host })
  const metrics = createMetrics()
  const page = await readPage(settings.page ?? builtPage)
  await checkAddress({ host, port })
  const stop = new AbortController()
  const room = await openEngineRoom({
    ...(await roomSettings(settings)),
    feed: settings.feed ?? false,
    onDrawn: (candidates) => metrics.count('neuf_candidates_drawn_total', {}, candidates),
    onRefused: () => metrics.count('neuf_orders_refused_total'),
  })
  const work = createPictureWork()
  try {
    const sharing = { feed: settings.feed ?? false, log }
    const apis = (settings.apis ?? furtherApis).flatMap((api) => routesOf[api]())
    const routes = [...pictureRoutes(work), ...shareRoutes(sharing), ...publicRoutes(sharing), ...apis]
    const streams = countStreams()
    const surroundings = { room, metrics, stopping: stop.signal, streams, publicUrl }
    const app = createApp({ ...surroundings, access, version, log, page, routes })
    const listening = await listen(app.fetch as never, { host, port })
    return {
      url: listening.url,
      room,
      async close() {
        stop.abort()
        await listening.close(millisecondsToAnswer)
        await work.close()
        await room.close()
      },
    }
  } catch (error) {
    await work.close()
    await room.close()
    throw error
  }
}

/** What a server and a worker alone have in common. */
type SharedSettings = Pick<
  ServerSettings,
  | 'models'
  | 'data'
  | 'environment'
  | 'folder'
  | 'policy'
  | 'threads'
  | 'device'
  | 'atOnce'
  | 'keepDays'
  | 'schema'
  | 'log'
>

/**
 * A worker alone: draws for the servers that share its PostgreSQL and its folder of pictures.
 * @throws NeufError `no-shared-database`, and what opening the engine room throws
 */
export async function startLoneWorker(settings: SharedSettings): Promise<{ close(): Promise<void> }> {
  if ((settings.environment.DATABASE_URL ?? '') === '') throw new NeufError('no-shared-database', {})
  return openEngineRoom(await roomSettings({ ...settings, draw: true, queueSeconds: 0 }))
}

async function roomSettings(
  settings: SharedSettings & Pick<ServerSettings, 'draw' | 'queueSeconds'>,
): Promise<EngineRoomSettings> {
  const { environment, data, threads, device, atOnce = usualAtOnce, keepDays, log, draw, queueSeconds } = settings
  const schema = settings.schema ?? environment.NEUF_SCHEMA ?? 'neuf'
  if (!/^[a-z][a-z0-9_]{0,40}$/.test(schema)) {
    const expected = 'a plain name: small letters, digits and _, a letter first'
    throw new NeufError('option-value', { option: 'NEUF_SCHEMA', value: schema, expected })
  }
  const url = environment.DATABASE_URL ?? ''
  const models = await offerModels(settings.models, settings)
  return {
    models,
    // Only who draws looks at pictures.
    judges: draw ? await openPictureJudges(models, settings) : new Map(),
    ...(settings.policy && { policy: settings.policy }),
    data,
    databaseUrl: url === '' ? undefined : url,
    schema,
    queueSeconds,
    keepSeconds: keepDays * secondsOfDay,
    draw,
    threads,
    device,
    atOnce,
    log,
  }
}

function countStreams(): Streams {
  const clients = new Map<string, number>()
  let all = 0
  return {
    enter(client) {
      const own = clients.get(client) ?? 0
      if (own >= streamsOfClient || all >= streamsOfAll) throw new NeufError('too-many-requests', { seconds: 5 })
      clients.set(client, own + 1)
      all++
      let inside = true
      return () => {
        if (!inside) return
        inside = false
        all--
        const left = clients.get(client)! - 1
        if (left === 0) clients.delete(client)
        else clients.set(client, left)
      }
    },
    get open() {
      return all
    },
  }
}

const lower = (name: string): string => name.toLowerCase()
