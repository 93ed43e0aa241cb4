/** Pictures that the host's policy has blurred: why, and the way to see them all the same. */
import type { Policy } from '../api/types.ts'
import { usePage } from './page-context.ts'

type VeilParts = { readonly policy: Policy; readonly blurred: boolean; readonly onBlurred: (blurred: boolean) => void }

export function Veil({ policy, blurred, onBlurred }: VeilParts) {
  const { texts, language } = usePage()
  return (
    <section className="veil" aria-label={texts.blurTitle}>
      <p>
        <strong>{blurred ? texts.blurred : texts.shown}</strong>{' '}
        {policy.reasons.map(({ category, matched, why }) => (
          <span key={`${category} ${matched}`}>{texts.reason(matched, why[language])} </span>
        ))}
      </p>
      <button type="button" onClick={() => onBlurred(!blurred)}>
        {blurred ? texts.reveal : texts.blurAgain}
      </button>
    </section>
  )
}
