/** Pictures to show to others as one page of HTML without a script: as a file that needs no server, and as a server sends it. */
import { type PictureRecord, type PictureScore, type Recipe, shareKept } from '../image/recipe-metadata.ts'
import { type Html, html } from './html.ts'
import { commandFor, redrawCommand } from './make-yourself.ts'
import { shareStyle, shareStyleSource } from './style.ts'
import { type ShareLanguage, type ShareTexts, shareTexts } from './texts.ts'

/** A picture as a page shows it. */
export type SharedPicture = {
  /** Its address, or its bytes as a `data:` address. */
  readonly source: string
  readonly score: PictureScore | null
}

/** How the pictures were made; without it a page shows them alone. */
export type SharedRecipe = { readonly recipe: Recipe; readonly engine: string | null }

export type SharedNine = {
  readonly language: ShareLanguage
  /** The heading; null shows the pictures without what was asked for. */
  readonly prompt: string | null
  /** The best first. */
  readonly pictures: readonly SharedPicture[]
  readonly made: SharedRecipe | null
  /** Where a visitor can draw it, too. */
  readonly drawHere?: string
  /** Why a visitor has to ask to see the pictures, in one sentence. */
  readonly veil?: string
}

/** A whole document: what stands in its head besides what every page has, and its body. */
export function shareDocument(
  language: ShareLanguage,
  { title, head, body }: { readonly title: string; readonly head?: Html; readonly body: Html },
): string {
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="generator" content="Neuf">
<title>${title}</title>
${head}<style>${{ html: shareStyle }}</style>
</head>
<body>
${body}
</body>
</html>
`.html
}

/** The pictures, what they are of, how they were made, and how to make them. */
export function nineBody({ language, prompt, pictures, made, drawHere, veil }: SharedNine): Html {
  const texts = shareTexts[language]
  const list = pictureList(texts, prompt, pictures)
  const lead = made === null ? texts.leadAlone(pictures.length) : texts.lead(pictures.length, made.recipe.candidates)
  return html`<main>
<h1>${prompt ?? texts.nameless}</h1>
<p class="soft">${lead}. ${texts.made}</p>
${veil === undefined ? list : html`<details><summary>${veil}</summary>${list}</details>`}
${made === null ? undefined : yourself(texts, made, drawHere)}
</main>`
}

function pictureList(texts: ShareTexts, prompt: string | null, pictures: readonly SharedPicture[]): Html {
  const items = pictures.map(({ source, score }, i) => {
    const name = prompt === null ? texts.pictureAlone(i + 1) : texts.pictureName(i + 1, prompt)
    // Beside pictures alone nothing says what they would match.
    const probability = prompt === null ? null : (score?.matchProbability ?? null)
    const caption = probability === null ? undefined : html`<figcaption>${texts.percent(probability)}</figcaption>`
    return html`<li><figure><img src="${source}" alt="${name}">${caption}</figure></li>
`
  })
  return html`<ol class="${pictures.length < 3 ? 'nine few' : 'nine'}">
${items}</ol>`
}

function yourself(texts: ShareTexts, { recipe, engine }: SharedRecipe, drawHere: string | undefined): Html {
  const { model, seed, candidates, sampling, kept } = recipe
  const stayed = kept === undefined ? null : shareKept(kept)
  const rows: [string, string | number | null][] = [
    [texts.model, `${model.name} (sha256 ${model.sha256.slice(0, 12)})`],
    [texts.seed, seed],
    [texts.candidates, candidates],
    [texts.temperature, sampling.temperature],
    [texts.guidance, sampling.guidance],
    [texts.topK, sampling.topK === 0 ? texts.topKAll : sampling.topK],
    [texts.stayed, stayed === null ? null : texts.stayedShare(stayed)],
    [texts.engine, engine],
  ]
  const told = rows.map(([name, value]) =>
    value === null
      ? html``
      : html`<dt>${name}</dt><dd>${value}</dd>
`,
  )
  const fromWords = html`${
    drawHere === undefined
      ? undefined
      : html`<p><a class="button main" href="${drawHere}">${texts.yourselfHere}</a></p>
`
  }<p>${texts.yourselfHow}</p>
<pre><code>${commandFor(recipe)}</code></pre>
<p class="soft">${texts.yourselfSame} ${texts.filesTell}</p>`
  return html`<h2>${texts.yourself}</h2>
${stayed === null ? fromWords : fromFiles(texts, stayed)}
<h2>${texts.recipe}</h2>
<dl>
${told}</dl>`
}

/** Pictures drawn anew in part: their words alone draw others, but each file has all that its picture is made of. */
const fromFiles = (texts: ShareTexts, stayed: number): Html => html`<p>${texts.yourselfKept(stayed)}</p>
<pre><code>${redrawCommand}</code></pre>
<p class="soft">${texts.filesTell}</p>`

export type ShareFileSettings = {
  readonly language: ShareLanguage
  /** Pictures as PNG files, the best first; they go in as they are. */
  readonly pictures: readonly { readonly png: Uint8Array; readonly score: PictureScore | null }[]
  /** How they were made, prompt and all; null shows the pictures alone. */
  readonly record: Pick<PictureRecord, 'recipe' | 'engine'> | null
}

/**
 * A page that is one file: pictures within it, no script, and a policy of its own that lets it load nothing, so it looks the same
 * without a network and cannot tell anybody that it was opened.
 */
export function shareFile({ language, pictures, record }: ShareFileSettings): string {
  const policy = `default-src 'none'; img-src data:; style-src ${shareStyleSource}; base-uri 'none'; form-action 'none'`
  const shown = pictures.map(({ png, score }) => ({ source: dataAddress(png), score }))
  const prompt = record?.recipe.prompt ?? null
  return shareDocument(language, {
    title: prompt ?? shareTexts[language].nameless,
    head: html`<meta http-equiv="content-security-policy" content="${policy}">
`,
    body: nineBody({ language, prompt, pictures: shown, made: record }),
  })
}

const dataAddress = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString('base64')}`
