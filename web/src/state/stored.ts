/** What a reload does not take: the drawing of this tab, and what a person chose for the page. */
import type { Drawing } from './drawing.ts'

/** Stores can be switched off, or full; then a reload asks the server for all of it. */
function quietly<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

const keyOf = (id: string): string => `neuf-drawing-${id}`
const version = 3

export function saveDrawing(drawing: Drawing): void {
  // What is still being drawn is told anew.
  const lasting = { ...drawing, unfinished: [] }
  quietly(() => sessionStorage.setItem(keyOf(drawing.id), JSON.stringify({ version, drawing: lasting })))
}

export function savedDrawing(id: string): Drawing | undefined {
  return quietly(() => {
    const saved = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? 'null') as {
      version: number
      drawing: Drawing
    } | null
    if (saved?.version !== version || saved.drawing.id !== id || !Array.isArray(saved.drawing.ranked)) return undefined
    // Another clock would measure the rest of the way.
    return { ...saved.drawing, progress: null }
  })
}

export function forgetDrawing(id: string): void {
  quietly(() => sessionStorage.removeItem(keyOf(id)))
}

export type Kept = 'language' | 'theme'

export const kept = (name: Kept): string | undefined => quietly(() => localStorage.getItem(`neuf-${name}`)) ?? undefined

export function keep(name: Kept, value: string): void {
  quietly(() => localStorage.setItem(`neuf-${name}`, value))
}
