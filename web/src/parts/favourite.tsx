/** Liking a picture, where it is shown large; the gallery finds it again. */
import { useEffect, useState } from 'react'
import { faultFrom } from '../api/client.ts'
import { sayFault } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

type FavouriteParts = { readonly id: string; readonly index: number; readonly name: string }

export function FavouriteButton({ id, index, name }: FavouriteParts) {
  const { texts, client } = usePage()
  const [liked, setLiked] = useState<boolean>()
  const [said, setSaid] = useState('')
  useEffect(() => {
    let gone = false
    client.job(id).then(
      ({ favourites }) => !gone && setLiked(favourites.includes(index)),
      // The picture is there all the same; pressing the button says what is wrong.
      () => !gone && setLiked(false),
    )
    return () => {
      gone = true
    }
  }, [client, id, index])
  const toggle = async () => {
    try {
      setLiked((await client.favour(id, index, liked !== true)).favourites.includes(index))
      setSaid('')
    } catch (error) {
      setSaid(sayFault(texts, faultFrom(error)))
    }
  }
  return (
    <>
      <button
        type="button"
        className="heart"
        aria-pressed={liked === true}
        aria-label={texts.gallery.like(name)}
        disabled={liked === undefined}
        onClick={toggle}
      >
        <Heart /> {texts.gallery.favourite}
      </button>
      {said !== '' && <span role="alert">{said}</span>}
    </>
  )
}

export function Heart() {
  return (
    <svg className="heart-mark" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M12 20.5 4.2 12.6a5 5 0 0 1 7.1-7l.7.7.7-.7a5 5 0 0 1 7.1 7z" />
    </svg>
  )
}
