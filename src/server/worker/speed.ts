/** How fast models are drawn here, measured while drawing: what is said about waiting comes from it. */
import type { Database } from '../store/database.ts'
import { readSpeed, saveSpeed } from '../store/worker-rows.ts'

export type Speed = {
  /** So much was drawn of a model in so many seconds. Time that brought nothing counts too, with a cost of 0. */
  note(model: string, cost: number, seconds: number): Promise<void>
}

/** What was measured before weighs so much less with each further measure of cost. */
const memory = 0.85
/** Seconds that a speed from an earlier run weighs. */
const trust = 10

export function createSpeed(db: Database, engine: string): Speed {
  const sums = new Map<string, { cost: number; seconds: number }>()
  return {
    async note(model, cost, seconds) {
      let sum = sums.get(model)
      if (sum === undefined) {
        const before = await readSpeed(db, model, engine)
        sum = before === undefined ? { cost: 0, seconds: 0 } : { cost: before * trust, seconds: trust }
      }
      const kept = cost === 0 ? 1 : memory
      sum = { cost: sum.cost * kept + cost, seconds: sum.seconds * kept + seconds }
      sums.set(model, sum)
      if (sum.cost > 0 && sum.seconds > 0) await saveSpeed(db, model, engine, sum.cost / sum.seconds)
    },
  }
}
