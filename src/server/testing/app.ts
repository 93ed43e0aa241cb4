/** An app that answers by itself, without a port and an engine room: for what needs neither. */
import { type AppSettings, createApp } from '../http/app.ts'
import { createMetrics } from '../http/metrics.ts'

export const createTestApp = (change: Partial<AppSettings> = {}) =>
  createApp({
    room: undefined as never,
    metrics: createMetrics(),
    stopping: new AbortController().signal,
    streams: { enter: () => () => undefined, open: 0 },
    access: { tokens: new Map([['ann', Buffer.alloc(32)]]), names: [], origins: [] },
    version: '0',
    log: () => undefined,
    ...change,
  })
