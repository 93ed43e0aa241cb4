/** Where everything of a stage lies on a lent machine, below the folder that it was unpacked to. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plan } from './plan.ts'

/** Pieces of a snapshot that were carried to a fresh machine are put into `returned`, and new ones come in `snapshots`. */
export const placesIn = (home: string) => ({
  plan: join(home, 'stage/plan.json'),
  node: join(home, 'stage/node'),
  program: join(home, 'stage/app'),
  art: join(home, 'stage/art'),
  run: join(home, 'stage/run'),
  training: join(home, 'training'),
  returned: join(home, 'returned'),
  snapshots: join(home, 'snapshots'),
  compiled: join(home, 'compiled'),
  /** When the daemon was started first, milliseconds; the plan's minutes count from then. */
  started: join(home, 'started'),
  status: join(home, 'status.json'),
  log: join(home, 'daemon.log'),
  /** Which snapshot is being fetched, in more than one set. */
  pinned: join(home, 'pinned'),
})

export type Places = ReturnType<typeof placesIn>

export const planOf = async ({ plan }: Places): Promise<Plan> => JSON.parse(await readFile(plan, 'utf8')) as Plan

/** `ended` for a training at its end or out of time, `failed` for one that does not go on whatever is tried. */
export type Status = {
  readonly state: 'preparing' | 'training' | 'ended' | 'failed'
  readonly why: string
  readonly pid: number
  readonly restarts: number
  readonly minutesLeft: number
  /** The step of the newest snapshot in pieces, and how it is encoded. */
  readonly snapshot: { readonly step: number; readonly encoding: string; readonly bytes: number } | null
  /** The runner's last line. */
  readonly last: string
}
