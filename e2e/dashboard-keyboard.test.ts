import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { ADA, type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  const { key, secret } = await operator.createKey(organization, { name: 'in use', accessLevel: 'read-only' })
  await operator.verify(secret)
  await eventually(async () => expect((await operator.key(organization, key.id)).lastUsedAt).not.toBeNull())
})

const MOST_STEPS = 120

/** Presses Tab until focus is there, as somebody without a mouse does; what has focus on the way must be seen. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  await target.waitFor()
  for (let step = 0; step < MOST_STEPS; step++) {
    if (await hasFocus(target)) return
    await page.keyboard.press(key)
    await expectVisibleFocus(page)
  }
  throw new Error(`${target} cannot be reached with ${key}`)
}

const hasFocus = (target: Locator) => target.evaluate((element) => element === document.activeElement)

async function expectFocus(target: Locator): Promise<void> {
  const focused = () => target.page().evaluate(() => document.activeElement?.outerHTML.slice(0, 200))
  await eventually(async () => expect(await hasFocus(target), `${target}, not ${await focused()}`).toBe(true))
}

async function expectVisibleFocus(page: Page): Promise<void> {
  const unseen = await page.evaluate(() => {
    const focused = document.activeElement
    // The page itself, before its first element or after its last.
    if (!focused || focused === document.body) return null
    // What keeps focus inside a dialog hands it on at once.
    if (focused.hasAttribute('data-base-ui-focus-guard')) return null
    // A radio button that is drawn as a card has its outline around the card.
    const isSeen = [focused, focused.closest('label')].some((drawn) => {
      if (!drawn) return false
      const { width, height } = drawn.getBoundingClientRect()
      const { outlineStyle, outlineWidth } = getComputedStyle(drawn)
      return width > 1 && height > 1 && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0
    })
    return isSeen ? null : focused.outerHTML.slice(0, 200)
  })
  expect(unseen, 'focus that nobody sees').toBeNull()
}

test('everything from signing in to revoking a key is done with the keyboard alone', async () => {
  const page = await dashboard.openApart('/sign-in', { storageState: { cookies: [], origins: [] } })
  const { keyboard } = page
  await expectFocus(page.getByLabel('E-mail'))
  await keyboard.type(ADA.email)
  await keyboard.press('Tab')
  await keyboard.type(ADA.password)
  await keyboard.press('Enter')
  await page.getByRole('table', { name: 'API keys' }).waitFor()

  // The first thing on the page leads past the menus to what the page is about.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await tabTo(page, page.getByRole('link', { name: 'Skip to the content' }))
  await keyboard.press('Enter')
  await expectFocus(page.getByRole('main'))
  await keyboard.press('Tab')
  expect(await page.getByRole('main').evaluate((main) => main.contains(document.activeElement))).toBe(true)

  await keyboard.press('c')
  const name = page.getByLabel('Name', { exact: true })
  await expectFocus(name)
  await keyboard.type('cc by hand')
  await tabTo(page, page.getByRole('combobox', { name: 'Environment' }))
  await keyboard.type('Prod')
  await tabTo(page, page.getByRole('group', { name: 'Access level' }).getByRole('radio', { checked: true }))
  await keyboard.press('ArrowUp')
  await tabTo(page, page.getByRole('button', { name: 'Create API key' }))
  await keyboard.press('Enter')

  const panel = page.getByRole('alertdialog', { name: 'Your new secret' })
  const secret = panel.getByRole('textbox', { name: 'Your new secret' })
  await expectFocus(secret)
  await tabTo(page, panel.getByRole('button', { name: 'Copy secret' }))
  await keyboard.press('Enter')
  await panel.getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
  await keyboard.press('Escape')
  const stay = panel.getByRole('button', { name: 'Stay here' })
  await tabTo(page, stay)
  await keyboard.press('Enter')
  await stay.waitFor({ state: 'detached' })
  await tabTo(page, panel.getByRole('button', { name: 'I have saved it' }))
  await keyboard.press('Enter')
  await panel.waitFor({ state: 'detached' })

  await keyboard.press('/')
  const search = page.getByRole('searchbox')
  await expectFocus(search)
  await keyboard.type('in use')
  await page.getByRole('rowheader', { name: 'cc by hand' }).waitFor({ state: 'detached' })
  const opener = page.getByRole('button', { name: 'Actions for in use' })
  await tabTo(page, opener)
  await keyboard.press('ArrowDown')
  const items = page.getByRole('menuitem')
  await items.first().waitFor()
  await expectFocus(items.first())
  await keyboard.press('ArrowDown')
  await expectFocus(items.nth(1))
  await keyboard.press('Escape')
  await expectFocus(opener)
  await keyboard.press('Enter')
  await items.first().waitFor()
  const revoke = page.getByRole('menuitem', { name: 'Revoke', exact: true })
  for (let at = 0; at < 10 && !(await hasFocus(revoke)); at++) await keyboard.press('ArrowDown')
  await keyboard.press('Enter')

  const dialog = page.getByRole('dialog', { name: 'Revoke: in use' })
  await dialog.getByText('This key is in use').waitFor()
  await keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(opener)
  await keyboard.press('Enter')
  await items.first().waitFor()
  for (let at = 0; at < 10 && !(await hasFocus(revoke)); at++) await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  await tabTo(page, dialog.getByLabel('Type in use to go on'))
  await keyboard.type('in use')
  await tabTo(page, dialog.getByRole('button', { name: 'Revoke', exact: true }))
  await keyboard.press('Enter')
  await page
    .getByText(/^Revoked everywhere/)
    .first()
    .waitFor()
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})

test.each(['keys', 'keys/new', 'activity', 'members', ''])(
  'on /%s whatever gets focus by Tab is seen to have it',
  async (below) => {
    const page = await dashboard.open(dashboard.path(`/${below}`))
    await page.getByRole('heading', { level: 1 }).waitFor()
    const met = new Set<string>()
    for (let step = 0; step < MOST_STEPS; step++) {
      await page.keyboard.press('Tab')
      await expectVisibleFocus(page)
      const where = await page.evaluate(() => {
        const { activeElement: focused } = document
        return focused && focused !== document.body ? [...document.querySelectorAll('*')].indexOf(focused) : null
      })
      // Round once.
      if (where === null || met.has(String(where))) break
      met.add(String(where))
    }
    expect(met.size).toBeGreaterThan(5)
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  },
)
