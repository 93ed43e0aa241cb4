/** The nine: ideas to begin with, then places that fill, then pictures that open large. */
import { type KeyboardEvent, useEffect, useRef } from 'react'
import type { Picture as PictureData } from '../api/types.ts'
import { type Drawing, isOver, shownCount, shownOf, type Unfinished, unfinishedAt } from '../state/drawing.ts'
import { Large } from './large.tsx'
import { usePage } from './page-context.ts'
import { Picture } from './picture.tsx'

export function Ideas({ onIdea }: { readonly onIdea: (prompt: string) => void }) {
  const { texts } = usePage()
  return (
    <section aria-label={texts.examplesLabel}>
      <ul className="nine ideas">
        {texts.examples.map((idea) => (
          <li key={idea}>
            <button type="button" className="place idea" onClick={() => onIdea(idea)}>
              {idea}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

type NineParts = {
  readonly drawing: Drawing
  /** The index of the candidate that is shown large. */
  readonly large: number | undefined
  readonly onLarge: (index: number | undefined) => void
}

export function Nine({ drawing, large, onLarge }: NineParts) {
  const { texts } = usePage()
  const shown = shownOf(drawing)
  const open = shown.find(({ index }) => index === large)
  const list = useRef<HTMLUListElement>(null)
  const before = useRef<number>(undefined)
  // Who closes a picture is back at its small one.
  useEffect(() => {
    if (open === undefined && before.current !== undefined) {
      list.current?.querySelector<HTMLElement>(`[data-index="${before.current}"]`)?.focus()
    }
    before.current = open?.index
  }, [open])
  const onKey = (event: KeyboardEvent) => {
    if (open === undefined) return
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (event.key === 'Escape') onLarge(undefined)
    else if (step !== undefined) onLarge(shown[(shown.indexOf(open) + step + shown.length) % shown.length]?.index)
    else return
    event.preventDefault()
  }
  const places = isOver(drawing.phase) ? shown.length : Math.max(shown.length, Math.min(shownCount, drawing.candidates))
  return (
    <section aria-label={texts.nineLabel} onKeyDown={onKey} className={open === undefined ? 'hero' : 'hero opened'}>
      {open !== undefined && <Large drawing={drawing} shown={shown} picture={open} onLarge={onLarge} />}
      <ul className="nine" ref={list}>
        {Array.from({ length: places }, (_, i) => {
          const picture = shown[i]
          return picture === undefined ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: a place is known by nothing else
            <li key={`place ${i}`}>
              <Empty unfinished={unfinishedAt(drawing, i - shown.length)} />
            </li>
          ) : (
            <li key={picture.index}>
              <Small picture={picture} prompt={drawing.prompt} open={picture === open} onLarge={onLarge} rank={i + 1} />
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** A place for what has not landed yet, with as much of it as is drawn. */
function Empty({ unfinished }: { readonly unfinished: Unfinished | undefined }) {
  const { texts } = usePage()
  if (unfinished === undefined) {
    return (
      <span className="place waiting">
        <span className="unseen">{texts.emptyPlace}</span>
      </span>
    )
  }
  const { url, drawn } = unfinished
  return (
    <span className="place waiting">
      <img
        className="unfinished"
        src={url}
        alt={texts.unfinishedPlace}
        draggable="false"
        style={{ clipPath: `inset(0 0 ${100 * (1 - drawn)}% 0)` }}
      />
    </span>
  )
}

type SmallParts = {
  readonly picture: PictureData
  readonly rank: number
  readonly prompt: string
  readonly open: boolean
  readonly onLarge: (index: number | undefined) => void
}

function Small({ picture, rank, prompt, open, onLarge }: SmallParts) {
  const { texts } = usePage()
  const { index, url, matchProbability } = picture
  const match = matchProbability === null ? '' : texts.match(matchProbability)
  const name = texts.pictureName(rank, prompt)
  return (
    <button
      type="button"
      className="place"
      data-index={index}
      aria-expanded={open}
      aria-label={texts.enlarge(match === '' ? name : `${name}, ${match}`)}
      onClick={() => onLarge(open ? undefined : index)}
    >
      <Picture url={url} name="" />
      {matchProbability !== null && <span className="match">{texts.percent(matchProbability)}</span>}
    </button>
  )
}
