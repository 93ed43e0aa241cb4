/** Taking a picture along: as a file, or to the clipboard. */
import { useState } from 'react'
import { faultFrom } from '../api/client.ts'
import { sayFault } from '../texts/texts.ts'
import { usePage } from './page-context.ts'

type Take = { readonly file: () => Promise<Blob>; readonly label: string }

/** Milliseconds that a word of success stands. */
const moment = 2000

export function DownloadButton({ file, name, label }: Take & { readonly name: string }) {
  const { texts } = usePage()
  const [said, setSaid] = useState('')
  const take = async () => {
    try {
      const url = URL.createObjectURL(await file())
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), moment)
      setSaid('')
    } catch (error) {
      setSaid(sayFault(texts, faultFrom(error)))
    }
  }
  return (
    <>
      <button type="button" onClick={take}>
        {label}
      </button>
      {said !== '' && <span role="alert">{said}</span>}
    </>
  )
}

export function CopyButton({ file, label }: Take) {
  const { texts } = usePage()
  const [said, setSaid] = useState<'copied' | 'refused'>()
  const take = async () => {
    try {
      // The promise itself goes in: some browsers let a page write only at once after the click.
      await navigator.clipboard.write([new ClipboardItem({ 'image/png': file() })])
      setSaid('copied')
      setTimeout(() => setSaid(undefined), moment)
    } catch {
      setSaid('refused')
    }
  }
  return (
    <>
      <button type="button" onClick={take}>
        {said === 'copied' ? texts.copied : label}
      </button>
      <span role="status" className={said === 'refused' ? 'hint' : 'unseen'}>
        {said === 'refused' ? texts.copyRefused : said === 'copied' ? texts.copied : ''}
      </span>
    </>
  )
}
