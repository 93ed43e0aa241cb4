/** A drawing from its place in the queue to its nine, and what can be done with them. */
import { useState } from 'react'
import type { Carried } from '../state/carried.ts'
import { type Action, type Drawing, isOver, shownOf } from '../state/drawing.ts'
import { Redrawn } from './dropped.tsx'
import { fileName } from './large.tsx'
import { Nine } from './nine.tsx'
import { usePage } from './page-context.ts'
import { ReadingNotes } from './reading.tsx'
import { Share } from './share.tsx'
import { Status } from './status.tsx'
import { CopyButton, DownloadButton } from './take.tsx'
import { Veil } from './veil.tsx'
import { Why } from './why.tsx'

type ResultParts = {
  readonly drawing: Drawing
  readonly connected: boolean
  /** The picture that this drawing draws again. */
  readonly again: Carried | undefined
  readonly dispatch: (action: Action) => void
  readonly onPrompt: (prompt: string) => void
  readonly onCancel: () => void
  readonly onMore: (candidates: number) => void
  readonly onAnew: () => void
}

/** Further candidates at a time: as many as a usual drawing has. */
const furtherCandidates = 32

export function Result({ drawing, connected, again, dispatch, onPrompt, onCancel, onMore, onAnew }: ResultParts) {
  const { texts, client } = usePage()
  const [large, setLarge] = useState<number>()
  const shown = shownOf(drawing)
  const indexes = shown.map(({ index }) => index).join(',')
  const sheet = () => client.file(`/api/v1/jobs/${drawing.id}/sheet.png?pictures=${indexes}`)
  const over = isOver(drawing.phase)
  const [revealed, setRevealed] = useState(false)
  const veiled = drawing.policy.outcome !== 'allowed'
  return (
    <article aria-busy={!over} className={veiled && !revealed ? 'blurred' : undefined}>
      <h2 className="title">{drawing.prompt}</h2>
      <Status drawing={drawing} connected={connected} onCancel={onCancel} />
      {veiled && <Veil policy={drawing.policy} blurred={!revealed} onBlurred={(blurred) => setRevealed(!blurred)} />}
      {again !== undefined && <Redrawn picture={again} drawing={drawing} />}
      <Nine drawing={drawing} large={large} onLarge={setLarge} />
      {over && (
        <div className="row">
          {shown.length > 0 && (
            <>
              <DownloadButton file={sheet} name={fileName(drawing, 'sheet')} label={texts.downloadSheet} />
              <CopyButton file={sheet} label={texts.copySheet} />
              <button type="button" onClick={() => onMore(furtherCandidates)}>
                {texts.more(furtherCandidates)}
              </button>
            </>
          )}
          <button type="button" onClick={onAnew}>
            {texts.newSeed}
          </button>
        </div>
      )}
      {over && shown.length > 0 && <Share drawing={drawing} shown={shown} />}
      <ReadingNotes drawing={drawing} onPrompt={onPrompt} />
      {over && (
        <Why
          drawing={drawing}
          onSwap={(index) => dispatch({ kind: 'swap', index })}
          onBest={() => dispatch({ kind: 'unswap' })}
        />
      )}
      <p className="hint foot">
        {texts.modelFoot(drawing.model)} {texts.seedNumber(drawing.seed)}.
      </p>
    </article>
  )
}
