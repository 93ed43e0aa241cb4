/** Earlier drawings: kept by the server, so they are there after a reload and on another day. */
import type { Job } from '../api/types.ts'
import type { Earlier as EarlierJobs } from '../state/use-earlier.ts'
import { Mark } from './mark.tsx'
import { usePage } from './page-context.ts'
import { Picture } from './picture.tsx'
import { RemoveButton } from './remove-button.tsx'

type EarlierParts = {
  readonly earlier: EarlierJobs
  readonly onRemove: (id: string) => void
}

export function Earlier({ earlier: { jobs, older, loadOlder }, onRemove }: EarlierParts) {
  const { texts } = usePage()
  if (jobs === undefined) return null
  return (
    <section className="earlier">
      <h2>{texts.earlierTitle}</h2>
      {jobs.length === 0 && <p className="hint">{texts.earlierNone}</p>}
      <ul>
        {jobs.map((job) => (
          <EarlierJob key={job.id} job={job} onRemove={onRemove} />
        ))}
      </ul>
      {older && (
        <button type="button" onClick={loadOlder}>
          {texts.earlierMore}
        </button>
      )}
    </section>
  )
}

type OneParts = { readonly job: Job; readonly onRemove: (id: string) => void }

function EarlierJob({ job, onRemove }: OneParts) {
  const { texts, language } = usePage()
  const { id, prompt, state, created, pictures } = job
  const [best] = pictures
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(created))
  return (
    <li>
      <a href={`#job=${id}`}>
        <span className={job.policy.outcome === 'allowed' ? 'place' : 'place blurred'}>
          {best === undefined ? <Mark /> : <Picture url={best.url} name="" lazy />}
        </span>
        <span className="words">
          <strong>{prompt}</strong>
          <small>
            {when}
            {state === 'done' ? '' : `, ${texts.states[state]}`}
          </small>
        </span>
      </a>
      <RemoveButton job={job} onRemove={onRemove} />
    </li>
  )
}
