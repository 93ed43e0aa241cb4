/** The page as a person has it: a real browser, a real server, the small model. */
import { readFileSync } from 'node:fs'
import axe from 'axe-core'
import type { BrowserContext, BrowserContextOptions, Download, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { decodePicture } from '../../src/image/codec.ts'
import { readRecipe } from '../../src/image/recipe-metadata.ts'
import type { RunningServer } from '../../src/server/server.ts'
import { type Browser, findChromium, openBrowser } from './chromium.ts'
import { buildStudio, type Studio } from './studio-server.ts'

const program = findChromium()
if (program === undefined) {
  console.warn('The page is not tested in a browser: no Chromium was found. Install one, or name it by CHROMIUM.')
}

/** Other work may have the processors: what hangs is ended, what is slow is not. */
const patience = 120_000
const timeout = 2 * patience

describe.skipIf(program === undefined)('the page in a browser', { timeout }, () => {
  let studio: Studio
  let server: RunningServer
  let browser: Browser
  let person: BrowserContext
  /** What browsers complained of. */
  const complaints: string[] = []

  beforeAll(async () => {
    studio = await buildStudio()
    ;[server, browser] = await Promise.all([studio.serve('data'), openBrowser(program!)])
  }, timeout)
  afterEach(async () => {
    await person?.close()
    expect(complaints.splice(0)).toEqual([])
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    studio?.remove()
  }, timeout)

  /** A person's first look at the page. */
  async function visit(options: BrowserContextOptions = {}, url = server.url): Promise<Page> {
    person = await browser.person({ viewport: { width: 1280, height: 900 }, ...options })
    person.setDefaultTimeout(patience)
    const page = await person.newPage()
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('console', (message) => {
      // A connection that breaks and an answer that refuses are told by the page itself, and tests look for that.
      const network = /Failed to load resource|ERR_/.test(message.text())
      if (message.type() === 'error' && !network) complaints.push(message.text())
    })
    await page.goto(url)
    return page
  }

  async function order(page: Page, prompt: string, candidates: number): Promise<void> {
    await page.locator('.settings summary').click()
    await page.locator('input[aria-describedby="hint-candidates"]').fill(String(candidates))
    await page.locator('#prompt').fill(prompt)
    await page.locator('.ask button[type="submit"]').click()
  }

  /** From the click on, when pictures can be seen: those of what is unfinished, and those that landed. */
  const watchPlaces = `
    globalThis.seen = []
    let since
    const look = () => {
      for (const image of document.querySelectorAll('.hero .nine .place img')) {
        if (!image.complete || image.naturalWidth === 0) continue
        const unfinished = image.classList.contains('unfinished')
        const kind = !unfinished ? 'landed' : image.closest('button') === null ? 'unfinished' : 'opens'
        if (seen.some((each) => each.kind === kind)) continue
        seen.push({ kind, seconds: (performance.now() - since) / 1000, clip: image.style.clipPath })
      }
      requestAnimationFrame(look)
    }
    addEventListener('submit', () => { since = performance.now(); look() }, { once: true, capture: true })
  `

  type Seen = { readonly kind: string; readonly seconds: number; readonly clip: string }
  const seenOn = async (page: Page) => (await page.evaluate('globalThis.seen')) as Seen[]

  const pictures = (page: Page) => page.locator('.hero .nine .place img:not(.unfinished)')
  const landed = (page: Page) => pictures(page).first().waitFor()
  const done = (page: Page) => page.locator('article[aria-busy="false"]').waitFor()
  const jobId = (page: Page) => /#job=(.+)$/.exec(page.url())![1]!

  async function draw(page: Page, prompt: string, candidates = 12): Promise<void> {
    await order(page, prompt, candidates)
    await done(page)
  }

  /** What axe finds, of the kinds that keep people out. */
  /** What bars somebody's way, once colours that fade in have come to rest. */
  async function barriers(page: Page): Promise<string[]> {
    await page.evaluate(axe.source)
    for (let left = 10; ; left--) {
      const results = (await page.evaluate('axe.run()')) as axe.AxeResults
      const found = results.violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`)
      if (found.length === 0 || left === 0) return found
      await page.waitForTimeout(200)
    }
  }

  const sideways = (page: Page) =>
    page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')

  async function bytesOf(download: Promise<Download>): Promise<{ name: string; bytes: Uint8Array }> {
    const file = await download
    return { name: file.suggestedFilename(), bytes: new Uint8Array(readFileSync(await file.path())) }
  }

  it('goes from a prompt to nine, and says why these; they can be swapped, opened and taken along', async () => {
    const page = await visit({ permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('.settings summary').click()
    await page.locator('input[aria-describedby="hint-candidates"]').fill('12')
    await page.locator('#prompt').fill('a green car zorgle')
    await page.evaluate(watchPlaces)
    await page.locator('.ask button[type="submit"]').click()
    await done(page)
    const seen = await seenOn(page)
    for (const [kind, what] of [
      ['unfinished', 'partial picture'],
      ['landed', 'picture that landed'],
    ]) {
      const first = seen.find((one) => one.kind === kind)
      console.log(
        `click to first ${what}: ${first === undefined ? 'none was painted' : `${first.seconds.toFixed(2)} s`}`,
      )
    }
    expect(seen.map(({ kind }) => kind)).not.toContain('opens')
    expect(await page.locator('img.unfinished').count()).toBe(0)
    expect(await pictures(page).count()).toBe(9)
    expect(await page.locator('.status').innerText()).toMatch(/nine best of 12/)
    expect(await page.locator('.reading').innerText()).toMatch(/never met the word “zorgle”/)

    // The tenth comes in for the ninth.
    await page.locator('.why summary').click()
    const out = page.locator('.why .place[aria-pressed="false"]')
    expect(await out.count()).toBe(3)
    await out.first().click()
    expect(await out.count()).toBe(3)
    expect(await page.locator('.why .place').nth(9).getAttribute('aria-pressed')).toBe('true')
    await page.getByRole('button', { name: 'Back to the nine best' }).click()
    expect(await page.locator('.why .place').nth(9).getAttribute('aria-pressed')).toBe('false')

    const sheet = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download sheet' }).click()
    expect(readRecipe((await bytesOf(sheet)).bytes)).toMatchObject({ kind: 'sheet', records: { length: 9 } })

    await page.locator('.hero .nine .place').first().click()
    const takes = [
      ['Download PNG', /^neuf-a-green-car-zorgle-\d+-\d+\.png$/],
      ['WebP', /\.webp$/],
      ['Sticker', /-sticker\.png$/],
    ] as const
    for (const [label, name] of takes) {
      const download = page.waitForEvent('download')
      await page.locator('.large').getByRole('button', { name: label }).click()
      const file = await bytesOf(download)
      expect(file.name).toMatch(name)
      expect(readRecipe(file.bytes)).toMatchObject({ record: { recipe: { prompt: 'a green car zorgle' } } })
      const { width, channels, data } = await decodePicture(file.bytes, { alpha: 'keep' })
      expect([width, channels]).toEqual([label === 'Sticker' ? 512 : 64, 4])
      if (label === 'Sticker') expect(data[3]).toBe(0)
    }
    await page.locator('.large').getByRole('button', { name: 'Copy' }).click()
    await page.locator('.large').getByRole('button', { name: 'Copied' }).waitFor()
    const copied = '(await navigator.clipboard.read()).flatMap(({ types }) => types)'
    expect(await page.evaluate(`(async () => ${copied})()`)).toEqual(['image/png'])
    await page.locator('.credits summary').click()
    await page.locator('.credits li').first().waitFor()
    expect(await page.locator('.credits li').count()).toBe(3)
    expect(await barriers(page)).toEqual([])
  })

  it('shows as much of a picture as is drawn, which nothing opens yet', async () => {
    // A model that takes seconds, and all candidates side by side: what is unfinished is there for longer than a browser takes.
    const slow = await studio.serve('slow', { models: ['pictogram'], atOnce: 64 })
    try {
      const page = await visit({}, slow.url)
      await page.evaluate(watchPlaces)
      await order(page, 'a blue tiger', 64)
      await page.locator('img.unfinished').first().waitFor()
      await page.waitForFunction(`globalThis.seen.some(({ kind }) => kind === 'unfinished')`)
      await page.getByRole('button', { name: 'Cancel' }).click()
      await done(page)
      const seen = await seenOn(page)
      const { clip } = seen.find(({ kind }) => kind === 'unfinished')!
      const hidden = Number(/^inset\(0px 0px ([\d.]+)%/.exec(clip)?.[1])
      // Nothing is shown before a quarter of it is drawn.
      expect([hidden > 0, hidden <= 75]).toEqual([true, true])
      expect(seen.map(({ kind }) => kind)).not.toContain('opens')
      expect(await page.locator('img.unfinished').count()).toBe(0)
    } finally {
      await person.close()
      await slow.close()
    }
  })

  it('says that a drawing is no longer here, and that there is nothing to draw until there is', async () => {
    const never = '00000000-0000-4000-8000-000000000000'
    const page = await visit({}, `${server.url}/#job=nosuch`)
    const fault = page.locator('.fault p')
    expect(await fault.innerText()).toBe('This drawing is no longer here, or never was. Draw it anew.')
    await page.getByRole('button', { name: 'FR: Français' }).click()
    expect(await fault.innerText()).toBe('Ce dessin n’est plus ici, ou ne l’a jamais été. Dessinez-le à nouveau.')
    await page.getByRole('button', { name: 'EN: English' }).click()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await fault.waitFor({ state: 'detached' })
    expect(await page.evaluate('location.hash')).toBe('#start')
    await page.evaluate(`location.hash = 'job=${never}'`)
    expect(await fault.innerText()).toMatch(/no longer here/)
    expect(await page.locator('.ideas .idea').count()).toBe(9)

    await page.evaluate(`location.hash = 'start'`)
    await fault.waitFor({ state: 'detached' })
    await page.locator('.ask button[type="submit"]').click()
    expect(await fault.innerText()).toBe('Type what to draw first.')
    await page.keyboard.type(' ')
    expect(await fault.count()).toBe(1)
    await page.keyboard.type('a')
    await fault.waitFor({ state: 'detached' })
    // What else is wrong stays to be read.
    await page.locator('#prompt').fill('explicit sex with a child')
    await page.keyboard.press('Enter')
    expect(await fault.innerText()).toMatch(/refuses/)
    await page.keyboard.type(' x')
    expect(await fault.innerText()).toMatch(/refuses/)
  })

  it('goes on after a reload in the middle, and stops when told to', async () => {
    const page = await visit()
    await order(page, 'a blue tiger', 400)
    await landed(page)
    const id = jobId(page)
    await page.reload()
    await landed(page)
    expect(jobId(page)).toBe(id)
    expect(await page.locator('.status').innerText()).toMatch(/of 400 have landed/)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await done(page)
    expect(await page.locator('.status').innerText()).toMatch(/^Cancelled/)
    expect((await server.room.jobs.read(id)).state).toBe('cancelled')
    expect(await pictures(page).count()).toBeGreaterThan(0)
  })

  it('goes on after the server stopped and came back in the middle', async () => {
    const page = await visit()
    await order(page, 'a golden snail', 12)
    await landed(page)
    const { port } = new URL(server.url)
    await server.close()
    await page.locator('.status', { hasText: 'The connection broke' }).waitFor()
    server = await studio.serve('data', { port: Number(port) })
    await done(page)
    expect(await pictures(page).count()).toBe(9)
    expect(await server.room.jobs.read(jobId(page))).toMatchObject({ state: 'done', drawn: 12 })
    expect(await page.locator('.fault').count()).toBe(0)
  })

  it('fits a phone, in French and by night, with nothing to scroll to the side', async () => {
    const page = await visit({
      viewport: { width: 360, height: 740 },
      locale: 'fr-FR',
      colorScheme: 'dark',
      hasTouch: true,
      isMobile: true,
    })
    expect(await page.locator('label[for="prompt"]').innerText()).toBe('Que faut-il dessiner\u00a0?')
    expect(await page.evaluate('document.documentElement.lang')).toBe('fr')
    expect([await sideways(page), await barriers(page)]).toEqual([0, []])
    // The idea in the middle; its many candidates need not all be waited for.
    await page.getByRole('button', { name: 'un kangourou en fromage' }).click()
    await landed(page)
    await page.getByRole('button', { name: 'Annuler' }).click()
    await done(page)
    await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
    expect(await sideways(page)).toBe(0)
    await page.locator('.hero .nine .place').first().click()
    await page.locator('.large').waitFor()
    expect([await sideways(page), await barriers(page)]).toEqual([0, []])
    await page.getByRole('button', { name: 'EN: English' }).click()
    expect(await page.locator('label[for="prompt"]').innerText()).toBe('What should be drawn?')
  })

  it('works by keyboard alone', async () => {
    const page = await visit()
    const focused = () => page.evaluate('document.activeElement.className || document.activeElement.innerText')
    const tabTo = async (selector: string) => {
      for (let i = 0; i < 40; i++) {
        await page.keyboard.press('Tab')
        if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
      }
      throw new Error(`no way to ${selector}; the focus is at ${await focused()}`)
    }
    await tabTo('#prompt')
    await page.keyboard.type('a purple banana')
    await tabTo('.settings summary')
    await page.keyboard.press('Enter')
    await tabTo('input[aria-describedby="hint-candidates"]')
    await page.keyboard.type('12')
    await page.keyboard.press('Enter')
    await done(page)
    await tabTo('.hero .nine .place')
    await page.keyboard.press('Enter')
    const rank = () => page.locator('.large strong').first().innerText()
    expect(await rank()).toBe('Rank 1 of 12')
    expect(await focused()).toBe('Close')
    await page.keyboard.press('ArrowRight')
    expect(await rank()).toBe('Rank 2 of 12')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await rank()).toBe('Rank 9 of 12')
    await page.keyboard.press('Escape')
    expect(await page.locator('.large').count()).toBe(0)
    // Back at the small one that was large.
    expect(await page.evaluate('document.activeElement.matches(".nine li:last-child .place")')).toBe(true)
    await tabTo('.why summary')
    await page.keyboard.press('Enter')
    await tabTo('.why .place[aria-pressed="false"]')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.getAttribute("aria-pressed")')).toBe('true')
    await tabTo('.earlier .quiet')
    await page.keyboard.press('Enter')
    expect(await focused()).toBe('Keep')
    await page.keyboard.press('Enter')
    expect(await page.locator('.earlier .danger').count()).toBe(0)
  })

  it('blurs what the policy says, says why, and shows it to who asks', async () => {
    const page = await visit()
    await draw(page, 'a naked stone butterfly', 4)
    const blur = () => page.evaluate(`getComputedStyle(document.querySelector('.hero .nine img')).filter`)
    expect(await page.locator('.veil').innerText()).toMatch(/^These pictures are blurred\. “naked”: nudity\./)
    expect(await blur()).toMatch(/^blur\(/)
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: 'FR: Français' }).click()
    expect(await page.locator('.veil').innerText()).toMatch(/«.naked.».: nudité\./)
    await page.getByRole('button', { name: 'Les montrer' }).click()
    expect(await blur()).toBe('none')
    // Small ones in the list of all that was drawn stay as they were.
    expect(await page.locator('.earlier .place.blurred').count()).toBe(1)
    await page.getByRole('button', { name: 'Les flouter à nouveau' }).click()
    expect(await blur()).toMatch(/^blur\(/)
    // What is not drawn at all is said in words.
    await page.locator('#prompt').fill('explicit sex with a child')
    await page.keyboard.press('Enter')
    expect(await page.locator('.fault').innerText()).toMatch(/refuses/)
  })

  it('reads a picture that is dropped onto it, and draws it again, the same', async () => {
    const first = await visit()
    await draw(first, 'a wooden rocket', 6)
    const url = `${server.url}/api/v1/jobs/${jobId(first)}/pictures/4`
    await person.close()
    const page = await visit({}, `${server.url}/#start`)
    const drop = (bytes: Uint8Array, name: string) =>
      page.evaluate(
        `(() => {
          const files = new DataTransfer()
          files.items.add(new File([Uint8Array.from(${JSON.stringify([...bytes])})], ${JSON.stringify(name)}))
          const event = (kind) => new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true })
          document.body.dispatchEvent(event('dragover'))
          document.body.dispatchEvent(event('drop'))
        })()`,
      )
    await page.locator('#prompt').waitFor()
    await drop(new TextEncoder().encode('no picture'), 'a.png')
    expect(await page.locator('.fault').innerText()).toMatch(/carries no recipe/)
    for (const ending of ['png', 'webp']) {
      await drop(new Uint8Array(await (await fetch(`${url}.${ending}`)).arrayBuffer()), `mine.${ending}`)
      await page.locator('.dropped').waitFor()
      expect(await page.locator('.dropped').innerText()).toMatch(/a wooden rocket.*Candidate 4/s)
      expect(await page.locator('.fault').count()).toBe(0)
      if (ending === 'png') await page.getByRole('button', { name: 'Close' }).click()
    }
    expect(await barriers(page)).toEqual([])
    await page.getByRole('button', { name: 'Draw it again' }).click()
    await done(page)
    await page.getByText('Drawn again, it is the same').waitFor()
    expect(await page.locator('.title').innerText()).toBe('a wooden rocket')
    expect(`${server.url}/api/v1/jobs/${jobId(page)}/pictures/4`).not.toBe(url)
  })

  it('shares a drawing by a link that anybody can open, until it is taken back; and as a file', async () => {
    const page = await visit()
    await draw(page, 'a pink <b>whale</b>', 6)
    await page.locator('.share summary').click()
    const file = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download as one page' }).click()
    const { name, bytes } = await bytesOf(file)
    expect(name).toMatch(/^neuf-a-pink-b-whale-b-\d+-share\.html$/)
    await page.getByRole('button', { name: 'Make a link' }).click()
    const address = page.getByLabel('Address of link 1')
    const url = await address.inputValue()
    expect(url).toMatch(/\/s\/[\w-]{24}$/)
    expect([await sideways(page), await barriers(page)]).toEqual([0, []])

    // Somebody else, who has nothing but the link; and the file, which asks nobody for anything.
    const other = await browser.person()
    try {
      const visitor = await other.newPage()
      const asked: string[] = []
      visitor.on('request', (request) => asked.push(request.url()))
      const shown = 'Array.from(document.images, ({ naturalWidth }) => naturalWidth)'
      expect((await visitor.goto(url))!.status()).toBe(200)
      expect(await visitor.locator('h1').innerText()).toBe('a pink <b>whale</b>')
      expect(await visitor.evaluate(shown)).toEqual(Array(6).fill(64))
      // To draw it here, too, they begin with the same prompt.
      await visitor.getByRole('link', { name: /draw/i }).first().click()
      await visitor.locator('#prompt').waitFor()
      expect(await visitor.locator('#prompt').inputValue()).toBe('a pink <b>whale</b>')
      await visitor.goto('about:blank')
      asked.length = 0
      await visitor.setContent(new TextDecoder().decode(bytes))
      expect(await visitor.evaluate(shown)).toEqual(Array(6).fill(64))
      expect(asked.filter((each) => !each.startsWith('data:'))).toEqual([])

      await page.getByRole('button', { name: 'Take it back', exact: true }).click()
      await page.getByRole('button', { name: 'Take it back for good?' }).click()
      await page.getByText('The link shows nothing any more.').waitFor()
      expect(await address.count()).toBe(0)
      expect((await visitor.goto(url))!.status()).toBe(410)
      expect(await visitor.locator('img').count()).toBe(0)
    } finally {
      await other.close()
    }
  })

  it('has a gallery: words find drawings again, hearts mark them, and what is deleted is gone', async () => {
    const own = await studio.serve('gallery')
    try {
      const page = await visit({}, own.url)
      await draw(page, 'a naked blue fox', 2)
      await page.locator('.hero .nine .place').first().click()
      await page
        .locator('.large')
        .getByRole('button', { name: /Favourite$/ })
        .click()
      await page.locator('.large .heart[aria-pressed="true"]').waitFor()
      await page.goto(`${own.url}/#start`)
      await draw(page, 'Un éléphant vert', 2)

      await page.getByRole('link', { name: 'Open the gallery' }).click()
      const cards = page.locator('.card')
      const prompts = () => page.locator('.card strong').allInnerTexts()
      await cards.nth(1).waitFor()
      expect(await prompts()).toEqual(['Un éléphant vert', 'a naked blue fox'])
      // What the policy blurs is blurred here, too, and nothing else.
      expect(await page.locator('.card:has(.blurred) strong').allInnerTexts()).toEqual(['a naked blue fox'])
      expect([await sideways(page), await barriers(page)]).toEqual([0, []])
      await page.getByRole('searchbox').fill('elephant')
      await page.getByText('1 drawing', { exact: true }).waitFor()
      expect(await prompts()).toEqual(['Un éléphant vert'])
      await page.getByRole('searchbox').fill('submarine')
      await page.getByText('Nothing here is like that.').waitFor()
      await page.getByRole('searchbox').fill('')
      await cards.nth(1).waitFor()

      await page.getByRole('button', { name: 'Favourites only' }).click()
      await page.getByText('1 drawing', { exact: true }).waitFor()
      expect(await prompts()).toEqual(['a naked blue fox'])
      await page.getByRole('button', { name: 'Favourites only' }).click()
      await cards.nth(1).waitFor()
      const heart = cards.first().locator('.thumbs .heart').first()
      await heart.click()
      await cards.first().locator('.thumbs .heart[aria-pressed="true"]').waitFor()
      // Opening, liking and deleting are each a thing of its own, with a name and a place in the order of keys.
      await cards.first().getByRole('link', { name: 'Open: Un éléphant vert', exact: true }).focus()
      const reached: unknown[] = []
      for (let i = 0; i < 3; i++) {
        await page.keyboard.press('Tab')
        reached.push(await page.evaluate('document.activeElement.ariaLabel'))
      }
      expect(reached.map(String).sort()).toEqual([
        'Delete: Un éléphant vert',
        'Picture 1: Un éléphant vert. Favourite',
        'Picture 2: Un éléphant vert. Favourite',
      ])
      await page.keyboard.press('Enter')
      await page.keyboard.press('Enter')
      expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Delete: Un éléphant vert')
      // A press on a picture is one on its card, which opens it.
      await cards.first().locator('.thumbs .place').last().click({ force: true })
      await page.locator('.title', { hasText: 'Un éléphant vert' }).waitFor()
      expect(page.url()).toContain('#job=')
      await page.getByRole('link', { name: 'Open the gallery' }).click()
      await cards.nth(1).waitFor()
      // After a reload it is as it was, the gallery too.
      await page.reload()
      await cards.nth(1).waitFor()
      expect(await page.locator('.card .heart[aria-pressed="true"]').count()).toBe(2)

      await page.getByRole('button', { name: 'Delete: a naked blue fox' }).click()
      await cards.nth(1).locator('.danger').click()
      await page.getByText('1 drawing', { exact: true }).waitFor()
      expect(await page.evaluate('document.activeElement.innerText')).toBe('Gallery')
      expect(await prompts()).toEqual(['Un éléphant vert'])
      expect((await own.room.jobs.list('local@127.0.0.1', { limit: 9 })).map(({ request }) => request.prompt)).toEqual([
        'Un éléphant vert',
      ])
      await page.getByRole('link', { name: 'Close the gallery' }).click()
      await page.locator('.earlier li').first().waitFor()
      expect(await page.locator('.card').count()).toBe(0)
      expect(await page.locator('.earlier strong').allInnerTexts()).toEqual(['Un éléphant vert'])
    } finally {
      await person.close()
      await own.close()
    }
  })

  it('asks for a token where the server wants one, and keeps it out of reach of scripts', async () => {
    const token = 'a-token-of-this-test'
    const locked = await studio.serve('locked', { environment: { NEUF_TOKEN: `ann=${token}` }, draw: false })
    try {
      const page = await visit({}, `${locked.url}/#gallery`)
      await page.locator('#token').waitFor()
      expect(await page.locator('.gallery').count()).toBe(0)
      expect(await page.locator('#prompt').count()).toBe(0)
      expect(await barriers(page)).toEqual([])
      await page.locator('#token').fill('a-wrong-one-of-this-test')
      await page.keyboard.press('Enter')
      expect(await page.locator('.token [role="alert"]').innerText()).toMatch(/does not know this token/)
      await page.locator('#token').fill(token)
      await page.keyboard.press('Enter')
      await page.locator('#prompt').waitFor()
      // And where the address led.
      await page.getByText('Nothing here is like that.').waitFor()
      await page.getByRole('link', { name: 'Close the gallery' }).click()
      await page.getByText('Nothing yet. What is drawn is kept here.').waitFor()
      const cookies = await person.cookies()
      expect(cookies).toMatchObject([{ name: 'neuf-session', httpOnly: true, sameSite: 'Strict' }])
      const kept = 'document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage)'
      expect(await page.evaluate(kept)).not.toMatch(/token-of-this-test|neuf-session/)
      await page.reload()
      await page.getByText('Signed in as “ann”.').waitFor()
      // A cookie that is gone brings the question back, whatever is asked for.
      await page.getByRole('link', { name: 'Open the gallery' }).click()
      await page.locator('.gallery').waitFor()
      const given = await person.cookies()
      await person.clearCookies()
      await page.getByRole('button', { name: 'Favourites only' }).click()
      await page.locator('#token').waitFor()
      await person.addCookies(given)
      await page.reload()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.locator('#token').waitFor()
      expect(await person.cookies()).toEqual([])
    } finally {
      await locked.close()
    }
  })
})
