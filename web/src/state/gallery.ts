/** The gallery as a plain reducer: what is looked for, what was found so far, and what a person does to it. */
import type { Fault, Job, Jobs } from '../api/types.ts'

export type GalleryState = {
  readonly search: string
  readonly favourites: boolean
  /** Undefined until the first page is there. */
  readonly jobs: readonly Job[] | undefined
  /** Where a further page begins; null where there is none. */
  readonly next: string | null
  readonly fault: Fault | undefined
}

export const emptyGallery: GalleryState = {
  search: '',
  favourites: false,
  jobs: undefined,
  next: null,
  fault: undefined,
}

export type GalleryAction =
  | { readonly kind: 'search'; readonly search: string }
  | { readonly kind: 'favourites'; readonly favourites: boolean }
  /** `after`: the cursor that the page was asked for behind. */
  | { readonly kind: 'page'; readonly page: Jobs; readonly after: string | undefined }
  | { readonly kind: 'changed'; readonly job: Job }
  | { readonly kind: 'removed'; readonly id: string }
  | { readonly kind: 'failed'; readonly fault: Fault }

export function reduceGallery(state: GalleryState, action: GalleryAction): GalleryState {
  switch (action.kind) {
    case 'search':
      return { ...state, search: action.search }
    case 'favourites':
      return { ...state, favourites: action.favourites }
    case 'page': {
      const { page, after } = action
      if (after === undefined) return { ...state, jobs: page.jobs, next: page.next, fault: undefined }
      // Asked for twice, or for a list that is another one by now: once is enough.
      if (after !== state.next) return state
      return { ...state, jobs: [...(state.jobs ?? []), ...page.jobs], next: page.next, fault: undefined }
    }
    case 'changed': {
      const jobs = state.jobs?.map((job) => (job.id === action.job.id ? action.job : job))
      return { ...state, jobs, fault: undefined }
    }
    case 'removed':
      return { ...state, jobs: state.jobs?.filter(({ id }) => id !== action.id), fault: undefined }
    case 'failed':
      return { ...state, fault: action.fault }
  }
}

/** The pictures of a card, the best first: those that are liked and the best of the others, nine at most. */
export function picturesOfCard({ pictures, favourites }: Pick<Job, 'pictures' | 'favourites'>): Job['pictures'] {
  const liked = new Set(favourites)
  const first = pictures.filter(({ index }) => liked.has(index))
  const shown = [...first, ...pictures.filter(({ index }) => !liked.has(index))].slice(0, 9)
  return shown.toSorted((a, b) => a.rank - b.rank)
}
