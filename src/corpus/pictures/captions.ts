/** Captions as people write them down: lines of a text, fields of a row or of an object, with or without a language. */
import type { Caption, Language } from '../scene.ts'
import { decodeText } from './decode-text.ts'
import type { FoundCaptions } from './item.ts'
import { guessLanguage, namedLanguage } from './language.ts'
import { limits } from './limits.ts'
import { Refused } from './refusal.ts'

export const noCaptions: FoundCaptions = { kept: [], refused: [] }

/** A text beside a picture: each line that is not empty is a caption. */
export const captionsOfText = (bytes: Uint8Array, language?: Language): FoundCaptions =>
  refusing(() => {
    const lines = decodeText(bytes)
      .split('\n')
      .filter((line) => line.trim() !== '')
    return captionsOf(lines, language)
  })

/** JSON beside a picture, as img2dataset writes it: an object whose fields tell, or a text, or a list of texts. */
export const captionsOfJson = (bytes: Uint8Array): FoundCaptions =>
  refusing(() => {
    const text = decodeText(bytes)
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      throw new Refused('caption-binary', 'it is not JSON')
    }
    if (typeof value === 'string' || Array.isArray(value)) return captionsOf(value, undefined)
    return captionsOfRow((value ?? {}) as Readonly<Record<string, unknown>>)
  })

/** Names of fields that hold captions; the later ones count only where there is none of the first. */
const fields = [/^(?:caption|captions|text|texts)$/, /^(?:sentences?|prompt|description|alt_text|alt|title)$/]
const languageFields = ['lang', 'language']

/** The fields of a row that hold captions, each with the language that its name ends in (`caption_fr`). */
export function captionFields(names: Iterable<string>): { readonly name: string; readonly language: string }[] {
  for (const pattern of fields) {
    const found = [...names].flatMap((name) => {
      const [, stem = '', language = ''] = /^(.*?)(?:[_.-]([a-z]{2}|english|french))?$/i.exec(name.trim())!
      // A caption_id is a number, and nobody's Indonesian.
      return pattern.test(stem.toLowerCase()) && language.toLowerCase() !== 'id' ? [{ name, language }] : []
    })
    if (found.length > 0) return found
  }
  return []
}

/** A row of a table, or the object of a file of JSON. A value is a text or a list of texts. */
export function captionsOfRow(row: Readonly<Record<string, unknown>>): FoundCaptions {
  const named = languageFields.map((name) => row[name]).find((value) => typeof value === 'string') as string | undefined
  const found = captionFields(Object.keys(row)).map(({ name, language }) =>
    refusing(() => {
      const known = namedLanguage(language || named || '')
      if (known === null) throw new Refused('caption-language', (language || named)!.slice(0, 40))
      return captionsOf(row[name], known)
    }),
  )
  return found.length === 0 ? noCaptions : merged(found)
}

/** Several findings for one picture; a text that comes twice is kept once. */
export function merged(found: readonly FoundCaptions[]): FoundCaptions {
  const kept = new Map<string, Caption>()
  for (const caption of found.flatMap((part) => part.kept)) {
    const key = `${caption.language} ${caption.text}`
    if (!kept.has(key)) kept.set(key, caption)
  }
  const refused = found.flatMap((part) => part.refused)
  const all = [...kept.values()]
  if (all.length <= limits.captions) return { kept: all, refused }
  const over = new Refused('over-limit', `${all.length} captions, ${limits.captions} are kept`)
  return { kept: all.slice(0, limits.captions), refused: [...refused, over] }
}

function captionsOf(value: unknown, language: Language | undefined): FoundCaptions {
  if (value === null || value === undefined) return { kept: [], refused: [new Refused('caption-empty')] }
  const texts = Array.isArray(value) ? value : [value]
  if (texts.length === 0) return { kept: [], refused: [new Refused('caption-empty')] }
  return merged(texts.slice(0, 10 * limits.captions).map((text) => refusing(() => oneCaption(text, language))))
}

function oneCaption(value: unknown, language: Language | undefined): FoundCaptions {
  // COCO's annotations and some data sets hold objects: {raw: 'a cat', ...}.
  const inner = typeof value === 'object' && value !== null && 'raw' in value ? value.raw : value
  if (typeof inner !== 'string') throw new Refused('caption-binary', `it is ${inner === null ? 'null' : typeof inner}`)
  // Rows come from tables whose encoding was told as a whole; what is no text may still hide in one field.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000e-\u001f\u007f]/.test(inner) || !inner.isWellFormed()) throw new Refused('caption-binary')
  const text = inner
    .normalize('NFC')
    .replace(/[\s\u0085]+/g, ' ')
    .trim()
  if (text === '') throw new Refused('caption-empty')
  if (text.length > limits.captionLength) {
    throw new Refused('caption-too-long', `${text.length} characters, ${limits.captionLength} are the most`)
  }
  return { kept: [{ language: language ?? guessLanguage(text), text }], refused: [] }
}

function refusing(find: () => FoundCaptions): FoundCaptions {
  try {
    return find()
  } catch (error) {
    if (error instanceof Refused) return { kept: [], refused: [error] }
    throw error
  }
}
