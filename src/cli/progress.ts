/** A bar with the time left, on a terminal; nothing at all where the output is not one. */
import type { Context } from './command.ts'

export type Progress = {
  /** @param done how much of the total is done; a `note` (a loss, a file) stands at the end of the line */
  update(done: number, note?: string): void
  /** Takes the bar away; what is written next starts on a clean line. */
  end(): void
}

export type ProgressSettings = {
  /** What is being done, one or two words: `Drawing`. */
  readonly what: string
  readonly total: number
  /** Done before this run (a resumed one); it does not count as speed. */
  readonly already?: number
}

/** Redrawing more often than this tells nobody more and costs time. */
const millisecondsBetween = 100

/** Starts a bar on `context.err`. */
export function startProgress(context: Pick<Context, 'err' | 'now'>, settings: ProgressSettings): Progress {
  const { err, now } = context
  if (err.isTTY !== true) return { update() {}, end() {} }
  const { what, total, already = 0 } = settings
  const start = now()
  let last = Number.NEGATIVE_INFINITY
  const draw = (done: number, note: string) => {
    const left = timeLeft(now() - start, done - already, total - done)
    const counts = `${done}/${total}${left}${note === '' ? '' : `  ${note}`}`
    const columns = (err.columns ?? 80) - 1
    const room = Math.min(40, columns - what.length - counts.length - 4)
    const filled = total > 0 ? Math.round((room * Math.min(done, total)) / total) : room
    const bar = room < 5 ? '' : `${'█'.repeat(filled)}${'░'.repeat(room - filled)}  `
    // Back to the line's start, the new text, and the rest of the old one wiped.
    err.write(`\r${`${what}  ${bar}${counts}`.slice(0, Math.max(0, columns))}\x1b[K`)
  }
  draw(already, '')
  return {
    update(done, note = '') {
      if (now() - last < millisecondsBetween && done < total) return
      last = now()
      draw(done, note)
    },
    end() {
      err.write('\r\x1b[K')
    },
  }
}

/** Too early to say until something was done for a moment. */
function timeLeft(elapsed: number, done: number, remaining: number): string {
  if (done <= 0 || elapsed < 500 || remaining <= 0) return ''
  return `  ${duration(((elapsed / done) * remaining) / 1000)} left`
}

/** `45 s`, `3 min 20 s`, `1 h 05 min`: two units, so that it stays steady enough to read. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, '0')} min`
}
