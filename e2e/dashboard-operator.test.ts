import { beforeAll, describe, expect, test } from 'vitest'
import { ADA, type Dashboard, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

describe('whoever runs the deployment', () => {
  test('makes an organization, finds it by external id, and suspends and resumes it', async () => {
    const page = await dashboard.open(dashboard.path('/keys'))
    await page.getByRole('link', { name: 'Operator' }).click()
    await page.getByRole('table', { name: 'Organizations' }).waitFor()
    await expectAccessible(page, 'organizations')
    await page.getByRole('button', { name: 'Create organization' }).click()
    const dialog = page.getByRole('dialog', { name: 'Create an organization' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Initech')
    await dialog.getByLabel('External id').fill('customer-7')
    expect(await dialog.getByRole('radio', { name: 'Standard' }).isChecked()).toBe(true)
    await dialog.getByText('1,000 active keys at most.').waitFor()
    await dialog.getByRole('radio', { name: 'Premium' }).check()
    await takeScreenshot(page, 'operator-create-organization')
    await dialog.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'Initech' }).waitFor()
    const place = page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]')
    expect(await place.allTextContents()).toEqual(['Organizations'])
    expect(await page.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true')

    await page.getByRole('button', { name: 'Suspend…' }).click()
    await page.getByRole('dialog', { name: 'Suspend Initech?' }).getByRole('button', { name: 'Suspend' }).click()
    await page.getByText('This organization is suspended').waitFor()
    await expectAccessible(page, 'one organization')
    await takeScreenshot(page, 'operator-organization')
    await page.getByRole('link', { name: 'Organizations' }).first().click()
    await page.getByRole('searchbox', { name: 'External id' }).fill('customer-7')
    await page.getByRole('button', { name: 'Find' }).click()
    await page.getByRole('row', { name: 'Acme Inc' }).waitFor({ state: 'detached' })
    await page.getByRole('row', { name: 'Initech' }).getByText('Suspended').waitFor()
    await takeScreenshot(page, 'operator-organizations')
    await page.getByRole('link', { name: 'Initech' }).click()
    await page.getByRole('button', { name: 'Resume…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click()
    await page.getByRole('button', { name: 'Suspend…' }).waitFor()

    await page.getByLabel('External id').fill('customer-8')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Saved everywhere/).waitFor()
    await page.reload()
    expect(await page.getByLabel('External id').inputValue()).toBe('customer-8')

    await page.goto('/')
    await page.getByRole('main').getByRole('link', { name: 'Initech' }).waitFor()
    // From the choice of organizations there are ways to everything else.
    await page.getByRole('link', { name: 'Operator' }).waitFor()
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('sees the secret of a service key once, and revokes the key', async () => {
    const page = await dashboard.open('/operator/service-keys')
    await page.getByRole('table', { name: 'Service keys' }).waitFor()
    await expectAccessible(page, 'service keys')
    await page.getByRole('button', { name: 'Create service key' }).click()
    await page.getByLabel('Name', { exact: true }).fill('gateway')
    await page.getByLabel('Scopes').fill('keys:read')
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
    const panel = page.getByRole('alertdialog', { name: 'Your new service key' })
    const secret = await panel.getByRole('textbox', { name: 'Your new service key' }).inputValue()
    expect(await status(secret)).toBe(200)
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Stay here' }).click()
    await panel.getByRole('button', { name: 'I have saved it' }).click()
    expect(await page.content()).not.toContain(secret)
    await page.getByRole('button', { name: 'Revoke: gateway' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
    await page.getByRole('row', { name: 'gateway' }).getByText('Revoked').waitFor()
    expect(await status(secret)).toBe(401)
    await takeScreenshot(page, 'operator-service-keys')
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('makes somebody an operator, and no longer one', async () => {
    await dashboard.operator.connection.send('/v1/people', {
      method: 'POST',
      body: { name: 'Grace Hopper', email: 'grace@example.com' },
    })
    const page = await dashboard.open('/operator/people')
    await page.getByRole('row', { name: ADA.name }).waitFor()
    await expectAccessible(page, 'people')
    await page.getByRole('button', { name: 'Make operator: Grace Hopper' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make operator' }).click()
    await page.getByRole('button', { name: 'No longer operator: Grace Hopper' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'No longer operator' }).click()
    await page.getByRole('button', { name: 'Make operator: Grace Hopper' }).waitFor()
    await takeScreenshot(page, 'operator-people')
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})

async function status(key: string): Promise<number> {
  const url = `${dashboard.server.address}/v1/organizations/${dashboard.organization}/keys`
  return (await fetch(url, { headers: { authorization: `Bearer ${key}` } })).status
}
