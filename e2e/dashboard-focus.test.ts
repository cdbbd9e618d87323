import type { Locator, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { choose, dialogOf, openMenu, rowOf } from './walks/screens.fixture.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
  await dashboard.operator.createKey(dashboard.organization, { name: 'stays', accessLevel: 'read-only' })
})

async function openWith(names: readonly string[]): Promise<{ page: Page; ids: string[] }> {
  const { operator, organization } = dashboard
  const ids = []
  for (const name of names) ids.push((await operator.createKey(organization, { name, accessLevel: 'full' })).key.id)
  const page = await dashboard.openApart(dashboard.path('/keys'))
  await rowOf(page, 'stays').waitFor()
  return { page, ids }
}

const expectFocus = (target: Locator) =>
  eventually(async () => expect(await target.evaluate((element) => element === document.activeElement)).toBe(true))

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('several keys revoked at once', () => {
  test('leave focus on the way out of their results, Escape closes them, and focus is on the screen', async () => {
    const { page } = await openWith(['first', 'second'])
    for (const name of ['first', 'second']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Revoke: 2 keys…' }).press('Enter')
    const dialog = dialogOf(page, 'Revoke: 2 keys')
    await dialog.getByRole('button', { name: 'Revoke', exact: true }).press('Enter')
    await expectFocus(dialog.getByRole('button', { name: 'Close' }))
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await expectFocus(page.getByRole('heading', { name: 'API keys' }))
    await done(page)
  })

  test('give focus back to what asked for it where they are not revoked after all', async () => {
    const { page } = await openWith([])
    await page.getByRole('checkbox', { name: 'Select stays' }).check()
    const button = page.getByRole('button', { name: 'Revoke: 1 key…' })
    await button.press('Enter')
    await dialogOf(page, 'Revoke: 1 key').waitFor()
    await page.keyboard.press('Escape')
    await expectFocus(button)
    await done(page)
  })
})

describe('a row that goes', () => {
  const table = (page: Page) => page.getByRole('region', { name: 'API keys' })

  test('with its menu open, as it is revoked elsewhere, leaves focus on the table', async () => {
    const { page, ids } = await openWith(['gone elsewhere'])
    await openMenu(page, 'gone elsewhere')
    await dashboard.operator.revoke(dashboard.organization, ids[0] ?? '')
    await rowOf(page, 'gone elsewhere').waitFor({ state: 'detached' })
    await expectFocus(table(page))
    await done(page)
  })

  test('with what was done to it here leaves focus on the table, or on the heading where it went before the dialog', async () => {
    const { page } = await openWith(['gone here'])
    await choose(page, 'gone here', 'Revoke')
    const revoke = dialogOf(page, 'Revoke').getByRole('button', { name: 'Revoke', exact: true })
    await revoke.focus()
    // As soon as it is known who uses the key, and focus is where it was.
    await eventually(async () => expect(await revoke.getAttribute('aria-disabled')).toBeNull())
    await expectFocus(revoke)
    await page.keyboard.press('Enter')
    await rowOf(page, 'gone here').waitFor({ state: 'detached' })
    await expectFocus(
      table(page)
        .or(page.getByRole('heading', { name: 'API keys' }))
        .and(page.locator(':focus')),
    )
    await done(page)
  })

  test('as the last of its list leaves focus on the heading', async () => {
    const { page } = await openWith(['the only one'])
    await page.getByRole('searchbox').fill('the only one')
    await rowOf(page, 'stays').waitFor({ state: 'detached' })
    await choose(page, 'the only one', 'Revoke')
    const revoke = dialogOf(page, 'Revoke').getByRole('button', { name: 'Revoke', exact: true })
    await eventually(async () => expect(await revoke.getAttribute('aria-disabled')).toBeNull())
    await revoke.press('Enter')
    await page.getByRole('heading', { name: 'No matches' }).waitFor()
    await expectFocus(page.getByRole('heading', { name: 'API keys' }))
    await done(page)
  })

  test('takes no focus from what else has it', async () => {
    const { page, ids } = await openWith(['unnoticed'])
    await rowOf(page, 'unnoticed').getByRole('link').focus()
    await page.getByRole('searchbox').focus()
    await dashboard.operator.revoke(dashboard.organization, ids[0] ?? '')
    await rowOf(page, 'unnoticed').waitFor({ state: 'detached' })
    await expectFocus(page.getByRole('searchbox'))
    await done(page)
  })
})
