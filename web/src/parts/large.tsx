/** One of the nine, large: in the page, not over it. */
import { useEffect, useRef } from 'react'
import type { Picture as PictureData } from '../api/types.ts'
import type { Drawing } from '../state/drawing.ts'
import { Credits } from './credits.tsx'
import { FavouriteButton } from './favourite.tsx'
import { usePage } from './page-context.ts'
import { Picture } from './picture.tsx'
import { CopyButton, DownloadButton } from './take.tsx'

type LargeParts = {
  readonly drawing: Drawing
  readonly shown: readonly PictureData[]
  readonly picture: PictureData
  readonly onLarge: (index: number | undefined) => void
}

export function Large({ drawing, shown, picture, onLarge }: LargeParts) {
  const { texts, client } = usePage()
  const close = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // In view as a whole, where that can be; focus alone would bring its last line into view.
    close.current?.focus({ preventScroll: true })
    close.current?.closest('.large')?.scrollIntoView({ block: 'nearest' })
  }, [])
  const at = shown.indexOf(picture)
  const name = texts.pictureName(at + 1, drawing.prompt)
  const go = (step: number) => () => onLarge(shown[(at + step + shown.length) % shown.length]?.index)
  const file = (url: string) => () => client.file(url)
  const sticker = `/api/v1/jobs/${drawing.id}/stickers/${picture.index}.png`
  const which = String(picture.index)
  return (
    <div className="large">
      <div className="place">
        <Picture key={picture.url} url={picture.url} name={name} />
      </div>
      <div className="about">
        <p>
          <strong>{texts.rankOf(picture.rank, drawing.ranked.length)}</strong>
          {picture.matchProbability !== null && <span>{texts.match(picture.matchProbability)}</span>}
          <span>{texts.candidateNumber(picture.index)}</span>
          <span>{texts.seedNumber(drawing.seed)}</span>
        </p>
        <div className="row">
          <DownloadButton file={file(picture.url)} name={fileName(drawing, which)} label={texts.download} />
          <DownloadButton
            file={file(picture.url.replace(/png$/, 'webp'))}
            name={fileName(drawing, which, 'webp')}
            label={texts.downloadWebp}
          />
          <DownloadButton
            file={file(sticker)}
            name={fileName(drawing, `${which}-sticker`)}
            label={texts.downloadSticker}
          />
          <CopyButton file={file(picture.url)} label={texts.copy} />
          <FavouriteButton key={picture.index} id={drawing.id} index={picture.index} name={name} />
        </div>
        <div className="row">
          <button type="button" onClick={go(-1)}>
            {texts.previous}
          </button>
          <button type="button" onClick={go(1)}>
            {texts.next}
          </button>
          <button type="button" ref={close} onClick={() => onLarge(undefined)} aria-describedby="close-hint">
            {texts.close}
          </button>
        </div>
        <p id="close-hint" className="hint">
          {texts.closeHint}
        </p>
      </div>
      <Credits key={picture.index} id={drawing.id} index={picture.index} />
    </div>
  )
}

/** `neuf-a-kangaroo-7-3.png`: letters and numbers of any script, of the prompt's beginning. */
export function fileName({ prompt, seed }: Pick<Drawing, 'prompt' | 'seed'>, which: string, ending = 'png'): string {
  const words = prompt
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '')
  return `${['neuf', words, String(seed), which].filter((part) => part !== '').join('-')}.${ending}`
}
