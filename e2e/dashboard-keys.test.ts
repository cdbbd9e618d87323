import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard
const secrets = new Map<string, string>()

const NAMES = ['ci-runner', 'billing export', 'mobile app', 'warehouse import', 'support console']

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  for (const name of NAMES) {
    const environment = name === 'mobile app' ? 'staging' : 'production'
    const made = await operator.createKey(organization, { name, environment, accessLevel: 'read-only' })
    secrets.set(name, made.secret)
  }
  const used = { key: secrets.get('ci-runner'), ip: '203.0.113.7' }
  await operator.connection.send('/v1/keys/verify', { method: 'POST', body: used })
  await eventually(async () => {
    const list = await operator.connection.send<{ items: { name: string; lastUsedAt: string | null }[] }>(
      `/v1/organizations/${organization}/keys`,
    )
    expect(list.body.items.find(({ name }) => name === 'ci-runner')?.lastUsedAt).not.toBeNull()
  })
})

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name })
const names = (page: Page) => page.getByRole('rowheader').getByRole('link').allTextContents()

async function openKeys(query = '', options: BrowserContextOptions = {}): Promise<Page> {
  const page = await dashboard.openApart(dashboard.path(`/keys${query}`), options)
  await page.getByRole('table', { name: 'API keys' }).waitFor()
  return page
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('the list', () => {
  test('has the product’s columns, the name first, and says in words what was never used', async () => {
    const page = await openKeys('', { viewport: { width: 1600, height: 900 } })
    const columns = await page.getByRole('columnheader').allTextContents()
    expect(columns.slice(1, 5)).toEqual(['Name', 'Prefix', 'Status', 'Environment'])
    expect(await row(page, 'billing export').innerText()).toContain('Never used')
    expect(await row(page, 'ci-runner').innerText()).not.toContain('Never used')
    expect(await row(page, 'ci-runner').innerText()).toContain('203.0.113.7')
    expect(await row(page, 'ci-runner').innerText()).toContain('Active')
    await done(page)
  })

  test('tells the exact moment, local and in UTC, to whoever reaches a relative time by keyboard', async () => {
    const page = await openKeys('', { timezoneId: 'Asia/Tokyo' })
    await row(page, 'ci-runner').getByRole('time').focus()
    await page.getByText(/\d{2}:\d{2}:\d{2} GMT\+9/).waitFor()
    await page.getByText(/\d{2}:\d{2}:\d{2} UTC/).waitFor()
    await done(page)
  })

  test('tells it to whoever points at it, also without a network, stays while it is pointed at itself, and goes at Escape', async () => {
    const page = await openKeys()
    await page.context().setOffline(true)
    const hint = page.getByText(/\d{2}:\d{2}:\d{2} UTC/)
    await row(page, 'ci-runner').getByRole('time').hover()
    await hint.waitFor()
    await hint.hover()
    await page.waitForTimeout(500)
    expect(await hint.isVisible()).toBe(true)
    await page.keyboard.press('Escape')
    await hint.waitFor({ state: 'detached' })
    await row(page, 'ci-runner').getByRole('time').hover()
    await hint.waitFor()
    await page.getByRole('heading', { name: 'API keys' }).hover()
    await hint.waitFor({ state: 'detached' })
    await done(page)
  })

  test('is filtered, searched and sorted by what stands in the address', async () => {
    const page = await openKeys()
    await page.getByRole('button', { name: 'Name' }).click()
    await page.waitForURL('**sort=name**')
    await eventually(async () => expect(await names(page)).toEqual(NAMES.toSorted()))
    await page.getByRole('combobox', { name: 'Environment' }).selectOption({ label: 'Staging' })
    await page.waitForURL('**environment=staging**')
    await eventually(async () => expect(await names(page)).toEqual(['mobile app']))
    const again = await dashboard.openIn(page.context(), page.url())
    await eventually(async () => expect(await names(again)).toEqual(['mobile app']))
    await page.getByRole('searchbox').fill('2026')
    await page.waitForURL('**q=2026**')
    await page.getByRole('searchbox').fill('nothing like it')
    await page.getByRole('heading', { name: 'No matches' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await eventually(async () => expect(await names(page)).toHaveLength(NAMES.length))
    await done(page)
  })

  test('finds the key of a pasted secret, and the secret never leaves the browser', async () => {
    const page = await openKeys()
    const secret = secrets.get('mobile app') ?? ''
    const seen: string[] = []
    page.on('request', (request) => seen.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.getByRole('searchbox').fill(secret)
    await eventually(async () => expect(await names(page)).toEqual(['mobile app']))
    expect(seen.length).toBeGreaterThan(0)
    const hidden = secret.slice(-38)
    for (const copied of [`ACME_API_KEY="${secret}"`, `Authorization: Bearer ${secret},`]) {
      await page.getByRole('searchbox').fill('nothing')
      await page.getByRole('heading', { name: 'No matches' }).waitFor()
      await page.getByRole('searchbox').fill(copied)
      await eventually(async () => expect(await names(page)).toEqual(['mobile app']))
    }
    const kept = [page.url(), await page.content(), await page.getByRole('searchbox').inputValue(), ...seen]
    for (const text of kept) expect(text).not.toContain(hidden)
    await done(page)
  })

  test('finds the key of a secret that was rotated, while it still works and after', async () => {
    const { operator, organization } = dashboard
    const { key, secret } = await operator.createKey(organization, { name: 'rotated', scopes: ['records:read'] })
    await operator.rotate(organization, key.id)
    const page = await openKeys()
    await page.getByRole('searchbox').fill(secret)
    await eventually(async () => expect(await names(page)).toEqual(['rotated']))
    await operator.revoke(organization, key.id)
    await page.getByRole('link', { name: 'Show 1 match of another status' }).click()
    await eventually(async () => expect(await names(page)).toEqual(['rotated']))
    await operator.remove(organization, key.id)
    await done(page)
  })

  test('is worked with the keyboard alone: search, create, a row’s menu, and back', async () => {
    const page = await openKeys()
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
    await page.keyboard.type('cc')
    expect(page.url()).not.toContain('/new')
    await page.getByRole('searchbox').fill('')
    await eventually(async () => expect(await names(page)).toHaveLength(NAMES.length))
    const menu = page.getByRole('button', { name: 'Actions for ci-runner' })
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Rotate' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Escape')
    await eventually(async () => expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true))
    await page.keyboard.press('c')
    await page.waitForURL('**/keys/new')
    await done(page)
  })

  test('is exported as it is filtered', async () => {
    const page = await openKeys('?environment=staging')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ])
    const stream = await download.createReadStream()
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    const [head, ...rows] = Buffer.concat(chunks).toString('utf8').trim().split('\r\n')
    expect(head).toMatch(/^id,name,description,prefix,status/)
    expect(rows).toHaveLength(1)
    expect(rows[0]).toContain('mobile app')
    await done(page)
  })

  test('in another window shows a change within two seconds', async () => {
    const here = await openKeys()
    const there = await openKeys()
    await dashboard.operator.createKey(dashboard.organization, { name: 'made elsewhere', accessLevel: 'read-only' })
    for (const page of [here, there]) await row(page, 'made elsewhere').waitFor({ timeout: 5_000 })
    await here.close()
    await done(there)
  })

  test('revokes several keys at once, with a result for each', async () => {
    const { operator, organization } = dashboard
    const doomed = ['first of two', 'second of two']
    for (const name of doomed) await operator.createKey(organization, { name, accessLevel: 'read-only' })
    const page = await openKeys()
    for (const name of doomed) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Revoke: 2 keys…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Revoke: 2 keys' })
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).click()
    await eventually(async () =>
      expect(await dialog.getByText(/Revoked everywhere, \d\d:\d\d:\d\d, 1 verifier/).count()).toBe(2),
    )
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByRole('link', { name: /^Revoked/ }).click()
    await eventually(async () => expect((await names(page)).toSorted()).toEqual(doomed))
    await done(page)
  })
})

describe('a page of fifty', () => {
  test('leads on and back again', async () => {
    const { operator } = dashboard
    const { id } = await operator.createOrganization({ name: 'Many Inc' })
    for (let at = 0; at < 55; at++) await operator.createKey(id, { name: `key ${at}`, accessLevel: 'read-only' })
    const page = await dashboard.open(`/${id}/keys`)
    await row(page, 'key 54').waitFor()
    await eventually(async () => expect(await names(page)).toHaveLength(50))
    await page.getByRole('link', { name: 'Next' }).click()
    await eventually(async () => expect(await names(page)).toEqual(['key 4', 'key 3', 'key 2', 'key 1', 'key 0']))
    await page.getByRole('link', { name: 'Previous' }).click()
    await eventually(async () => expect(await names(page)).toHaveLength(50))
    await row(page, 'key 12').scrollIntoViewIfNeeded()
    // A hand needs longer than that to find the row; the router notes where a page is scrolled to ten times a second.
    await page.waitForTimeout(500)
    await row(page, 'key 12').getByRole('link').click()
    await page.getByRole('navigation', { name: 'About key 12' }).waitFor()
    await page.goBack()
    await row(page, 'key 12').waitFor()
    await eventually(async () => {
      const { y } = (await row(page, 'key 12').boundingBox()) ?? { y: Number.NaN }
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(900)
    })
    await done(page)
  })
})
