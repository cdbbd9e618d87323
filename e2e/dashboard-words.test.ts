import { describe, expect, test } from 'vitest'
import { startDashboard } from './dashboard.ts'

describe('a product that removes keys in one step', () => {
  test('speaks its own words, has its own columns, and a menu of exactly two entries', async () => {
    const dashboard = await startDashboard({ profile: 'datature-vi' })
    const { operator, organization } = dashboard
    const { secret } = await operator.createKey(organization, { name: 'training', accessLevel: 'read-only' })
    const page = await dashboard.open('/')
    await page.getByRole('heading', { name: 'Secret Keys' }).waitFor()
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Secret Keys' }).waitFor()
    await page.getByRole('table', { name: 'Secret Keys' }).waitFor()
    const columns = (await page.getByRole('columnheader').allTextContents()).map((column) => column.trim())
    expect(columns.slice(1)).toEqual([
      'Name',
      'Prefix',
      'Permission',
      'Access Scope',
      'Created',
      'Created by',
      'Last Used',
      'Action',
    ])
    await page.getByRole('button', { name: 'Actions for training' }).click()
    await page.getByRole('menu').waitFor()
    const entries = await page.getByRole('menuitem').allTextContents()
    expect(entries).toEqual(['Edit Permission', 'Remove Key'])
    await page.getByRole('menuitem', { name: 'Remove Key' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove Key' }).click()
    await page.getByText(/^Removed everywhere/).waitFor()
    expect((await operator.verify(secret)).code).toBe('UNKNOWN')
    await page.goto(dashboard.path('/keys/new'))
    await page.getByText('Your account manager can enable per-scope control.').waitFor()
    expect(await page.getByRole('radio', { name: 'Restricted' }).count()).toBe(0)
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})

describe('a product whose word for scopes is no plural', () => {
  test('is shown no sentence that would want one', async () => {
    const dashboard = await startDashboard({ profile: 'visitly' })
    const page = await dashboard.open(dashboard.path('/keys/new'))
    await page.getByRole('radio', { name: 'Restricted', description: /^Chosen one by one/ }).waitFor()
    await dashboard.operator.createKey(dashboard.organization, { name: 'lobby', accessLevel: 'read' })
    await page.goto(dashboard.path('/keys'))
    const filter = page.getByRole('combobox', { name: 'Scope' })
    expect(await filter.locator('option').first().textContent()).toBe('Scope: all')
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})

describe('a plan with room for three keys', () => {
  test('is told beside the button, which then says why it cannot be pressed', async () => {
    const dashboard = await startDashboard({ profile: 'vilvik' })
    const { operator, organization } = dashboard
    for (const name of ['one', 'two', 'three'])
      await operator.createKey(organization, { name, scopes: ['models:read'] })
    const page = await dashboard.open(dashboard.path('/keys'))
    await page.getByText('3 of 3 keys').waitFor()
    const button = page.getByRole('button', { name: 'Create API key' })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await button.focus()
    await page.getByText('The Free plan holds 3 keys.').waitFor()
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})
