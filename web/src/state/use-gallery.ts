/** The gallery, asked for when what is looked for changes, and a moment after the last letter. */
import { useEffect, useReducer } from 'react'
import { type Client, faultFrom } from '../api/client.ts'
import { emptyGallery, type GalleryState, reduceGallery } from './gallery.ts'

const millisecondsAfterLetter = 250

export type Gallery = GalleryState & {
  readonly setSearch: (search: string) => void
  readonly setFavourites: (favourites: boolean) => void
  readonly loadMore: () => void
  readonly favour: (id: string, index: number, favourite: boolean) => void
  readonly forget: (id: string) => void
}

export function useGallery(client: Client): Gallery {
  const [state, dispatch] = useReducer(reduceGallery, emptyGallery)
  const { search, favourites, next } = state
  useEffect(() => {
    const stop = new AbortController()
    const load = async () => {
      try {
        const page = await client.gallery({ search, favourites }, stop.signal)
        if (!stop.signal.aborted) dispatch({ kind: 'page', page, after: undefined })
      } catch (error) {
        if (!stop.signal.aborted) dispatch({ kind: 'failed', fault: faultFrom(error) })
      }
    }
    const timer = setTimeout(load, search === '' ? 0 : millisecondsAfterLetter)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [client, search, favourites])
  const attempt = (act: () => Promise<void>) => {
    act().catch((error: unknown) => dispatch({ kind: 'failed', fault: faultFrom(error) }))
  }
  return {
    ...state,
    setSearch: (text) => dispatch({ kind: 'search', search: text }),
    setFavourites: (only) => dispatch({ kind: 'favourites', favourites: only }),
    loadMore: () =>
      attempt(async () => {
        if (next === null) return
        dispatch({ kind: 'page', page: await client.gallery({ search, favourites, cursor: next }), after: next })
      }),
    favour: (id, index, favourite) =>
      attempt(async () => dispatch({ kind: 'changed', job: await client.favour(id, index, favourite) })),
    forget: (id) => dispatch({ kind: 'removed', id }),
  }
}
