/** Token buckets: each client may do so much at once, and so much a second in the long run. */
import { NeufError } from '../../errors/errors.ts'

export type RateLimit = {
  /** Counts one request of a client's. @throws NeufError `too-many-requests` */
  take(client: string): void
  /** Whether a request would be let through, without counting one. @throws NeufError `too-many-requests` */
  check(client: string): void
}

/** Buckets kept at most; those not used for longest go first, and a full one is as good as none. */
const mostClients = 10_000

export function createRateLimit({
  atOnce,
  perSecond,
  now = () => performance.now(),
}: {
  readonly atOnce: number
  readonly perSecond: number
  readonly now?: () => number
}): RateLimit {
  const buckets = new Map<string, { level: number; at: number }>()

  function level(client: string): number {
    const bucket = buckets.get(client)
    if (bucket === undefined) return atOnce
    return Math.min(atOnce, bucket.level + ((now() - bucket.at) / 1000) * perSecond)
  }
  function check(client: string): number {
    const left = level(client)
    if (left >= 1) return left
    throw new NeufError('too-many-requests', { seconds: Math.max(1, Math.ceil((1 - left) / perSecond)) })
  }
  return {
    take(client) {
      const left = check(client)
      buckets.delete(client)
      buckets.set(client, { level: left - 1, at: now() })
      if (buckets.size > mostClients) buckets.delete(buckets.keys().next().value!)
    },
    check: (client) => void check(client),
  }
}
