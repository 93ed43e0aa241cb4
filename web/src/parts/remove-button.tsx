/** Removes a drawing for good: so it asks first, and says which links end with it. */
import { useState } from 'react'
import type { Job } from '../api/types.ts'
import { usePage } from './page-context.ts'

const focused = (button: HTMLButtonElement | null): void => button?.focus()

type RemoveParts = { readonly job: Job; readonly onRemove: (id: string) => void }

export function RemoveButton({ job: { id, prompt, shares }, onRemove }: RemoveParts) {
  const { texts } = usePage()
  /** Undefined until it was asked for once. */
  const [asked, setAsked] = useState<boolean>()
  if (!asked) {
    return (
      <button
        type="button"
        className="quiet"
        // Who keeps it is back where they were.
        ref={asked === false ? focused : undefined}
        aria-label={texts.removeName(prompt)}
        onClick={() => setAsked(true)}
      >
        {texts.remove}
      </button>
    )
  }
  return (
    <span className="row">
      {shares > 0 && <span className="hint">{texts.gallery.removeShared(shares)}</span>}
      <button type="button" className="danger" onClick={() => onRemove(id)}>
        {texts.removeSure}
      </button>
      {/* The one that does nothing has the focus. */}
      <button type="button" ref={focused} onClick={() => setAsked(false)}>
        {texts.keepIt}
      </button>
    </span>
  )
}
