/** The way in where a server wants a token: it is given for a cookie, and kept nowhere else. */
import { type FormEvent, useState } from 'react'
import { faultFrom } from '../api/client.ts'
import type { Fault, Session } from '../api/types.ts'
import { sayFault } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

export function SignIn({ onSession }: { readonly onSession: (session: Session) => void }) {
  const { texts, client } = usePage()
  const [token, setToken] = useState('')
  const [asking, setAsking] = useState(false)
  const [fault, setFault] = useState<Fault>()
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setAsking(true)
    setFault(undefined)
    try {
      onSession(await client.signIn(token.trim()))
    } catch (error) {
      setFault(faultFrom(error))
      setAsking(false)
    }
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
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
          aria-describedby="token-hint"
          aria-invalid={fault !== undefined}
        />
        <button type="submit" className="main" disabled={asking}>
          {texts.tokenSave}
        </button>
      </div>
      {fault !== undefined && <p role="alert">{sayFault(texts, fault)}</p>}
      <p id="token-hint" className="hint">
        {texts.tokenHint}
      </p>
    </form>
  )
}

type SignedInParts = { readonly holder: string; readonly onSignOut: () => void }

export function SignedIn({ holder, onSignOut }: SignedInParts) {
  const { texts } = usePage()
  return (
    <p className="hint signed">
      {texts.signedIn(holder)}{' '}
      <button type="button" className="link" onClick={onSignOut}>
        {texts.signOut}
      </button>
    </p>
  )
}
