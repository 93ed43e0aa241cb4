/** Everything below the APIs, put together: database, queue, pictures, the jobs' core, and a worker where one is wanted. */
import { join } from 'node:path'
import type { Device } from '../runtime/node/devices.ts'
import type { Policy } from '../safety/policy.ts'
import { keepHouse, recoverTurns } from './housekeeping.ts'
import { createJobs, type Jobs } from './jobs.ts'
import type { OfferedModel } from './models.ts'
import { openNotices } from './notices.ts'
import { openPictureFolder, type PictureFolder } from './picture-folder.ts'
import type { PictureJudges } from './picture-judges.ts'
import { openQueue } from './queue.ts'
import { createShares, type Shares } from './shares.ts'
import type { Database } from './store/database.ts'
import { openEmbedded } from './store/embedded.ts'
import { migrate } from './store/migrations.ts'
import { openPostgres } from './store/postgres.ts'
import { createDrawing, type Drawing } from './worker/drawing.ts'
import { startWorker } from './worker/worker.ts'

export type EngineRoomSettings = {
  readonly models: readonly OfferedModel[]
  /** The folder for pictures, shared by all processes, and for the embedded database. */
  readonly data: string
  /** Of a PostgreSQL to share; without it a database is embedded, in the folder. */
  readonly databaseUrl: string | undefined
  readonly schema?: string
  /** What prompts are checked for; nothing but what no level allows, unless told. */
  readonly policy?: Policy
  /** Classifiers that look at pictures before they are kept; none unless told. */
  readonly judges?: PictureJudges
  /** Work that may wait, in seconds of drawing. */
  readonly queueSeconds: number
  /** Seconds that a finished job is kept. */
  readonly keepSeconds: number
  /** People may put links into a feed that everybody sees; they may not, unless told. */
  readonly feed?: boolean
  /** Draw here, too; otherwise workers elsewhere do. */
  readonly draw: boolean
  /** What draws; a process of its own unless told. */
  readonly drawing?: Drawing
  readonly threads?: number | undefined
  readonly device?: Device | undefined
  readonly atOnce: number
  readonly log: (what: string, error: unknown) => void
  readonly onDrawn?: (candidates: number) => void
  readonly onRefused?: () => void
}

export type EngineRoom = {
  readonly db: Database
  readonly jobs: Jobs
  readonly shares: Shares
  readonly pictures: PictureFolder
  readonly models: readonly OfferedModel[]
  /** Where this process draws. */
  readonly drawing: Drawing | undefined
  close(): Promise<void>
}

const millisecondsBetweenRounds = 30_000

/** @throws NeufError `data-in-use`, `database`, `database-newer`, `file-unwritable` */
export async function openEngineRoom(settings: EngineRoomSettings): Promise<EngineRoom> {
  const { data, databaseUrl, schema = 'neuf', models, log, policy = { level: 'off' }, judges = new Map() } = settings
  const pictures = openPictureFolder(join(data, 'pictures'))
  const db = databaseUrl === undefined ? await openEmbedded(data, schema) : await openPostgres(databaseUrl, schema)
  const opened: (() => Promise<unknown>)[] = [() => db.close()]
  const close = async () => {
    for (const each of opened.splice(0).reverse()) await each()
  }
  try {
    await pictures.check()
    await migrate(db)
    const queue = await openQueue(db, (error) => log('the queue', error))
    opened.push(() => queue.close())
    const notices = await openNotices(db)
    opened.push(() => notices.close())
    await recoverTurns(db, queue, { alone: db.embedded })
    const round = () => keepHouse({ db, queue, pictures, keepSeconds: settings.keepSeconds })
    let rounding = Promise.resolve()
    const rounds = setInterval(() => {
      rounding = rounding.then(round).catch((error: unknown) => log('housekeeping', error))
    }, millisecondsBetweenRounds)
    opened.push(async () => {
      clearInterval(rounds)
      await rounding
    })
    let drawing: Drawing | undefined
    if (settings.draw) {
      const folders = models.map(({ folder }) => folder)
      drawing = settings.drawing ?? createDrawing({ folders, threads: settings.threads, device: settings.device })
      const worker = startWorker({ ...settings, policy, judges, db, queue, notices, pictures, drawing })
      opened.push(() => worker.close())
    }
    const jobs = createJobs({ ...settings, policy, db, queue, notices, pictures })
    const shares = createShares({ db, pictures, verdict: jobs.verdict, feed: settings.feed ?? false })
    return { db, jobs, shares, pictures, models, drawing, close }
  } catch (error) {
    await close()
    throw error
  }
}
