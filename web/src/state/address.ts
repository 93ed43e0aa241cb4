/** What an address says besides a drawing: a prompt to begin with, and that the gallery is open. */
import { useEffect, useState } from 'react'

/** `?prompt=...`, as pages that are shared link here with; nothing is drawn until somebody presses the button. */
export const promptInAddress = (query: string): string => new URLSearchParams(query).get('prompt') ?? ''

export const namesGallery = (fragment: string): boolean => fragment === '#gallery'

export function useGalleryOpen(): boolean {
  const [open, setOpen] = useState(() => namesGallery(location.hash))
  useEffect(() => {
    const onChange = () => setOpen(namesGallery(location.hash))
    addEventListener('hashchange', onChange)
    return () => removeEventListener('hashchange', onChange)
  }, [])
  return open
}
