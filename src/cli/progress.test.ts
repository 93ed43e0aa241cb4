import { describe, expect, it } from 'vitest'
import { duration, startProgress } from './progress.ts'

/** A terminal whose clock the test moves. */
function terminal(columns = 80, isTTY = true) {
  const written: string[] = []
  const clock = { time: 0 }
  const context = { err: { isTTY, columns, write: (text: string) => written.push(text) }, now: () => clock.time }
  return { written, clock, context }
}

describe('startProgress', () => {
  it('writes nothing where nobody looks', () => {
    const { written, context } = terminal(80, false)
    const progress = startProgress(context, { what: 'Drawing', total: 10 })
    progress.update(5)
    progress.end()
    expect(written).toEqual([])
  })

  it('shows how much is done, the time left at the speed so far, and a note', () => {
    const { written, clock, context } = terminal()
    const progress = startProgress(context, { what: 'Training', total: 100 })
    clock.time = 20_000
    progress.update(25, 'loss 3.1')
    expect(written.at(-1)).toBe(
      `\rTraining  ${'█'.repeat(9)}${'░'.repeat(25)}  25/100  1 min 00 s left  loss 3.1\x1b[K`,
    )
  })

  it('does not count what an earlier run has done as speed', () => {
    const { written, clock, context } = terminal()
    const progress = startProgress(context, { what: 'Training', total: 100, already: 80 })
    clock.time = 10_000
    progress.update(90)
    expect(written.at(-1)).toContain('10 s left')
  })

  it('draws ten times a second at most, and always the end', () => {
    const { written, clock, context } = terminal()
    const progress = startProgress(context, { what: 'Drawing', total: 1000 })
    for (let done = 1; done <= 1000; done++) {
      clock.time = done
      progress.update(done)
    }
    expect(written.length).toBeLessThan(15)
    expect(written.at(-1)).toContain('1000/1000')
    progress.end()
    expect(written.at(-1)).toBe('\r\x1b[K')
  })

  it.each([1, 10, 25, 40, 80, 300])('stays on one line of %i columns', (columns) => {
    const { written, clock, context } = terminal(columns)
    const progress = startProgress(context, { what: 'Training', total: 123_456 })
    clock.time = 1e7
    progress.update(7, 'loss 3.1415, 12 scenes a second')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that wipes the line is what is taken off
    for (const text of written) expect(text.replace(/^\r|\x1b\[K$/g, '').length).toBeLessThan(columns)
  })

  it('survives a total of nothing', () => {
    const { written, context } = terminal()
    startProgress(context, { what: 'Reading', total: 0 }).update(0)
    expect(written.at(-1)).toContain('0/0')
  })
})

describe('duration', () => {
  it('uses two units', () => {
    expect([0, 59.4, 60, 200, 3599, 3600, 7500].map(duration)).toEqual([
      '0 s',
      '59 s',
      '1 min 00 s',
      '3 min 20 s',
      '59 min 59 s',
      '1 h 00 min',
      '2 h 05 min',
    ])
  })
})
