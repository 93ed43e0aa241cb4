/** What the model made of the prompt, and what of it it cannot know. */
import { type Drawing, noneMatches } from '../state/drawing.ts'
import { usePage } from './page-context.ts'

type ReadingParts = { readonly drawing: Drawing; readonly onPrompt: (prompt: string) => void }

export function ReadingNotes({ drawing, onPrompt }: ReadingParts) {
  const { texts } = usePage()
  const { reading, prompt } = drawing
  if (reading === null) return null
  const { normalisedPrompt, unknownWords, likelySlips, wordless, cut } = reading
  const instead = (word: string, meant: string) => (
    <button type="button" className="link" onClick={() => onPrompt(replaceWord(prompt, word, meant))}>
      {meant}
    </button>
  )
  const clear = unknownWords.length === 0 && likelySlips.length === 0 && !wordless && cut === null
  return (
    <section className="reading">
      <h2>{texts.readTitle}</h2>
      {noneMatches(drawing) && <p className="note">{texts.noneMatches}</p>}
      <p>
        {texts.readAs} <q>{normalisedPrompt}</q>
      </p>
      <ul>
        {unknownWords.map(({ word, suggestion }) => (
          <li key={word}>
            {texts.readUnknown(word)}
            {suggestion !== null && (
              <>
                {` ${texts.didYouMean} `}
                {instead(word, suggestion)}?
              </>
            )}
          </li>
        ))}
        {likelySlips.map(({ word, suggestion }) => (
          <li key={word}>
            {texts.readSlip(word)} {instead(word, suggestion)}.
          </li>
        ))}
        {cut !== null && <li>{texts.readCut(cut)}</li>}
        {wordless && <li>{texts.readWordless}</li>}
        {clear && <li>{texts.readAll}</li>}
      </ul>
    </section>
  )
}

/** The word in the prompt, however it is written there, by another; a prompt that spells it otherwise stays. */
export function replaceWord(prompt: string, word: string, by: string): string {
  const literal = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return prompt.replace(new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'iu'), () => by)
}
