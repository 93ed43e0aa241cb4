/** The page as it is now, built into a folder of its own, and servers of it, with the small model unless told. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type RunningServer, type ServerSettings, startServer } from '../../src/server/server.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export type Studio = {
  /** Starts a server; `data` names its folder, so that the same name goes on where another stopped. */
  serve(data: string, change?: Partial<ServerSettings>): Promise<RunningServer>
  remove(): void
}

export async function buildStudio(): Promise<Studio> {
  const folder = mkdtempSync(join(tmpdir(), 'neuf-studio-'))
  const page = join(folder, 'page')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const config = join(root, 'web', 'vite.config.ts')
  // In a process of its own: a test runner's is no production, and React would be built as for development.
  const { NODE_ENV: _, ...environment } = process.env
  await promisify(execFile)(process.execPath, [vite, 'build', '--config', config, '--outDir', page], {
    env: environment,
  })
  return {
    serve: (data, change = {}) =>
      startServer({
        models: ['pictogram-tiny'],
        host: '127.0.0.1',
        port: 0,
        data: join(folder, data),
        environment: {},
        folder: root,
        names: [],
        origins: [],
        policy: { level: 'standard' },
        queueSeconds: 600,
        keepDays: 1,
        draw: true,
        threads: 2,
        atOnce: 4,
        version: '0',
        page,
        log: (what, error) => console.error(what, error),
        ...change,
      }),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
