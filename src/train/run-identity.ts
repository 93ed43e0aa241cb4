/** What a run's files carry to tell whose they are. */
import type { Objective } from './objective.ts'
import type { TrainingSettings } from './trainer.ts'

/** Runs with the same text go on from each other's checkpoints. */
export const runIdentity = ({ name, count }: Objective, training: TrainingSettings): string =>
  JSON.stringify({ objective: name, count, training })
