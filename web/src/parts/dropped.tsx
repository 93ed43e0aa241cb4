/** A picture that was made here, come back: what it was drawn from, and the way to draw it again. */
import { type ChangeEvent, useEffect, useRef, useState } from 'react'
import type { Models } from '../api/types.ts'
import { type Carried, isOffered, isSame, stayedIn } from '../state/carried.ts'
import type { Drawing } from '../state/drawing.ts'
import { usePage } from './page-context.ts'

/** For who cannot drop, or would rather choose. */
export function OpenPicture({ onFile }: { readonly onFile: (file: File) => void }) {
  const { texts } = usePage()
  const input = useRef<HTMLInputElement>(null)
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const [file] = event.target.files ?? []
    if (file !== undefined) onFile(file)
    // The same file may be chosen once more.
    event.target.value = ''
  }
  return (
    <p className="hint open">
      {texts.dropHint}{' '}
      <button type="button" className="link" onClick={() => input.current?.click()}>
        {texts.openPicture}
      </button>
      <input ref={input} type="file" accept="image/png,image/webp" hidden onChange={choose} />
    </p>
  )
}

export type DroppedPicture = Carried & { readonly file: Blob }

type DroppedParts = {
  readonly picture: DroppedPicture
  readonly models: Models | undefined
  readonly asking: boolean
  readonly onAgain: () => void
  readonly onClose: () => void
}

export function Dropped({ picture, models, asking, onAgain, onClose }: DroppedParts) {
  const { texts } = usePage()
  const { file, records } = picture
  const [record] = records
  const { recipe, score } = record
  const stayed = stayedIn(record)
  const again = useRef<HTMLButtonElement>(null)
  const url = useBlobUrl(file)
  useEffect(() => again.current?.focus(), [])
  return (
    <section className="dropped" aria-label={texts.droppedTitle}>
      <div className="place">{url !== undefined && <img src={url} alt="" draggable="false" />}</div>
      <div className="about">
        <h2>{texts.droppedTitle}</h2>
        <p>
          <q>
            <bdi>{recipe.prompt}</bdi>
          </q>
        </p>
        <p className="hint">
          {[
            recipe.model.name,
            texts.seedNumber(recipe.seed),
            records.length > 1 ? texts.sheetOf(records.length) : texts.candidateNumber(recipe.index),
            ...(records.length === 1 && typeof score?.matchProbability === 'number'
              ? [texts.match(score.matchProbability)]
              : []),
          ].join(' · ')}
        </p>
        {models !== undefined && !isOffered(record, models) && <p>{texts.otherModel(recipe.model.name)}</p>}
        {stayed !== undefined && <p>{texts.stayed(stayed)}</p>}
        <div className="row">
          <button type="button" className="main" ref={again} disabled={asking} onClick={onAgain}>
            {stayed === undefined ? texts.drawAgain : texts.drawWords}
          </button>
          <button type="button" onClick={onClose}>
            {texts.close}
          </button>
        </div>
      </div>
    </section>
  )
}

function useBlobUrl(file: Blob): string | undefined {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    const made = URL.createObjectURL(file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [file])
  return url
}

/** Says whether what was drawn again is what the file carried, token by token. */
export function Redrawn({ picture, drawing }: { readonly picture: Carried; readonly drawing: Drawing }) {
  const { texts, client } = usePage()
  const { records } = picture
  const [same, setSame] = useState<number>()
  const { phase, ranked } = drawing
  const done = phase === 'done'
  const urls = records.map(({ recipe }) => ranked.find(({ index }) => index === recipe.index)?.url).join('\n')
  useEffect(() => {
    if (!done) return
    let gone = false
    const compare = async () => {
      let count = 0
      for (const [i, url] of urls.split('\n').entries()) {
        if (url !== '' && (await isSame(records[i]!, await client.file(url)))) count++
      }
      if (!gone) setSame(count)
    }
    // A picture that cannot be fetched is not known to be the same.
    compare().catch(() => undefined)
    return () => {
      gone = true
    }
  }, [done, urls, records, client])
  if (same === undefined) return null
  return <p role="status">{texts.redrawn(same, records.length)}</p>
}
