/** HTML as values: what is put into a text is escaped unless it is HTML already, so that a prompt is never markup. */

/** A piece of HTML; made by `html` alone. */
export type Html = { readonly html: string }

type Piece = Html | string | number | readonly Html[] | undefined

/**
 * A template whose values are escaped, for text and for attributes in double quotes. Pieces of HTML and lists of them go in as they
 * are; `undefined` is nothing.
 *
 * @example
 * ```ts
 * html`<p title="${prompt}">${prompt}</p>`.html
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return { html: strings.reduce((text, string, i) => text + written(values[i - 1]) + string) }
}

function written(value: Piece): string {
  if (value === undefined) return ''
  if (typeof value === 'object') return 'html' in value ? value.html : value.map((one) => one.html).join('')
  return escapeHtml(String(value))
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/**
 * Text as HTML shows it. Marks that turn the direction of writing go, since they would reach beyond the text; so do control
 * characters, which HTML does not have.
 */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\u202a-\u202e\u2066-\u2069]|(?![\t\n\r])\p{Cc}/gu, '')
    .replace(/[&<>"']/g, (sign) => signs[sign]!)
