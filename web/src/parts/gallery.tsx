/** Everything that was drawn, found again: by words of the prompt, by favourites, the newest first. */
import { useEffect, useRef } from 'react'
import type { Job } from '../api/types.ts'
import { picturesOfCard } from '../state/gallery.ts'
import { useGallery } from '../state/use-gallery.ts'
import { sayFault } from '../texts/texts.ts'
import { Heart } from './favourite.tsx'
import { usePage } from './page-context.ts'
import { Picture } from './picture.tsx'
import { RemoveButton } from './remove-button.tsx'

export function Gallery({ onRemove }: { readonly onRemove: (id: string) => Promise<void> }) {
  const { texts, client } = usePage()
  const gallery = useGallery(client)
  const section = useRef<HTMLElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  // The address names it before it is there.
  useEffect(() => {
    section.current?.scrollIntoView()
  }, [])
  const { search, favourites, jobs, next, fault } = gallery
  const remove = async (id: string) => {
    await onRemove(id)
    gallery.forget(id)
    // What had the focus is gone.
    title.current?.focus()
  }
  return (
    <section className="gallery" id="gallery" ref={section}>
      <h2 ref={title} tabIndex={-1}>
        {texts.gallery.title}
      </h2>
      <search className="row">
        <input
          type="search"
          value={search}
          maxLength={200}
          onChange={(event) => gallery.setSearch(event.target.value)}
          placeholder={texts.gallery.searchHint}
          aria-label={texts.gallery.search}
        />
        <button
          type="button"
          className="heart"
          aria-pressed={favourites}
          onClick={() => gallery.setFavourites(!favourites)}
        >
          <Heart /> {texts.gallery.favourites}
        </button>
      </search>
      {fault !== undefined && (
        <p className="fault" role="alert">
          {sayFault(texts, fault)}
        </p>
      )}
      {jobs !== undefined && (
        <p className="hint" role="status">
          {jobs.length === 0 ? texts.gallery.none : texts.gallery.found(jobs.length, next !== null)}
        </p>
      )}
      <ul className="cards">
        {jobs?.map((job) => (
          <Card key={job.id} job={job} onFavour={gallery.favour} onRemove={remove} />
        ))}
      </ul>
      {next !== null && (
        <button type="button" onClick={gallery.loadMore}>
          {texts.gallery.more}
        </button>
      )}
    </section>
  )
}

type CardParts = {
  readonly job: Job
  readonly onFavour: (id: string, index: number, favourite: boolean) => void
  readonly onRemove: (id: string) => Promise<void>
}

function Card({ job, onFavour, onRemove }: CardParts) {
  const { texts, language } = usePage()
  const { id, prompt, state, created, favourites, policy } = job
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(created))
  return (
    <li className="card">
      <a href={`#job=${id}`} aria-label={texts.gallery.openDrawing(prompt)}>
        <strong>{prompt}</strong>
      </a>
      <small>
        {when}
        {state === 'done' ? '' : `, ${texts.states[state]}`}
      </small>
      <ul className="thumbs">
        {picturesOfCard(job).map(({ index, rank, url }) => {
          const liked = favourites.includes(index)
          const name = texts.pictureName(rank, prompt)
          return (
            <li key={index}>
              <span className={policy.outcome === 'allowed' ? 'place' : 'place blurred'}>
                <Picture url={url} name={name} lazy />
              </span>
              <button
                type="button"
                className="heart"
                aria-pressed={liked}
                aria-label={texts.gallery.like(name)}
                onClick={() => onFavour(id, index, !liked)}
              >
                <Heart />
              </button>
            </li>
          )
        })}
      </ul>
      <RemoveButton job={job} onRemove={(id) => void onRemove(id)} />
    </li>
  )
}
