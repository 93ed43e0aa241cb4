/** Where a drawing stands: for the eye all the time, for a screen reader when it matters. */
import { type Drawing, isOver, secondsLeft, shownCount } from '../state/drawing.ts'
import type { Texts } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

type StatusParts = { readonly drawing: Drawing; readonly connected: boolean; readonly onCancel: () => void }

export function Status({ drawing, connected, onCancel }: StatusParts) {
  const { texts } = usePage()
  const { phase, progress, drawn, candidates } = drawing
  const left = progress === null ? undefined : secondsLeft(progress)
  const share = progress === null || progress.total === 0 ? drawn / candidates : progress.done / progress.total
  const words = sayPhase(texts, drawing)
  return (
    <div className="status">
      {/* Candidates land a few times in a drawing; the seconds that tick are not read out. */}
      <p role="status">{connected || isOver(phase) ? words : texts.reconnecting}</p>
      {!isOver(phase) && (
        <>
          <p className="hint">{left === undefined ? ' ' : texts.left(left)}</p>
          <progress aria-label={texts.progressLabel} max={1} value={phase === 'queued' ? 0 : Math.min(1, share)} />
          <button type="button" onClick={onCancel}>
            {texts.cancel}
          </button>
        </>
      )}
    </div>
  )
}

export function sayPhase(texts: Texts, { phase, place, drawn, candidates, ranked }: Drawing): string {
  if (phase === 'queued') return place === null ? texts.waitingPlain : texts.waiting(place.place, place.seconds)
  if (phase === 'drawing') return drawn === 0 ? texts.reading : texts.drawing(drawn, candidates)
  if (phase === 'cancelled') return texts.cancelled(drawn)
  if (phase === 'failed') return texts.failed
  if (candidates <= shownCount) return texts.doneFew(ranked.length)
  const told = ranked.some(({ matchProbability }) => matchProbability !== null)
  return told ? texts.done(candidates) : texts.doneUntold(candidates)
}
