import { describe, expect, it } from 'vitest'
import type { Job } from '../api/types.ts'
import { jobOf, pictureOf } from '../testing/streams.ts'
import { namesGallery, promptInAddress } from './address.ts'
import { emptyGallery, type GalleryAction, picturesOfCard, reduceGallery } from './gallery.ts'

const stateAfter = (...actions: GalleryAction[]) => actions.reduce(reduceGallery, emptyGallery)
const ids = (jobs: readonly Job[] | undefined) => jobs?.map(({ id }) => id)
const page = (names: string[], next: string | null) => ({ jobs: names.map((id) => jobOf({ id })), next })

describe('the gallery', () => {
  it('puts pages one behind the other, each once', () => {
    const first: GalleryAction = { kind: 'page', page: page(['a', 'b'], 'x'), after: undefined }
    const second: GalleryAction = { kind: 'page', page: page(['c'], null), after: 'x' }
    const state = stateAfter(first, second, second)
    expect([ids(state.jobs), state.next]).toEqual([['a', 'b', 'c'], null])
  })

  it('does not put a page of another list behind what is shown', () => {
    const state = stateAfter(
      { kind: 'page', page: page(['a'], 'x'), after: undefined },
      { kind: 'search', search: 'cat' },
      { kind: 'page', page: page(['z'], 'y'), after: undefined },
      { kind: 'page', page: page(['b'], null), after: 'x' },
    )
    expect([ids(state.jobs), state.next, state.search]).toEqual([['z'], 'y', 'cat'])
  })

  it('shows at once what a person does', () => {
    const state = stateAfter(
      { kind: 'page', page: page(['a', 'b'], null), after: undefined },
      { kind: 'failed', fault: { code: 'unreachable', message: '' } },
      { kind: 'changed', job: jobOf({ id: 'b', favourites: [3] }) },
      { kind: 'changed', job: jobOf({ id: 'unknown' }) },
      { kind: 'removed', id: 'a' },
    )
    expect(state.jobs?.map(({ id, favourites }) => [id, favourites])).toEqual([['b', [3]]])
    expect(state.fault).toBeUndefined()
  })

  it('shows on a card all that is liked, the best first, nine at most', () => {
    const pictures = Array.from({ length: 12 }, (_, i) => pictureOf(20 + i, i + 1))
    expect(picturesOfCard({ pictures, favourites: [31, 21, 99] }).map(({ index }) => index)).toEqual([
      20, 21, 22, 23, 24, 25, 26, 27, 31,
    ])
    expect(picturesOfCard({ pictures: [], favourites: [] })).toEqual([])
  })
})

it.each([
  ['', ''],
  ['?prompt=a+cat', 'a cat'],
  ['?prompt=%22%3E%3Cscript%3E', '"><script>'],
  ['?other=1', ''],
])('of the address %s the prompt is %j', (query, prompt) => expect(promptInAddress(query)).toBe(prompt))

it('is open by its own fragment alone', () => {
  expect([namesGallery('#gallery'), namesGallery('#job=gallery'), namesGallery('')]).toEqual([true, false, false])
})
