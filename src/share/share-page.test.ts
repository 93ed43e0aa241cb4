import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { encodePng } from '../image/codec.ts'
import { createPixels } from '../image/pixels.ts'
import { type PictureRecord, readRecipe, writeRecipe } from '../image/recipe-metadata.ts'
import { pictureRecord } from '../image/testing/picture-record.ts'
import { escapeHtml, html } from './html.ts'
import { commandFor } from './make-yourself.ts'
import { shareFile } from './share-page.ts'
import { shareLanguage, shareTexts } from './texts.ts'

const recordOf = (prompt: string, index = 0): PictureRecord =>
  pictureRecord(
    { prompt, index, model: { name: 'pictogram-tiny', sha256: 'ab'.repeat(32) } },
    { tokens: Uint16Array.of(1, 2, 3, 4), engine: 'onnxruntime <1.30>' },
  )

const fileOf = (prompt: string, language: 'en' | 'fr' = 'en', record: PictureRecord | null = recordOf(prompt)) =>
  shareFile({
    language,
    pictures: Array.from({ length: 9 }, (_, i) => ({
      png: writeRecipe(encodePng(createPixels(4, 4, [i, 2, 3])), recordOf(prompt, i)),
      score: { score: 1, matchProbability: i === 8 ? null : 0.9 },
    })),
    record,
  })

/** Tags and texts as a parser of HTML finds them where nothing is left to chance: every attribute in double quotes. */
function parse(page: string) {
  const tags: { name: string; attributes: Record<string, string> }[] = []
  const decode = (text: string) =>
    text.replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name]!,
    )
  const text = page
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<(\/?[a-z!][\w-]*)((?:\s+[\w-]+(?:="[^"<]*")?)*)\s*>/gi, (_, name, rest) => {
      const attributes = [...String(rest).matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]): [string, string] => [
        key!,
        decode(value!),
      ])
      tags.push({ name: String(name).toLowerCase(), attributes: Object.fromEntries(attributes) })
      return ''
    })
  return { tags, text: decode(text), left: text }
}

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></pre></code><svg onload=alert(1)>',
  '&lt;script&gt; &amp;#x3C;b>',
  '$(touch /tmp/owned) `id` "; rm -rf ~; echo \'',
  "l'été d’un chat's chat",
  '-rf --seed 9',
  '--model evil',
  '\u202ekcats\u202c \u2066x\u2069',
  '\ud800 lone',
  '😀 été 猫',
  'javascript:alert(1)',
]

describe('a page that is one file', () => {
  it('holds nine pictures that carry their recipes, and loads nothing', () => {
    const { tags } = parse(fileOf('a kangaroo made of cheese'))
    const images = tags.filter(({ name }) => name === 'img')
    expect(images.map(({ attributes }) => attributes.alt)).toEqual(
      Array.from({ length: 9 }, (_, i) => `Picture ${i + 1}: a kangaroo made of cheese`),
    )
    for (const [i, { attributes }] of images.entries()) {
      const [head, bytes] = attributes.src!.split(',')
      expect(head).toBe('data:image/png;base64')
      const carried = readRecipe(Buffer.from(bytes!, 'base64'))
      expect(carried).toMatchObject({ kind: 'picture', record: { recipe: { index: i, seed: 7 } } })
    }
    for (const { name, attributes } of tags) {
      expect(['script', 'iframe', 'object', 'embed', 'link', 'base', 'form']).not.toContain(name)
      expect(Object.keys(attributes).filter((key) => key.startsWith('on') || key === 'style')).toEqual([])
      for (const value of [attributes.src, attributes.href]) expect(value ?? 'data:').toMatch(/^data:/)
    }
    const metas = tags.filter(({ name }) => name === 'meta').map(({ attributes }) => attributes)
    expect(metas).toContainEqual({ name: 'viewport', content: 'width=device-width, initial-scale=1' })
    expect(metas).toContainEqual({ name: 'robots', content: 'noindex' })
    const policy = metas.find((meta) => meta['http-equiv'] === 'content-security-policy')!.content!
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|script-src/)
  })

  it('lets in its own style by its hash, which has a night and no address', () => {
    const page = fileOf('a cat')
    const style = /<style>(.*?)<\/style>/s.exec(page)![1]!
    expect(page).toContain(`sha256-${createHash('sha256').update(style).digest('base64')}`)
    expect(style).toContain('prefers-color-scheme:dark')
    expect(style).not.toMatch(/url\(|@import|https?:/)
  })

  it.each(hostile)('shows %j as text', (prompt) => {
    const { tags, text, left } = parse(fileOf(prompt))
    const plain = parse(fileOf('a cat'))
    // The page has the very tags that it has for any prompt, and nothing is left that could open another.
    expect(tags.map(({ name }) => name)).toEqual(plain.tags.map(({ name }) => name))
    expect(left).not.toMatch(/[<>]/)
    const shown = prompt.toWellFormed().replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    expect(text.split('\n')).toContain(shown)
    expect(tags.find(({ name }) => name === 'img')!.attributes.alt).toBe(`Picture 1: ${shown}`)
    expect(left).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  })

  it('tells how, or does not', () => {
    const told = fileOf('a cat')
    expect(told).toContain('neuf generate &#39;a cat&#39; --model pictogram-tiny --seed 7 --candidates 32')
    expect(told).toContain('onnxruntime &lt;1.30&gt;')
    expect(told.match(/<figcaption>90 % match<\/figcaption>/g)?.length).toBe(8)
    const bare = fileOf('a cat', 'en', null)
    expect(bare).not.toContain('neuf generate')
    for (const word of ['Seed', 'a cat', '<figcaption>', 'match']) expect(bare).not.toContain(word)
    expect(bare).toContain('<h1>New pictures</h1>')
  })

  it('does not promise that words draw again what was drawn anew in part', () => {
    const whole = recordOf('a cat')
    const record = { ...whole, recipe: { ...whole.recipe, kept: Uint8Array.of(1, 1, 1, 0) } }
    for (const language of ['en', 'fr'] as const) {
      const told = fileOf('a cat', language, record)
      expect(told).not.toContain('neuf generate')
      expect(told).not.toContain(shareTexts[language].yourselfSame)
      expect(told).toContain('<pre><code>neuf redraw picture.png</code></pre>')
      expect(told).toContain(shareTexts[language].yourselfKept(0.75))
      expect(told).toContain(`<dd>${shareTexts[language].stayedShare(0.75)}</dd>`)
      expect(fileOf('a cat', language)).not.toContain(`<dt>${shareTexts[language].stayed}`)
    }
  })

  it('speaks French', () => {
    const { tags, text } = parse(fileOf('un ours', 'fr'))
    expect(tags.find(({ name }) => name === 'html')!.attributes.lang).toBe('fr')
    expect(text).toContain('Faites-le vous-même')
    expect(Object.keys(shareTexts.fr)).toEqual(Object.keys(shareTexts.en))
  })
})

it.each(hostile)('a shell takes %j from the command as one word', (prompt) => {
  const command = commandFor(recordOf(prompt).recipe)
  const words = execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1)
  expect(words.slice(0, 2)).toEqual(['neuf', 'generate'])
  expect(words).toContain(prompt.toWellFormed())
  const at = words.indexOf(prompt.toWellFormed())
  if (prompt.startsWith('-')) expect(words[at - 1]).toBe('--')
})

it('a template escapes what is not HTML already', () => {
  const item = html`<li>${'<b>'}</li>`
  expect(html`<ul class="${'a" b'}">${[item, item]}${undefined}${7}</ul>`.html).toBe(
    '<ul class="a&quot; b"><li>&lt;b&gt;</li><li>&lt;b&gt;</li>7</ul>',
  )
  expect(escapeHtml('a\u0000b\u001bc\nd')).toBe('abc\nd')
})

it.each([
  ['fr-CA,fr;q=0.9,en;q=0.8', 'fr'],
  ['de, fr', 'fr'],
  ['fr_FR.UTF-8', 'fr'],
  ['C.UTF-8', 'en'],
  ['constructor', 'en'],
  ['*', 'en'],
  ['', 'en'],
  [undefined, 'en'],
] as const)('of %j the language is %s', (wanted, language) => expect(shareLanguage(wanted)).toBe(language))
