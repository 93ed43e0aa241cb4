/** Whose drawings a picture looks like: asked for when somebody wants to know. */
import { useState } from 'react'
import { faultFrom } from '../api/client.ts'
import type { Credit, Fault } from '../api/types.ts'
import { sayFault } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

export function Credits({ id, index }: { readonly id: string; readonly index: number }) {
  const { texts, client } = usePage()
  const [credits, setCredits] = useState<readonly Credit[]>()
  const [fault, setFault] = useState<Fault>()
  const load = () => {
    if (credits !== undefined) return
    setFault(undefined)
    client.credits(id, index).then(setCredits, (error: unknown) => setFault(faultFrom(error)))
  }
  return (
    <details className="credits" onToggle={(event) => event.currentTarget.open && load()}>
      <summary>{texts.creditsTitle}</summary>
      {fault !== undefined && <p role="alert">{sayFault(texts, fault)}</p>}
      {fault === undefined && credits === undefined && <p role="status">{texts.creditsLooking}</p>}
      {credits?.length === 0 && <p>{texts.creditsNone}</p>}
      {credits !== undefined && credits.length > 0 && (
        <>
          <ul>
            {credits.map(({ set, name, title, nearness, licence, credit }) => (
              <li key={`${set}/${name}`}>
                <strong lang="en">{title}</strong>, {texts.nearness[nearness]}
                <small lang="en">{credit ?? licence ?? set}</small>
              </li>
            ))}
          </ul>
          <p className="hint">{texts.creditsHint}</p>
        </>
      )}
    </details>
  )
}
