/** The mark, the name, and what a person may choose for the whole page. */
import { type Language, languages } from '../texts/texts.ts'
import { Mark } from './mark.tsx'
import { usePage } from './page-context.ts'

export type Theme = 'light' | 'dark'

type Choices = {
  readonly language: Language
  readonly onLanguage: (language: Language) => void
  readonly theme: Theme
  readonly onTheme: (theme: Theme) => void
}

export function Header({ language, onLanguage, theme, onTheme }: Choices) {
  const { texts } = usePage()
  const other: Theme = theme === 'dark' ? 'light' : 'dark'
  return (
    <header className="head" id="start">
      <a className="name" href="#start">
        <Mark />
        <h1>
          neuf <small>{texts.subtitle}</small>
        </h1>
      </a>
      <fieldset className="choices">
        <legend className="unseen">{texts.switchLanguage}</legend>
        {Object.entries(languages).map(([tag, { languageName }]) => (
          <button
            key={tag}
            type="button"
            className="quiet"
            lang={tag}
            aria-label={`${tag.toUpperCase()}: ${languageName}`}
            aria-pressed={tag === language}
            onClick={() => onLanguage(tag as Language)}
          >
            {tag.toUpperCase()}
          </button>
        ))}
        <button type="button" className="quiet" onClick={() => onTheme(other)}>
          {other === 'dark' ? texts.toDark : texts.toLight}
        </button>
      </fieldset>
    </header>
  )
}
