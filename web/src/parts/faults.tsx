/** What went wrong, in one line with what to do; and the way in where a server wants a token. */
import { type FormEvent, useState } from 'react'
import type { Fault } from '../api/types.ts'
import { sayFault } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

type FaultParts = { readonly fault: Fault; readonly onAgain?: (() => void) | undefined; readonly onDismiss: () => void }

export function FaultLine({ fault, onAgain, onDismiss }: FaultParts) {
  const { texts } = usePage()
  return (
    <div className="fault" role="alert">
      <p>{sayFault(texts, fault)}</p>
      {onAgain !== undefined && (
        <button type="button" onClick={onAgain}>
          {texts.again}
        </button>
      )}
      <button type="button" className="quiet" onClick={onDismiss}>
        {texts.dismiss}
      </button>
    </div>
  )
}

export function TokenForm({ onToken }: { readonly onToken: (token: string) => void }) {
  const { texts } = usePage()
  const [token, setToken] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (token.trim() !== '') onToken(token.trim())
  }
  return (
    <form className="token" onSubmit={submit}>
      <h2>{texts.tokenTitle}</h2>
      <label htmlFor="token">{texts.tokenLabel}</label>
      <div className="box">
        <input
          id="token"
          type="password"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby="token-hint"
        />
        <button type="submit" className="main">
          {texts.tokenSave}
        </button>
      </div>
      <p id="token-hint" className="hint">
        {texts.tokenHint}
      </p>
    </form>
  )
}
