/** What the server counts, as Prometheus reads it (text exposition format 0.0.4). */

type Labels = Readonly<Record<string, string>>

export type Metrics = {
  /** Adds to a counter. */
  count(name: CounterName, labels?: Labels, by?: number): void
  /** All counters, and the gauges as they are now. */
  text(gauges: Readonly<Record<GaugeName, number | Readonly<Record<string, number>>>>): string
}

const counters = {
  neuf_http_requests_total: 'Requests answered, by route, method and status.',
  neuf_orders_refused_total: 'Orders refused because too much was waiting.',
  neuf_candidates_drawn_total: 'Candidates drawn by the worker in this process.',
} as const

const gauges = {
  neuf_jobs: 'Jobs that are not finished, by state.',
  neuf_queue_seconds: 'Seconds until all that is asked for is drawn, from measured speed.',
  neuf_workers: 'Workers that are there.',
  neuf_reports_waiting: 'What visitors reported of shared pages and the host has not settled.',
  neuf_event_streams: 'Event streams open in this process.',
  neuf_event_loop_delay_seconds:
    'How long the event loop kept a timer waiting, 99th percentile since the last reading.',
  neuf_resident_memory_bytes: 'Memory of this process.',
} as const

export type CounterName = keyof typeof counters
export type GaugeName = keyof typeof gauges

export function createMetrics(): Metrics {
  const values = new Map<CounterName, Map<string, number>>()
  for (const name of Object.keys(counters) as CounterName[]) {
    // A counter without labels is there from the start: nothing has happened is something to know.
    values.set(name, name === 'neuf_http_requests_total' ? new Map() : new Map([['', 0]]))
  }
  return {
    count(name, labels = {}, by = 1) {
      const series = values.get(name)!
      const key = written(labels)
      series.set(key, (series.get(key) ?? 0) + by)
    },
    text(now) {
      const lines: string[] = []
      for (const [name, series] of values) {
        lines.push(`# HELP ${name} ${counters[name]}`, `# TYPE ${name} counter`)
        for (const [labels, value] of series) lines.push(`${name}${labels} ${value}`)
      }
      for (const name of Object.keys(gauges) as GaugeName[]) {
        lines.push(`# HELP ${name} ${gauges[name]}`, `# TYPE ${name} gauge`)
        const value = now[name]
        if (typeof value === 'number') lines.push(`${name} ${value}`)
        else for (const [state, each] of Object.entries(value)) lines.push(`${name}${written({ state })} ${each}`)
      }
      return `${lines.join('\n')}\n`
    },
  }
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => {
    return `${name}="${value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}
