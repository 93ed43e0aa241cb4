/** One picture, tried again when it was refused. */
import { useEffect, useState } from 'react'
import { usePage } from './page-context.ts'

/** A server that is asked for many at a time may refuse some for a moment. */
const mostTries = 4
const millisecondsBetween = 1500

type PictureParts = {
  readonly url: string
  readonly name: string
  /** Fetched once it comes near to being seen. */
  readonly lazy?: boolean
}

export function Picture({ url, name, lazy = false }: PictureParts) {
  const { texts } = usePage()
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
  return (
    <img
      key={tries}
      src={url}
      alt={name}
      draggable="false"
      decoding="async"
      loading={lazy ? 'lazy' : 'eager'}
      onError={() => setFailed(true)}
    />
  )
}
