/** Pages that a server sends to whoever has a link: the pictures, the feed, and kind words where nothing is to be seen any more. */
import { html } from './html.ts'
import { nineBody, type SharedNine, shareDocument } from './share-page.ts'
import { shareStyleSource } from './style.ts'
import { type ShareLanguage, shareTexts } from './texts.ts'

/** Content-Security-Policy of these pages: pictures and forms of the server itself, one style by its hash, no script at all. */
export const linkedPagePolicy =
  `default-src 'none'; img-src 'self'; style-src ${shareStyleSource}; form-action 'self'; base-uri 'none'; ` +
  "frame-ancestors 'none'"

/** What a page of a social network shows of a link (the Open Graph protocol, and X's cards). Addresses are absolute. */
export type Preview = { readonly url: string; readonly image: string }

const icon = html`<link rel="icon" type="image/svg+xml" href="/mark.svg">
`

/** @param report the path that a report is sent to */
export function linkedPage(nine: SharedNine, { url, image }: Preview, report: string): string {
  const { language, prompt, pictures, veil } = nine
  const texts = shareTexts[language]
  const title = prompt ?? texts.nameless
  // A preview is shown to those who did not ask for it.
  const shown = veil === undefined ? image : undefined
  const tags: (readonly [string, string])[] = [
    ['og:type', 'website'],
    ['og:site_name', 'Neuf'],
    ['og:url', url],
    ['og:title', title],
    ['og:description', texts.description(pictures.length)],
    ...(shown === undefined
      ? []
      : ([
          ['og:image', shown],
          ['og:image:type', 'image/png'],
          ['og:image:alt', title],
        ] as const)),
  ]
  return shareDocument(language, {
    title: `${title} · Neuf`,
    head: html`${icon}${tags.map(
      ([property, content]) => html`<meta property="${property}" content="${content}">
`,
    )}<meta name="twitter:card" content="${shown === undefined ? 'summary' : 'summary_large_image'}">
<meta name="description" content="${texts.description(pictures.length)}">
`,
    body: html`${nineBody(nine)}
<footer><details><summary>${texts.report}</summary>
<form method="post" action="${report}">
<label for="reason">${texts.reportWhy}</label>
<select id="reason" name="reason">
${Object.entries(texts.reportReasons).map(
  ([reason, words]) => html`<option value="${reason}">${words}</option>
`,
)}</select>
<label for="words">${texts.reportWords}</label>
<textarea id="words" name="words" maxlength="1000"></textarea>
<p><button type="submit">${texts.reportSend}</button></p>
</form></details></footer>`,
  })
}

export type FeedItem = { readonly path: string; readonly picture: string; readonly prompt: string | null }

/** @param older the address of a further page */
export function feedPage(language: ShareLanguage, items: readonly FeedItem[], older: string | null): string {
  const texts = shareTexts[language]
  return shareDocument(language, {
    title: `${texts.feed} · Neuf`,
    head: icon,
    body: html`<main>
<h1>${texts.feed}</h1>
<p class="soft">${items.length === 0 ? texts.feedEmpty : texts.feedLead}</p>
<ul class="shares">
${items.map(({ path, picture, prompt }) => {
  const title = prompt ?? texts.nameless
  return html`<li><a href="${path}"><img src="${picture}" alt="" loading="lazy"><strong>${title}</strong></a></li>
`
})}</ul>
${older === null ? undefined : html`<p><a class="button" href="${older}">${texts.feedOlder}</a></p>`}
<p><a href="/">${texts.toStart}</a></p>
</main>`,
  })
}

/** A page in place of one that cannot be seen. */
export function gonePage(language: ShareLanguage, why: 'missing' | 'ended' | 'busy' | 'failed'): string {
  const texts = shareTexts[language]
  return messagePage(language, texts.gone, texts.goneWhy[why])
}

/** What somebody reads who reported a page. */
export function reportedPage(language: ShareLanguage): string {
  const texts = shareTexts[language]
  return messagePage(language, texts.reported, texts.reportedThen)
}

function messagePage(language: ShareLanguage, title: string, words: string): string {
  return shareDocument(language, {
    title: `${title} · Neuf`,
    head: icon,
    body: html`<main>
<h1>${title}</h1>
<p>${words}</p>
<p><a class="button main" href="/">${shareTexts[language].toStart}</a></p>
</main>`,
  })
}
