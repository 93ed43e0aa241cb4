/** Why these nine: every candidate that has a picture, the best first; any can be swapped in. */
import { type Drawing, shownOf } from '../state/drawing.ts'
import { usePage } from './page-context.ts'
import { Picture } from './picture.tsx'

type WhyParts = {
  readonly drawing: Drawing
  readonly onSwap: (index: number) => void
  readonly onBest: () => void
}

export function Why({ drawing, onSwap, onBest }: WhyParts) {
  const { texts } = usePage()
  const { ranked, swapped, prompt, candidates } = drawing
  const shown = new Set(shownOf(drawing).map(({ index }) => index))
  if (ranked.length <= shown.size) return null
  return (
    <details className="why">
      <summary>{texts.whyTitle}</summary>
      <p>{texts.why(candidates)}</p>
      <ol>
        {ranked.map(({ index, rank, url, matchProbability }) => {
          const byHand = swapped.includes(index)
          const among = shown.has(index) && !byHand
          const match = matchProbability === null ? '' : `, ${texts.match(matchProbability)}`
          const name = `${texts.pictureName(rank, prompt)}${match}`
          const say = among ? texts.amongNine : byHand ? texts.takeOut : texts.swapIn
          return (
            <li key={index}>
              <button
                type="button"
                className="place"
                aria-label={say(name)}
                aria-pressed={shown.has(index)}
                aria-disabled={among}
                onClick={() => !among && onSwap(index)}
              >
                <Picture url={url} name="" lazy />
                <span className="match">{matchProbability === null ? rank : texts.percent(matchProbability)}</span>
              </button>
            </li>
          )
        })}
      </ol>
      {candidates > ranked.length && <p className="hint">{texts.whyMissing(candidates - ranked.length)}</p>}
      {swapped.length > 0 && (
        <button type="button" onClick={onBest}>
          {texts.backToBest}
        </button>
      )}
    </details>
  )
}
