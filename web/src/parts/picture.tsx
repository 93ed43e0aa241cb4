/** One picture: fetched by the browser, or with the token where the server wants one; tried again when it was refused. */
import { useEffect, useState } from 'react'
import { usePage } from './page-context.ts'

/** A server that is asked for many at a time may refuse some for a moment. */
const mostTries = 4
const millisecondsBetween = 1500

type PictureParts = { readonly url: string; readonly name: string }

export function Picture({ url, name }: PictureParts) {
  const { texts, withToken } = usePage()
  const [tries, setTries] = useState(0)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (!failed || tries >= mostTries) return
    const timer = setTimeout(
      () => {
        setFailed(false)
        setTries(tries + 1)
      },
      millisecondsBetween * (tries + 1),
    )
    return () => clearTimeout(timer)
  }, [failed, tries])
  if (failed) return <span className="missing">{tries >= mostTries ? texts.notThere : ''}</span>
  const onError = () => setFailed(true)
  if (withToken) return <FetchedPicture key={tries} url={url} name={name} onError={onError} />
  return <img key={tries} src={url} alt={name} draggable="false" decoding="async" onError={onError} />
}

function FetchedPicture({ url, name, onError }: PictureParts & { readonly onError: () => void }) {
  const { client } = usePage()
  const [blob, setBlob] = useState<string>()
  useEffect(() => {
    let made: string | undefined
    let gone = false
    client.file(url).then(
      (file) => {
        if (gone) return
        made = URL.createObjectURL(file)
        setBlob(made)
      },
      () => setBlob(gone ? undefined : ''),
    )
    return () => {
      gone = true
      if (made !== undefined) URL.revokeObjectURL(made)
    }
  }, [client, url])
  useEffect(() => {
    if (blob === '') onError()
  })
  if (blob === undefined || blob === '') return <span className="missing" />
  return <img src={blob} alt={name} draggable="false" decoding="async" />
}
