/** What went wrong, in one line with what to do. */
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
