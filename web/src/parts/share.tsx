/** Showing the nine to others: as a file to send, or by a link that can be taken back. */
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { faultFrom } from '../api/client.ts'
import type { Share as Link, Picture } from '../api/types.ts'
import type { Drawing } from '../state/drawing.ts'
import { sayFault } from '../texts/texts.ts'
import { fileName } from './large.tsx'
import { usePage } from './page-context.ts'
import { DownloadButton } from './take.tsx'

type ShareParts = { readonly drawing: Drawing; readonly shown: readonly Picture[] }

export function Share({ drawing, shown }: ShareParts) {
  const { texts } = usePage()
  const [open, setOpen] = useState(false)
  return (
    <details className="share" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{texts.share.title}</summary>
      {open && <Ways drawing={drawing} indexes={shown.map(({ index }) => index)} />}
    </details>
  )
}

const day = 86_400_000
/** Milliseconds that a link stands. */
const times = { never: undefined, day, week: 7 * day, month: 30 * day } as const
type Until = keyof typeof times

/** A link opens on no other machine where the page's own address is this one's and the server has no public one. */
const opensHereAlone = (links: readonly Link[]): boolean =>
  [window.location.href, ...links.map(({ url }) => url)].every((url) =>
    /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url, window.location.href).hostname),
  )

type WaysParts = { readonly drawing: Drawing; readonly indexes: readonly number[] }

function Ways({ drawing, indexes }: WaysParts) {
  const { texts, language, client } = usePage()
  const { id } = drawing
  const [links, setLinks] = useState<readonly Link[]>([])
  const [feedOpen, setFeedOpen] = useState(false)
  const [recipe, setRecipe] = useState(true)
  const [feed, setFeed] = useState(false)
  const [until, setUntil] = useState<Until>('never')
  const [making, setMaking] = useState(false)
  const [said, setSaid] = useState('')
  useEffect(() => {
    let gone = false
    client.shares(id).then(
      ({ shares, feed: there }) => {
        if (gone) return
        setLinks(shares)
        setFeedOpen(there)
      },
      (error: unknown) => !gone && setSaid(sayFault(texts, faultFrom(error))),
    )
    return () => {
      gone = true
    }
  }, [client, id, texts])
  /** What goes wrong is said where it was asked for. */
  const attempt = async (act: () => Promise<void>) => {
    try {
      setSaid('')
      await act()
    } catch (error) {
      setSaid(sayFault(texts, faultFrom(error)))
    }
  }
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setMaking(true)
    const time = times[until]
    await attempt(async () => {
      const expires = time === undefined ? {} : { expires: new Date(Date.now() + time).toISOString() }
      const link = await client.share(id, { pictures: [...indexes], recipe, feed: feed && feedOpen, ...expires })
      setLinks((known) => [link, ...known])
    })
    setMaking(false)
  }
  const revoke = (share: string) =>
    attempt(async () => {
      await client.revoke(id, share)
      setLinks((known) => known.filter((link) => link.id !== share))
      setSaid(texts.share.revoked)
    })
  const metadata = recipe ? 'all' : 'none'
  const query = new URLSearchParams({ pictures: indexes.join(','), language: language, metadata })
  const name = fileName({ prompt: recipe ? drawing.prompt : '', seed: drawing.seed }, 'share', 'html')
  return (
    <div className="ways">
      <label className="tick">
        <input type="checkbox" checked={recipe} onChange={(event) => setRecipe(event.target.checked)} />
        {texts.share.recipe}
      </label>
      <div className="row">
        <DownloadButton
          file={() => client.file(`/api/v1/jobs/${id}/share.html?${query}`)}
          name={name}
          label={texts.share.file}
        />
        <span className="hint">{texts.share.fileHint}</span>
      </div>
      <form onSubmit={make}>
        {feedOpen && (
          <label className="tick">
            <input type="checkbox" checked={feed} onChange={(event) => setFeed(event.target.checked)} />
            {texts.share.feed}
          </label>
        )}
        <label className="tick">
          {texts.share.expires}
          <select value={until} onChange={(event) => setUntil(event.target.value as Until)}>
            {Object.entries(texts.share.until).map(([name, words]) => (
              <option key={name} value={name}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" disabled={making}>
          {making ? texts.share.making : texts.share.link}
        </button>
        <p className="hint">{opensHereAlone(links) ? texts.share.linkHintHere : texts.share.linkHint}</p>
      </form>
      <p role="status" className={said === '' ? 'unseen' : 'hint'}>
        {said}
      </p>
      {links.length > 0 && (
        <>
          <h3>{texts.share.links}</h3>
          <ul className="links">
            {links.map((link, i) => (
              <LinkLine key={link.id} link={link} number={i + 1} onRevoke={() => void revoke(link.id)} />
            ))}
          </ul>
        </>
      )}
    </div>
  )
}

type LineParts = { readonly link: Link; readonly number: number; readonly onRevoke: () => void }

const focused = (button: HTMLButtonElement | null): void => button?.focus()

function LinkLine({ link, number, onRevoke }: LineParts) {
  const { texts, language } = usePage()
  const [asked, setAsked] = useState(false)
  const [copied, setCopied] = useState<boolean>()
  const field = useRef<HTMLInputElement>(null)
  const { url, expires, recipe, feed } = link
  const when = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const about = [
    expires === null ? texts.share.endless : texts.share.ends(when.format(new Date(expires))),
    ...(recipe ? [] : [texts.share.alone]),
    ...(feed ? [texts.share.inFeed] : []),
  ]
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url)
      setCopied(true)
    } catch {
      field.current?.select()
      setCopied(false)
    }
  }
  return (
    <li>
      <input ref={field} readOnly value={url} aria-label={texts.share.address(number)} />
      <span className="row">
        <button type="button" onClick={copy}>
          {copied === true ? texts.share.copied : texts.share.copy}
        </button>
        {asked ? (
          <>
            <button type="button" className="danger" onClick={onRevoke}>
              {texts.share.revokeSure}
            </button>
            {/* The one that does nothing has the focus. */}
            <button type="button" ref={focused} onClick={() => setAsked(false)}>
              {texts.share.keep}
            </button>
          </>
        ) : (
          <button type="button" className="quiet" onClick={() => setAsked(true)}>
            {texts.share.revoke}
          </button>
        )}
        <small>{about.join(', ')}</small>
      </span>
      <span role="status" className={copied === false ? 'hint' : 'unseen'}>
        {copied === undefined ? '' : copied ? texts.share.copied : texts.share.copyRefused}
      </span>
    </li>
  )
}
