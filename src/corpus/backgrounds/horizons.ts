import type { Background } from '../scene.ts'

/** Where the ground begins, from the top; things stand on it. Nothing where there is no ground. */
export const horizons: Partial<Record<Background, number>> = {
  field: 0.58,
  beach: 0.62,
  snow: 0.6,
  desert: 0.6,
  forest: 0.68,
  room: 0.7,
  city: 0.76,
  road: 0.56,
  mountains: 0.7,
  moon: 0.6,
  garden: 0.6,
  rain: 0.7,
  kitchen: 0.7,
  volcano: 0.72,
  cave: 0.72,
  stage: 0.72,
  autumn: 0.64,
}
