/** A Chromium of the machine's own, without a window: what the tests of the page and its pictures in the docs are made with. */
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** The program that the variable CHROMIUM names, else the first of the usual ones; undefined where there is none. */
export function findChromium(): string | undefined {
  const named = process.env.CHROMIUM ?? ''
  return (named === '' ? usualPlaces : [named]).find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Nothing of a browser that asks anybody for anything but the page. */
const quiet = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export type Browser = {
  /** A person's browser: cookies and stores of its own, gone when it is closed. */
  person(options?: BrowserContextOptions): Promise<BrowserContext>
  close(): Promise<void>
}

/** Starts the program, with a profile in a folder of its own. Root may start no sandbox. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  const artifacts = mkdtempSync(join(tmpdir(), 'neuf-browser-'))
  const sandbox = process.getuid?.() !== 0
  const browser = await chromium.launch({
    executablePath,
    headless: true,
    chromiumSandbox: sandbox,
    artifactsDir: artifacts,
    args: [...quiet, ...(sandbox ? [] : ['--no-sandbox'])],
  })
  return {
    person: (options = {}) => browser.newContext({ locale: 'en-GB', ...options }),
    async close() {
      await browser.close()
      rmSync(artifacts, { recursive: true, force: true })
    },
  }
}
