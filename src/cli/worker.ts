/** `neuf worker`: draws for servers that share a PostgreSQL and a folder of pictures. */
import { resolve } from 'node:path'
import { defaultModel } from '../models/find-model.ts'
import { defineCommand } from './command.ts'
import { deviceFor } from './device.ts'
import { logTo, readServerPolicy, sharedOptions, untilStopped } from './serve.ts'

export const command = defineCommand({
  name: 'worker',
  summary: 'draw for servers on the same PostgreSQL',
  usage: '',
  positionals: { least: 0, most: 0 },
  about:
    'Takes jobs from the queue in the PostgreSQL that DATABASE_URL names, and writes their pictures into --data, which it has ' +
    'to share with the servers. Give it the models that they have. It may be killed at any time: another worker with the ' +
    'same kind of processor goes on with the first candidate that is missing. See docs/server.md.',
  options: sharedOptions,
  async run(context, options) {
    const { startLoneWorker } = await import('../server/server.ts')
    const worker = await startLoneWorker({
      models: options.model.length === 0 ? [defaultModel] : options.model,
      data: resolve(context.folder, options.data),
      environment: context.environment,
      folder: context.folder,
      // Servers that have workers apart are there for others.
      policy: await readServerPolicy(undefined, context, true),
      threads: options.threads,
      device: await deviceFor(options.device, context),
      atOnce: options['at-once'],
      keepDays: options['keep-days'],
      log: logTo(context),
    })
    context.out.write('neuf draws for whoever shares its database (Ctrl-C ends it).\n')
    await untilStopped(context)
    await worker.close()
    return 0
  },
})
