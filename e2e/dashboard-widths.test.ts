import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { cellOf, columnsOf, rowOf } from './walks/screens.fixture.ts'

const DAY_MS = 86_400_000

let dashboard: Dashboard
/** A key whose old secret still works. */
let overlapping: string

/** Used from the widest address of each kind, about to expire, and with a long prefix. */
beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  const inDays = (days: number) => new Date(Date.now() + days * DAY_MS + 3_600_000).toISOString()
  const make = (name: string, more: object) =>
    operator.createKey(organization, { name, environment: 'staging', accessLevel: 'read-write', ...more })
  const uses = [
    { made: await make('billing export', { expiresAt: inDays(2) }), ip: '198.51.100.143' },
    { made: await make('mobile app', { expiresAt: inDays(300) }), ip: '2001:db8:85a3:1234:5678:8a2e:1370:7334' },
  ]
  for (const { made, ip } of uses) {
    await operator.connection.send('/v1/keys/verify', { method: 'POST', body: { key: made.secret, ip } })
  }
  overlapping = (await make('ci-runner', { environment: 'development' })).key.id
  await operator.connection.send(`/v1/organizations/${organization}/keys/${overlapping}/rotate`, {
    method: 'POST',
    body: { graceSeconds: (6 * DAY_MS) / 1_000 },
  })
  await eventually(async () => {
    for (const { made } of uses) expect((await operator.key(organization, made.key.id)).lastUsedIp).not.toBeNull()
  })
})

async function openAt(width: number, path: string): Promise<Page> {
  return dashboard.openApart(dashboard.path(path), { viewport: { width, height: 900 } })
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

/** How much wider what an element holds is than the element. */
const overflowOf = (page: Page, selector: string) =>
  page.locator(selector).evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)

describe('the list of keys', () => {
  test.each([1280, 1366, 1440, 1536, 1920])('is whole on a screen of %i pixels', async (width) => {
    const page = await openAt(width, '/keys')
    await rowOf(page, 'ci-runner')
      .getByText(/Old secret: (6 d|5 d 23 h) left/)
      .waitFor()
    await rowOf(page, 'mobile app').getByRole('img', { name: '1 request and 0 denials in seven days' }).waitFor()
    expect(await overflowOf(page, 'section[aria-label="API keys"]')).toBe(0)
    const expiry = await cellOf(page, 'billing export', 'Expires')
    expect(await expiry.innerText()).toBe('in 2 days')
    expect(await (await cellOf(page, 'mobile app', 'Expires')).innerText()).toMatch(/^\d+ \w+ 20\d\d$/)
    expect(await (await cellOf(page, 'mobile app', 'From')).innerText()).toBe('2001:db8:85a3:1234:5678:8a2e:1370:7334')
    await done(page)
  })

  test('has the prefix once, in a column where there is room and below the name elsewhere', async () => {
    const page = await openAt(1280, '/keys')
    const row = rowOf(page, 'mobile app')
    for (const [width, isColumn] of [
      [390, false],
      [1280, false],
      [1600, true],
    ] as const) {
      await page.setViewportSize({ width, height: 900 })
      expect((await columnsOf(page)).includes('Prefix'), `at ${width}`).toBe(isColumn)
      expect((await row.innerText()).match(/acme_stage_/g), `at ${width}`).toHaveLength(1)
    }
    await done(page)
  })

  test('is scrolled sideways where it is wider than its screen still', async () => {
    const page = await openAt(800, '/keys')
    await rowOf(page, 'ci-runner').waitFor()
    expect(await overflowOf(page, 'section[aria-label="API keys"]')).toBeGreaterThan(0)
    expect(await overflowOf(page, 'html')).toBe(0)
    await done(page)
  })
})

test('the screen of a key whose old secret still works is no wider than a phone', async () => {
  const page = await openAt(320, `/keys/${overlapping}`)
  await page.getByRole('button', { name: 'Cancel: keep the old, drop the new' }).waitFor()
  await page.getByRole('button', { name: 'Copy id' }).waitFor()
  expect(await overflowOf(page, 'html')).toBe(0)
  const menu = await page.getByRole('button', { name: 'Actions for ci-runner' }).boundingBox()
  expect((menu?.x ?? 320) + (menu?.width ?? 0)).toBeLessThanOrEqual(320)
  await done(page)
})

test('an address of the longest kind fits into the cards of a phone, in every table that tells where somebody came from', async () => {
  const { operator, organization } = dashboard
  const ip = '2001:db8:85a3:1234:5678:8a2e:1370:7334'
  const { key, secret } = await operator.createKey(organization, { name: 'far away', accessLevel: 'read-only' })
  await operator.connection.send('/v1/keys/verify', {
    method: 'POST',
    body: { key: secret, scopes: ['files:write'], ip },
  })
  const page = await openAt(320, `/keys/${key.id}/callers`)
  for (const [screen, table] of [
    [`/keys/${key.id}/callers`, 'Callers'],
    [`/keys/${key.id}/compromised`, 'Refused requests, newest first'],
  ] as const) {
    await page.goto(dashboard.path(screen))
    const listed = page.getByRole('region', { name: table, exact: true })
    await listed.getByText(ip).waitFor()
    const overflow = await listed.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
    expect(overflow, screen).toBe(0)
  }
  await done(page)
})
