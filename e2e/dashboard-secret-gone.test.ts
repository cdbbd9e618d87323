import type { CDPSession, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

const FILLED_IN = '?name=ci-runner&environment=production&scopes=records:read'
const panel = (page: Page) => page.getByRole('alertdialog', { name: 'Your new secret' })

interface Watched {
  page: Page
  /** Everything that any script of the page wrote to the console. */
  logged: string[]
  /** Where anything was sent, and what, before the secret was there and after. */
  sent: string[]
}

/** A page on which a key has just been made. @returns also the part of its secret that is nobody's business. */
async function create(): Promise<Watched & { hidden: string }> {
  const page = await dashboard.open(dashboard.path(`/keys/new${FILLED_IN}`))
  const logged: string[] = []
  const sent: string[] = []
  page.on('console', (message) => logged.push(message.text()))
  page.on('request', (request) =>
    sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData() ?? ''}`),
  )
  await page.getByRole('button', { name: 'Create API key' }).click()
  const secret = await panel(page).getByRole('textbox', { name: 'Your new secret' }).inputValue()
  return { page, logged, sent, hidden: secret.slice(-38) }
}

async function closePanel(page: Page): Promise<void> {
  await panel(page).getByRole('button', { name: 'I have saved it' }).click()
  await panel(page).waitFor({ state: 'detached' })
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

/** Every text in reach of `window` by its properties, what components hold included. Runs in the page. */
function findReachable(hidden: string): string[] {
  const found: string[] = []
  const seen = new Set<unknown>()
  const open: [path: string, value: unknown][] = [
    ['window', window],
    ['document', document],
  ]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, value] = next
    if (typeof value === 'string') {
      if (value.includes(hidden)) found.push(path)
      continue
    }
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) continue
    seen.add(value)
    if (value instanceof Map)
      open.push(...[...value].map(([key, held], at) => [`${path}<${at} ${String(key)}>`, held] as [string, unknown]))
    if (value instanceof Set) open.push(...[...value].map((held, at) => [`${path}<${at}>`, held] as [string, unknown]))
    for (const name of Reflect.ownKeys(value)) {
      const held = Reflect.getOwnPropertyDescriptor(value, name)
      if (held && 'value' in held) open.push([`${path}.${String(name)}`, held.value])
    }
    open.push([`${path}.__proto__`, Reflect.getPrototypeOf(value)])
    // Prototypes of nodes are nodes as well, by their own account.
    if (value instanceof Node && !Object.hasOwn(value, 'constructor'))
      open.push(...[...value.childNodes].map((child, at) => [`${path}[${at}]`, child] as [string, unknown]))
  }
  return found
}

/** All that the page's memory holds, as the browser's own tool writes it down after it has collected what nobody holds. */
async function heapOf(page: Page): Promise<string> {
  const browser: CDPSession = await page.context().newCDPSession(page)
  const pieces: string[] = []
  browser.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => pieces.push(chunk))
  await browser.send('HeapProfiler.enable')
  await browser.send('HeapProfiler.collectGarbage')
  await browser.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await browser.detach()
  return pieces.join('')
}

describe('once its panel is closed, a secret is gone', () => {
  test('from the page, its storage, its address, its history and its caches', async () => {
    const { page, logged, sent, hidden } = await create()
    await closePanel(page)
    const left = await page.evaluate(async () => ({
      html: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map(({ value }) => value),
      local: JSON.stringify(localStorage),
      session: JSON.stringify(sessionStorage),
      history: JSON.stringify(history.state),
      cached: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      workers: (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
      selection: String(getSelection()),
      title: document.title,
    }))
    expect(JSON.stringify(left)).not.toContain(hidden)
    expect([left.cached, left.databases, left.workers]).toEqual([[], [], []])
    expect(JSON.stringify(await page.context().storageState())).not.toContain(hidden)
    // Neither was it ever logged, nor sent anywhere: it came, and that was all.
    expect(logged.join()).not.toContain(hidden)
    expect(sent.length).toBeGreaterThan(1)
    expect(sent.join()).not.toContain(hidden)
    for (let back = 0; back < 3; back++) {
      await page.goBack()
      expect(page.url()).not.toContain(hidden)
      expect(await page.content()).not.toContain(hidden)
    }
    await done(page)
  })

  test('from whatever can be reached from window, and it was there before', async () => {
    const { page, hidden } = await create()
    expect(await page.evaluate(findReachable, hidden)).not.toEqual([])
    await closePanel(page)
    // React keeps what it showed last until it shows the next.
    await page.getByRole('searchbox').fill('ci')
    await eventually(async () => expect(await page.evaluate(findReachable, hidden)).toEqual([]))
    await done(page)
  })

  test('from the memory of the page', async () => {
    const { page, hidden } = await create()
    await closePanel(page)
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    await eventually(async () => expect((await heapOf(page)).includes(hidden)).toBe(false))
    await done(page)
  })

  test('from the memory of the page, also where it was a service key', async () => {
    const page = await dashboard.open('/operator/service-keys')
    await page.getByRole('button', { name: 'Create service key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('backend')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    const shown = page.getByRole('alertdialog', { name: 'Your new service key' })
    const hidden = (await shown.getByRole('textbox', { name: 'Your new service key' }).inputValue()).slice(-38)
    await shown.getByRole('button', { name: 'I have saved it' }).click()
    await shown.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'People' }).click()
    await page.getByRole('table', { name: 'People' }).waitFor()
    await eventually(async () => expect((await heapOf(page)).includes(hidden)).toBe(false))
    await done(page)
  })

  test('from the server’s answers: no cache may keep the one that had it', async () => {
    const page = await dashboard.open(dashboard.path(`/keys/new${FILLED_IN}`))
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/keys')),
      page.getByRole('button', { name: 'Create API key' }).click(),
    ])
    expect(await answer.headerValue('cache-control')).toBe('no-store')
    await closePanel(page)
    await done(page)
  })
})
