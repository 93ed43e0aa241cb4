/** `neuf serve`: the API on a port, a queue behind it, and something that draws. */
import { resolve } from 'node:path'
import { defaultModel } from '../models/find-model.ts'
import type { Level, Policy } from '../safety/policy.ts'
import { type Context, defineCommand } from './command.ts'
import { deviceFor, deviceOption } from './device.ts'
import { version } from './main.ts'
import { policyOption, readHostPolicy } from './policy.ts'
import { printable } from './say.ts'

/** What `neuf serve` and `neuf worker` have in common. */
export const sharedOptions = {
  model: {
    kind: 'texts',
    value: 'NAME|FOLDER',
    help: `which models, the one for orders that name none first; ${defaultModel} unless told`,
  },
  data: {
    kind: 'text',
    value: 'FOLDER',
    help: 'where pictures, and without DATABASE_URL the database, are kept',
    default: 'neuf-data',
  },
  threads: {
    kind: 'integer',
    value: 'N',
    help: 'threads that compute; one a processor unless told',
    least: 1,
    most: 1024,
  },
  device: deviceOption,
  'at-once': {
    kind: 'integer',
    value: 'N',
    help: 'candidates that are drawn together before any is shown',
    least: 1,
    most: 64,
    default: 16,
  },
  'keep-days': {
    kind: 'number',
    value: 'N',
    help: 'days that finished jobs and their pictures are kept',
    least: 0,
    most: 36_500,
    default: 30,
  },
} as const

export const command = defineCommand({
  name: 'serve',
  summary: 'draw for other programs and other people, over HTTP',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Answers on this machine alone (127.0.0.1) unless NEUF_TOKEN is set to a secret, or to several as name=SECRET,name=SECRET. ' +
    'Jobs and their pictures outlive the server: what was being drawn when it stopped, or was killed, is gone on with at the ' +
    'next start. With DATABASE_URL, a PostgreSQL, any number of servers and workers share one queue. See docs/server.md.',
  options: {
    ...sharedOptions,
    host: { kind: 'text', value: 'ADDRESS', help: 'where to listen', default: '127.0.0.1' },
    port: { kind: 'integer', value: 'N', help: '0 for any that is free', least: 0, most: 65_535, default: 8123 },
    name: { kind: 'texts', value: 'NAME', help: 'a host name under which the server may be called, besides localhost' },
    origin: { kind: 'texts', value: 'ORIGIN', help: 'a site whose pages may call it, as https://example.org' },
    'public-url': {
      kind: 'text',
      value: 'URL',
      help: 'the address under which others reach it, as https://neuf.example.org: links to share begin with it',
    },
    feed: { kind: 'flag', help: 'let people put what they share into a feed that everybody sees, /feed' },
    'queue-seconds': {
      kind: 'integer',
      value: 'N',
      help: 'work that may wait, in seconds of drawing; more is refused with the time to wait',
      least: 1,
      most: 1_000_000,
      default: 600,
    },
    policy: policyOption,
    'no-openai': { kind: 'flag', help: "leave out the API that OpenAI's clients speak (/v1/)" },
    'no-automatic1111': { kind: 'flag', help: "leave out the API that AUTOMATIC1111's clients speak (/sdapi/)" },
    'no-drawing': { kind: 'flag', help: 'leave the drawing to neuf worker (with DATABASE_URL)' },
  },
  async run(context, options) {
    // Loaded only here: no other command pays for a server, and its help costs nothing either.
    const policy = await readServerPolicy(options.policy, context, (context.environment.NEUF_TOKEN ?? '') !== '')
    const { startServer } = await import('../server/server.ts')
    const server = await startServer({
      models: options.model.length === 0 ? [defaultModel] : options.model,
      host: options.host,
      port: options.port,
      data: resolve(context.folder, options.data),
      environment: context.environment,
      folder: context.folder,
      names: options.name,
      origins: options.origin,
      policy,
      publicUrl: options['public-url'],
      feed: options.feed,
      queueSeconds: options['queue-seconds'],
      keepDays: options['keep-days'],
      apis: (['openai', 'automatic1111'] as const).filter((api) => !options[`no-${api}`]),
      draw: !options['no-drawing'],
      threads: options.threads,
      device: await deviceFor(options.device, context),
      atOnce: options['at-once'],
      version: version(),
      log: logTo(context),
    })
    context.out.write(
      `neuf serves on ${server.url} (Ctrl-C ends it). What can be asked: ${server.url}/api/v1/openapi.json\n`,
    )
    await untilStopped(context)
    await server.close()
    return 0
  },
})

/**
 * The policy of a server or of its workers. Who lets others in, and names no policy, has the usual one.
 * @throws NeufError as `readHostPolicy`
 */
export function readServerPolicy(option: Level | undefined, context: Context, letsOthersIn: boolean): Promise<Policy> {
  const named = context.environment.NEUF_POLICY ?? ''
  return readHostPolicy(option ?? (letsOthersIn && named === '' ? 'standard' : undefined), context)
}

/** Faults of the server's own, one line each; what people asked for is not written down. */
export const logTo =
  ({ err, environment }: Context) =>
  (what: string, error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error)
    const stack = (environment.NEUF_DEBUG ?? '') !== '' && error instanceof Error ? `\n${error.stack}` : ''
    err.write(`neuf: ${new Date().toISOString()} ${printable(`${what}: ${text}`)}${stack}\n`)
  }

export async function untilStopped({ signal }: Context): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((done) => {
    // Something must keep the process alive, whatever else is going on.
    const alive = setInterval(() => undefined, 2 ** 30)
    signal.addEventListener('abort', () => {
      clearInterval(alive)
      done()
    })
  })
}
