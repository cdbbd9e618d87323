import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { openChromium } from './chromium.ts'
import { type Dashboard, eventually, setUpLinkOf, startDashboard } from './dashboard.ts'
import { startServer } from './running-server.ts'

/** Nothing to see: spaces without width. */
const UNSEEN = '\u200b\u200b'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

/** A field of this label that says so of itself. */
const wrong = (within: Page | Locator, name: string, description: RegExp) =>
  within.getByRole('textbox', { name, description })

async function expectFocus(field: Locator): Promise<void> {
  await field.waitFor()
  await eventually(async () => expect(await field.evaluate((one) => one === document.activeElement)).toBe(true))
}

describe('what is wrong with a field', () => {
  test('is told in words, and until something else stands there', async () => {
    const page = await dashboard.open(dashboard.path('/members'))
    await page.getByRole('button', { name: 'Invite somebody' }).click()
    const dialog = page.getByRole('dialog')
    const email = dialog.getByLabel('E-mail')
    for (const address of ['a@b', 'bob@localhost']) {
      await email.fill(address)
      expect(await email.getAttribute('aria-invalid')).toBeNull()
      await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
      await dialog.getByText('Must be an e-mail address, like ada@example.com', { exact: true }).waitFor()
      expect(await email.getAttribute('aria-invalid')).toBe('true')
    }
    // The same again is as wrong as before.
    await email.fill('a@b')
    await email.fill('bob@localhost')
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    await wrong(dialog, 'E-mail', /Must be an e-mail address/).waitFor()
    await email.fill('bob@example.com')
    expect(await dialog.getByText('Must be').count()).toBe(0)
    await dialog.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('textbox', { name: 'Link' }).waitFor()
    await done(page)
  })

  test.each(['   ', UNSEEN])('is that a name cannot be seen (%j), of whatever it is the name', async (name) => {
    const page = await dashboard.open('/operator')
    await page.getByRole('button', { name: 'Create organization' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    await wrong(page, 'Name', /Must hold at least one visible character/).waitFor()
    await page.goto(dashboard.path('/settings'))
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('button', { name: 'Save' }).click()
    await wrong(page, 'Name', /An organization has a name/).waitFor()
    await page.goto(dashboard.path('/keys/new?level=full'))
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
    await page.getByRole('button', { name: 'Create API key' }).click()
    await expectFocus(wrong(page, 'Name', /Give it a name/))
    await done(page)
  })

  test('of the first organization is told there as well', async () => {
    const [server, browser] = await Promise.all([startServer(), openChromium()])
    const page = await browser.newPage()
    await page.goto(setUpLinkOf(server))
    await page.getByLabel('Your name').fill('Ada')
    await page.getByLabel('E-mail').fill('ada@example.com')
    await page.getByLabel('Password').fill('correct horse battery')
    await page.getByLabel('First organization').fill(UNSEEN)
    await page.getByRole('button', { name: 'Set up' }).click()
    await expectFocus(wrong(page, 'First organization', /Must hold at least one visible character/))
    await page.close()
  })
})

describe('what a key is limited to', () => {
  test.each([
    [',,,', /Name at least one, or leave it empty\./],
    [`a, ${'x'.repeat(201)}`, /“x{20}…” has more than 200 characters\./],
    // Found by the server alone.
    [Array.from({ length: 1_001 }, (_, at) => at).join(), /Must have at most 1000 items/],
  ])('is not every project by mistake, and what is wrong leads there: %#', async (typed, fault) => {
    const page = await dashboard.open(dashboard.path('/keys/new?name=ci&level=full'))
    await page.getByLabel('Projects').fill(typed)
    await page.getByRole('button', { name: 'Create API key' }).click()
    const field = wrong(page, 'Projects', fault)
    await expectFocus(field)
    await page.getByLabel('Projects').fill('apollo')
    expect(await field.count()).toBe(0)
    await done(page)
  })
})

test('metadata of a name that nothing can have is refused at its field', async () => {
  const page = await dashboard.open(dashboard.path('/keys/new?name=ci&level=full'))
  await page.locator('summary').filter({ hasText: 'More settings' }).click()
  await page.getByLabel('Metadata').fill('__proto__ = 5')
  await page.getByRole('button', { name: 'Create API key' }).click()
  await expectFocus(wrong(page, 'Metadata', /Line 1: “__proto__” cannot be used as a name\./))
  await done(page)
})
