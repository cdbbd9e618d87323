import type { ProductInfo } from '@claviger/core'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { closeContexts, openChromium } from '../chromium.ts'
import { listen, setUpLinkOf } from '../dashboard.ts'
import { type RunningServer, startServer } from '../running-server.ts'
import { NOBODY } from './people.fixture.ts'
import { CLIPBOARD } from './screens.fixture.ts'
import { type Engine, settingsFor } from './walk.fixture.ts'

/** A server that nobody has set up yet, and whoever has just started it. */
export interface Newcomer {
  server: RunningServer
  /** What the server printed for a browser. */
  link: string
  product: ProductInfo
  page: Page
  /** Somebody else's browser. */
  elsewhere(path: string): Promise<Page>
  /** No page complained of anything. */
  end(): Promise<void>
}

export async function startNewcomer(profile: string, engine: Engine): Promise<Newcomer> {
  const server = await startServer(await settingsFor(profile, engine))
  const browser = await openChromium()
  const complaints: string[] = []
  const open = async (path: string) => {
    const context = await browser.newContext({
      baseURL: server.address,
      viewport: { width: 1440, height: 900 },
      ...NOBODY,
      ...CLIPBOARD,
    })
    const page = await context.newPage()
    listen(page, complaints)
    await page.goto(path)
    return page
  }
  const response = await fetch(`${server.address}/v1/product`)
  return {
    server,
    link: setUpLinkOf(server),
    product: (await response.json()) as ProductInfo,
    page: await open('/'),
    elsewhere: open,
    end: async () => {
      await closeContexts()
      expect(complaints).toEqual([])
    },
  }
}
