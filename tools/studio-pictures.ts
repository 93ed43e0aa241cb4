/**
 * Makes the pictures of the page that the docs show, with the page as it is now and a Chromium of this machine:
 * `node tools/studio-pictures.ts [FOLDER]` (docs/pictures unless told).
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { findChromium, openBrowser } from '../web/browser/chromium.ts'
import { buildStudio } from '../web/browser/studio-server.ts'

const folder = process.argv[2] ?? fileURLToPath(new URL('../docs/pictures', import.meta.url))
const program = findChromium()
if (program === undefined) throw new Error('no Chromium was found: install one, or name it by CHROMIUM')

const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true } as const
const desk = { viewport: { width: 880, height: 1000 }, deviceScaleFactor: 1 } as const

/** Draws a prompt with a seed, as a person would. */
async function draw(page: Page, prompt: string, seed: number): Promise<void> {
  await page.locator('.settings summary').click()
  await page.locator('input[aria-describedby="hint-seed"]').fill(String(seed))
  await page.locator('#prompt').fill(prompt)
  await page.locator('.ask button[type="submit"]').click()
  await page.locator('article[aria-busy="false"]').waitFor()
  await page.locator('.hero .nine .place img').nth(8).waitFor()
}

type Shot = {
  readonly name: string
  readonly person: BrowserContextOptions
  readonly before: (page: Page) => Promise<void>
}

const shots: readonly Shot[] = [
  { name: 'studio', person: desk, before: (page) => draw(page, 'a kangaroo made of cheese', 1) },
  { name: 'studio-ideas', person: phone, before: (page) => page.locator('.ideas').waitFor() },
  {
    name: 'studio-french',
    person: { ...phone, locale: 'fr-FR', colorScheme: 'dark' },
    before: (page) => draw(page, 'une guitare en chocolat', 2),
  },
]

const studio = await buildStudio()
const browser = await openBrowser(program)
for (const { name, person: options, before } of shots) {
  // A server of its own for each: no picture shows what was drawn for another.
  const server = await studio.serve(name, { models: ['pictogram'] })
  const person = await browser.person(options)
  person.setDefaultTimeout(300_000)
  const page = await person.newPage()
  await page.goto(server.url)
  await before(page)
  // Without a sign of where a hand has just been, and with everything landed.
  await page.mouse.move(0, 0)
  await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)')
  await page.waitForTimeout(1000)
  const picture = sharp(await page.screenshot()).png({ palette: true, colours: 128, effort: 10 })
  const { size } = await picture.toFile(join(folder, `${name}.png`))
  console.log(`${name}.png: ${Math.round(size / 1024)} KiB`)
  await person.close()
  await server.close()
}
await browser.close()
studio.remove()
