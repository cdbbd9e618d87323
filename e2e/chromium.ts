import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** What Debian calls it, and where it is. */
const BROWSER = {
  package: 'chromium',
  places: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ],
}
/** The same engine with nothing around it: it has a third less to do. */
const SHELL = { package: 'chromium-headless-shell', places: ['/usr/bin/chromium-headless-shell'] }

/** The long form of the proofs is shown to the browser that people have. */
const WANTED = process.env.PROOF === 'full' ? BROWSER : SHELL

/** What is to be installed for these tests; null: it is there. */
export const missingPackage = () => (WANTED.places.some(existsSync) ? null : WANTED.package)

/** Leads to this machine, and yet browsers do not trust it as they trust `localhost`: no TLS, no secure context. */
export const UNTRUSTED_HOST = 'claviger.test'

/** It is started for tests alone, on a machine that may be root's, and has nobody to talk to but the server. */
const FLAGS = [
  `--host-resolver-rules=MAP ${UNTRUSTED_HOST} 127.0.0.1`,
  '--no-sandbox',
  // The tabs of one context share what they have loaded and understood, one after the other.
  '--process-per-site',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

let launched: Promise<Browser> | null = null

/**
 * The same one for every file that this process tests. Contexts that a file leaves open are closed after it.
 * @throws Error with the package's name, where this machine has no Chromium.
 */
export function openChromium(): Promise<Browser> {
  launched ??= launch()
  return launched
}

export async function closeContexts(): Promise<void> {
  const browser = await launched
  await Promise.all(browser?.contexts().map((context) => context.close()) ?? [])
}

async function launch(): Promise<Browser> {
  const executablePath = [...WANTED.places, ...BROWSER.places].find(existsSync)
  if (executablePath === undefined) {
    throw new Error(`These tests need Chromium; on Debian: apt-get install ${WANTED.package}`)
  }
  return chromium.launch({ executablePath, args: FLAGS })
}
