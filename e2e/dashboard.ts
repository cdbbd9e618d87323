import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { KeyIssued } from '@claviger/core'
import type { SetUpAnswer } from '@claviger/sdk'
import type axe from 'axe-core'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import { openChromium } from './chromium.ts'
import { Operator } from './operator.ts'
import { type RunningServer, type ServerSettings, startServer } from './running-server.ts'

const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url))
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export const ADA = { name: 'Ada Lovelace', email: 'ada@example.com', password: 'correct horse battery' } as const

/** A server with its screens, a browser that looks at them, and whoever set it up signed in. */
export class Dashboard {
  readonly server: RunningServer
  readonly organization: string
  /** The company's own backend, for what people do not do by hand. */
  readonly operator: Operator
  readonly #browser: Browser
  readonly #signedIn: BrowserContext
  /** What any page complained of. */
  readonly #complaints: string[] = []

  constructor(
    server: RunningServer,
    organization: string,
    operator: Operator,
    browser: Browser,
    signedIn: BrowserContext,
  ) {
    this.server = server
    this.organization = organization
    this.operator = operator
    this.#browser = browser
    this.#signedIn = signedIn
  }

  /** A tab of whoever is signed in. All of these share what browsers remember; whoever opens one closes it. */
  open(path: string): Promise<Page> {
    return this.openIn(this.#signedIn, path)
  }

  /** A browser that remembers nothing but, unless the options say otherwise, who is signed in. */
  async openApart(path: string, options: BrowserContextOptions = {}): Promise<Page> {
    const storageState = await this.#signedIn.storageState()
    const context = await newContext(this.#browser, this.server, { storageState, ...options })
    return this.openIn(context, path)
  }

  async openIn(context: BrowserContext, path: string): Promise<Page> {
    const page = await context.newPage()
    listen(page, this.#complaints)
    await page.goto(path)
    return page
  }

  /** Of the organization's own screens. */
  path(below: string): string {
    return `/${this.organization}${below}`
  }

  /** @returns what browsers found fault with since the last call: broken scripts, and what the content policy forbade. */
  complaints(): string[] {
    return this.#complaints.splice(0)
  }
}

/** @param settings of the server; its product file decides about words, columns and menu. */
export async function startDashboard(settings: ServerSettings = {}): Promise<Dashboard> {
  const [server, browser] = await Promise.all([startServer(settings), openChromium()])
  const signedIn = await newContext(browser, server)
  const ask = <T>(path: string, data: object) => askAs<T>(signedIn, server.address, path, data)
  const token = new URL(setUpLinkOf(server)).hash.slice(1)
  const { organization } = await ask<SetUpAnswer>('/v1/setup', { token, ...ADA, organization: { name: 'Acme Inc' } })
  const { secret } = await ask<KeyIssued>('/v1/service-keys', { name: 'e2e' })
  if (secret === null) throw new Error('the server showed no secret')
  return new Dashboard(server, organization.id, new Operator(server.address, secret), browser, signedIn)
}

function newContext(browser: Browser, { address }: RunningServer, options: BrowserContextOptions = {}) {
  return browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 }, ...options })
}

/** As a page of the server asks it, with the cookies of this context. */
async function askAs<T>(context: BrowserContext, origin: string, path: string, data: object): Promise<T> {
  const answer = await context.request.post(path, { data, headers: { origin } })
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`)
  return answer.json()
}

export function setUpLinkOf({ output }: RunningServer): string {
  const link = /(http\S+\/setup#\S+)/.exec(output.stdout)?.[1]
  if (link === undefined) throw new Error(`the server printed no set-up link:\n${output.stdout}`)
  return link
}

/** Notes what the page complains of. */
export function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error.stack)))
  page.on('console', (message) => {
    // What was refused is part of what is tested; the browser's own line about it says no more.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      complaints.push(message.text())
    }
  })
}

/** Looks again and again until what must come has come. A machine that is busy with other tests is slow. */
export function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 15_000, interval: 100 })
}

/** WCAG 2.2, levels A and AA, as far as a program can tell. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  // Not as a script tag: the page lets none in.
  await page.evaluate(AXE)
  const violations = await page.evaluate(async (): Promise<axe.Result[]> => {
    const loaded = globalThis as unknown as { axe: typeof axe }
    // What passes is nobody's to read: hundreds of elements, each with its source.
    const { violations } = await loaded.axe.run({
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      resultTypes: ['violations'],
    })
    return violations
  })
  const found = violations.map(({ id, nodes }) => ({
    id,
    nodes: nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
  }))
  expect(found, where).toEqual([])
}

/** For whoever wants to look. */
export async function takeScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.screenshot({ path: `${SCREENSHOTS}${name}.png`, animations: 'disabled' })
}
