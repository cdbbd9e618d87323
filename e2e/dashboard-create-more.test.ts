import type { VerifyAnswer } from '@claviger/core'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

const more = (page: Page) => page.locator('summary').filter({ hasText: 'More settings' })

async function verdict(key: string, ip?: string): Promise<string> {
  const body = { key, ...(ip !== undefined && { ip }) }
  return (await dashboard.operator.connection.send<VerifyAnswer>('/v1/keys/verify', { method: 'POST', body })).body.code
}

describe('more settings', () => {
  test('are folded away, and unfold to lead to the first thing that is wrong', async () => {
    const page = await dashboard.open(dashboard.path('/keys/new?name=ci&level=full'))
    const addresses = page.getByLabel('Allowed IP addresses')
    expect(await addresses.isVisible()).toBe(false)
    await more(page).click()
    await addresses.fill('203.0.113.0/24\n10.0.0.300')
    await page.getByLabel('Requests', { exact: true }).fill('5')
    await more(page).click()
    await page.getByRole('button', { name: 'Create API key' }).click()
    await page.getByText('“10.0.0.300” is no address').waitFor()
    expect(await addresses.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await page.getByLabel('In how many seconds').getAttribute('aria-invalid')).toBe('true')
    await addresses.press('ControlOrMeta+A')
    await addresses.pressSequentially('10.0.0.3')
    // Typing takes the complaint away and leaves the focus where one types.
    expect(await addresses.evaluate((field) => field === document.activeElement)).toBe(true)
    expect(await addresses.getAttribute('aria-invalid')).toBeNull()
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('limit what a key may do, until they are taken away', async () => {
    const page = await dashboard.open(dashboard.path('/keys/new?name=partner&level=full'))
    await more(page).click()
    await page.getByLabel('Allowed IP addresses').fill('203.0.113.0/24\n2001:db8::/32')
    await page.getByLabel('Requests', { exact: true }).fill('2')
    await page.getByLabel('In how many seconds').fill('2678400')
    await page.getByLabel('Credits left').fill('3')
    await page.getByLabel('Refilled').selectOption('Every month')
    await page.getByLabel('To how many').fill('5')
    await page.getByLabel('Tags').fill('partner\nbilling')
    await page.getByLabel('Metadata').fill('team = billing\nseats = 5')
    await page.getByLabel('External id').fill('customer-7')
    await expectEveryLook(page, 'create-more')
    await page.getByRole('button', { name: 'Create API key' }).click()
    const secret = await page.getByRole('textbox', { name: 'Your new secret' }).inputValue()
    await page.getByRole('button', { name: 'I have saved it' }).click()

    expect(await verdict(secret)).toBe('IP_DENIED')
    expect(await verdict(secret, '198.51.100.1')).toBe('IP_DENIED')
    expect([await verdict(secret, '203.0.113.7'), await verdict(secret, '2001:db8::1')]).toEqual(['VALID', 'VALID'])
    expect(await verdict(secret, '203.0.113.7')).toBe('RATE_LIMITED')

    await page.getByRole('link', { name: 'partner' }).click()
    const facts = page.getByRole('region', { name: 'Facts' })
    for (const told of [
      '2001:db8::/32',
      '2 requests in 31 days',
      '1 left, 5 again every month',
      'partner, billing',
      'team = billing',
      'seats = 5',
      'customer-7',
    ]) {
      await facts.getByText(told).waitFor()
    }
    await expectEveryLook(page, 'key-with-more')

    await page.getByRole('button', { name: 'Edit' }).click()
    // They are set, so they are in sight.
    await page.getByLabel('Requests', { exact: true }).fill('')
    await page.getByLabel('In how many seconds').fill('')
    await page.getByLabel('Allowed IP addresses').fill('198.51.100.2')
    await page.getByRole('button', { name: 'Save' }).click()
    await facts.getByText('198.51.100.2').waitFor()
    expect(await verdict(secret, '203.0.113.7')).toBe('IP_DENIED')
    expect(await verdict(secret, '198.51.100.2')).toBe('VALID')
    expect(await verdict(secret, '198.51.100.2')).toBe('CREDITS_EXHAUSTED')

    await page.getByRole('button', { name: 'Edit' }).click()
    for (const label of ['Allowed IP addresses', 'Credits left', 'Tags', 'Metadata', 'External id']) {
      await page.getByLabel(label).fill('')
    }
    await page.getByLabel('Refilled').selectOption('Never')
    await page.getByRole('button', { name: 'Save' }).click()
    await facts.waitFor()
    await eventually(async () => {
      expect(await facts.getByText(/^(Only from|Rate limit|Credits|Tags|Metadata|External id)$/).count()).toBe(0)
    })
    expect(await verdict(secret)).toBe('VALID')
    const { key } = await dashboard.operator.connection
      .send<{ items: { id: string }[] }>(`/v1/organizations/${dashboard.organization}/keys?q=partner`)
      .then(({ body }) => ({ key: body.items[0] }))
    expect(key).toMatchObject({
      allowedIps: [],
      rateLimit: null,
      credits: null,
      tags: [],
      metadata: {},
      externalId: null,
    })
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('show what the server alone finds wrong, at its field', async () => {
    const page = await dashboard.open(dashboard.path('/keys/new?name=ci&level=full'))
    await more(page).click()
    await page.getByLabel('External id').evaluate((input: HTMLInputElement) => input.removeAttribute('maxlength'))
    await page.getByLabel('External id').fill('x'.repeat(201))
    await more(page).click()
    await page.getByRole('button', { name: 'Create API key' }).click()
    const field = page.getByRole('textbox', { name: 'External id', description: /200/ })
    await field.waitFor()
    await eventually(async () => expect(await field.evaluate((one) => one === document.activeElement)).toBe(true))
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})
