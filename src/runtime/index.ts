export type { Engine, RunOptions, Session, Value, ValueData } from './engine.ts'
