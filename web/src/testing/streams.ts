/** Streams as a server sends them, and jobs as it describes them. */
import type { Job, Picture } from '../api/types.ts'

/** @param open the connection stays after the last piece */
export function streamOf(
  pieces: readonly (string | Uint8Array)[],
  { onCancel, open = false }: { readonly onCancel?: () => void; readonly open?: boolean } = {},
): ReadableStream<Uint8Array> {
  const left = [...pieces]
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift()
      if (piece !== undefined) controller.enqueue(typeof piece === 'string' ? new TextEncoder().encode(piece) : piece)
      else if (!open) controller.close()
    },
    cancel: () => onCancel?.(),
  })
}

export const pictureOf = (index: number, rank: number, matchProbability: number | null = 1 - rank / 100): Picture => ({
  index,
  rank,
  score: -rank,
  matchProbability,
  url: `/api/v1/jobs/x/pictures/${index}.png`,
})

export const jobOf = (change: Partial<Job> = {}): Job => ({
  id: '00000000-0000-4000-8000-000000000001',
  state: 'queued',
  place: 2,
  secondsToWait: 12,
  model: { name: 'small', sha256: 'a' },
  prompt: 'a cat',
  seed: 7,
  count: 12,
  candidates: 12,
  sampling: { temperature: 1, topK: 0, guidance: 1 },
  engine: null,
  drawn: 0,
  reading: null,
  policy: { outcome: 'allowed', reasons: [] },
  pictures: [],
  favourites: [],
  shares: 0,
  sheet: null,
  events: '/api/v1/jobs/x/events',
  error: null,
  created: '2026-01-01T00:00:00.000Z',
  started: null,
  finished: null,
  ...change,
})
