/** What is trained on a lent machine, for how long, and what may be carried there and back: data, in plans/. */
import { readFile } from 'node:fs/promises'
import { type TrainedStage, trainedStages } from '../../src/train/trained-stages.ts'

export type Plan = {
  readonly recipe: string
  readonly stage: TrainedStage
  /** Lengths of trainings where they are not the recipe's: of this stage, and of those before it. */
  readonly steps: Partial<Readonly<Record<TrainedStage, number>>>
  /** Training ends so many minutes after its daemon was started first, wherever it is by then. */
  readonly minutes: number
  /** Processes that write batches, and files that each may be ahead of the runner. */
  readonly feeders: number
  readonly ahead: number
  /** Threads that draw and encode the corpus. */
  readonly threads: number
  /** What runs runners/xla there, and options for it. */
  readonly python: string
  readonly runner: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly snapshotSeconds: number
  /** Files of the run's folder that stay here, since making them there is less trouble than carrying them. */
  readonly without: readonly string[]
  /** Bytes of a piece that is sent. */
  readonly sentPieceBytes: number
  /** What comes back: bytes of a piece, of one fetch, and of a whole snapshot, which may take several fetches. */
  readonly pieceBytes: number
  readonly fetchBytes: number
  readonly snapshotBytes: number
}

const defaults = {
  steps: {},
  minutes: 20,
  feeders: 8,
  ahead: 4,
  threads: 16,
  python: 'python3',
  runner: [],
  environment: {},
  snapshotSeconds: 120,
  without: [],
  sentPieceBytes: 48e6,
  pieceBytes: 16e6,
  fetchBytes: 64e6,
  snapshotBytes: 64e6,
} satisfies Omit<Plan, 'recipe' | 'stage'>

/** A plan with defaults for what it leaves out. @throws Error that says what is wrong with it */
export async function readPlan(path: string): Promise<Plan> {
  const given = JSON.parse(await readFile(path, 'utf8')) as Partial<Plan>
  const unknown = Object.keys(given).find((name) => !(name in defaults || ['recipe', 'stage'].includes(name)))
  if (unknown !== undefined) throw new Error(`${path}: no plan has "${unknown}"`)
  const { recipe, stage } = given
  if (typeof recipe !== 'string') throw new Error(`${path}: "recipe" names a recipe`)
  if (!trainedStages.includes(stage!)) throw new Error(`${path}: "stage" is one of ${trainedStages.join(', ')}`)
  const plan: Plan = { ...defaults, ...given, recipe, stage: stage! }
  for (const [name, value] of Object.entries(plan)) {
    if (typeof value === 'number' && !(value > 0)) throw new Error(`${path}: "${name}" is ${value}`)
  }
  return plan
}
