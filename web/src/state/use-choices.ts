/** Language and theme: the browser's, unless a person chose otherwise here. */
import { useEffect, useState } from 'react'
import type { Theme } from '../parts/header.tsx'
import { chooseLanguage, type Language } from '../texts/texts.ts'
import { keep, kept } from './stored.ts'

const dark = '(prefers-color-scheme: dark)'

export function useChoices() {
  const [language, setLanguage] = useState<Language>(() =>
    chooseLanguage([kept('language') ?? '', ...navigator.languages]),
  )
  const [chosen, setChosen] = useState(() => kept('theme') as Theme | undefined)
  const [system, setSystem] = useState<Theme>(() => (matchMedia(dark).matches ? 'dark' : 'light'))
  useEffect(() => {
    const query = matchMedia(dark)
    const onChange = () => setSystem(query.matches ? 'dark' : 'light')
    query.addEventListener('change', onChange)
    return () => query.removeEventListener('change', onChange)
  }, [])
  const theme = chosen ?? system
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
  return {
    language,
    setLanguage: (next: Language) => {
      keep('language', next)
      setLanguage(next)
    },
    theme,
    setTheme: (next: Theme) => {
      keep('theme', next)
      setChosen(next)
    },
  }
}
