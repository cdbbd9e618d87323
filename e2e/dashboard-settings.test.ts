import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, expectAccessible, startDashboard } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'
import { openAs } from './member.ts'
import { productFile } from './product-file.ts'

let dashboard: Dashboard

const PLANS = [
  [
    '    maxKeys: 1000 # revoked',
    '    selfService: true\n    defaultRateLimit: { limit: 600, windowSeconds: 60 }\n    maxKeys: 1000 # revoked',
  ],
  [
    '    label: Premium\n',
    '    label: Premium\n    selfService: true\n    maxKeys: 2\n    scopes: [records:*, files:*]\n  - id: custom\n    label: Custom\n',
  ],
] as const

beforeAll(async () => {
  dashboard = await startDashboard({ profile: productFile(PLANS) })
})

const settings = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' })

async function organization() {
  const { connection } = dashboard.operator
  return (await connection.send<object>(`/v1/organizations/${dashboard.organization}`)).body
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('an owner', () => {
  test('changes name, billing contact and plan, each by itself', async () => {
    for (const name of ['a', 'b', 'c']) {
      await dashboard.operator.createKey(dashboard.organization, { name, accessLevel: 'read-only' })
    }
    const page = await openAs(dashboard, 'owner', 'Olga')
    await settings(page).click()
    await page.getByRole('heading', { name: 'Settings' }).waitFor()
    await expectEveryLook(page, 'settings-of-an-owner')

    const save = page.getByRole('button', { name: 'Save' })
    expect(await save.getAttribute('aria-disabled')).toBe('true')
    await page.getByLabel('Billing contact').fill('nobody')
    await save.click()
    await page.getByText('Write an e-mail address, like').waitFor()
    await page.getByLabel('Billing contact').fill('billing@example.com')
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme & Sons')
    await save.click()
    await page.getByText(/^Saved everywhere/).waitFor()
    expect(await organization()).toMatchObject({ name: 'Acme & Sons', billingContact: 'billing@example.com' })
    await page.getByRole('banner').getByText('Acme & Sons').waitFor()

    const plans = page.getByRole('group', { name: 'The plan of this organization' })
    expect(await plans.getByRole('radio').count()).toBe(2)
    await plans.getByText('600 requests in 60 s for a new key that names no limit.').waitFor()
    await plans.getByRole('radio', { name: 'Premium' }).check()
    await page.getByText('You have more keys than Premium holds').waitFor()
    await page.getByRole('button', { name: 'Change plan' }).click()
    await plans.getByRole('radio', { name: 'Premium (now)' }).waitFor()
    expect(await organization()).toMatchObject({ plan: 'premium' })

    await page.getByLabel('Billing contact').fill('')
    await save.click()
    await eventually(async () => expect(await organization()).toMatchObject({ billingContact: null }))
    await done(page)
  })

  test('keeps what they have typed while somebody else changes something, and overwrites nothing of it', async () => {
    const page = await openAs(dashboard, 'owner', 'Otto')
    await settings(page).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Typed')
    await dashboard.operator.connection.send(`/v1/organizations/${dashboard.organization}`, {
      method: 'PATCH',
      body: { billingContact: 'other@example.com' },
    })
    await eventually(async () => {
      expect(await page.getByLabel('Billing contact').inputValue()).toBe('other@example.com')
    })
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Typed')
    await page.getByRole('button', { name: 'Save' }).click()
    await eventually(async () => {
      expect(await organization()).toMatchObject({ name: 'Typed', billingContact: 'other@example.com' })
    })
    await done(page)
  })
})

test.each(['viewer', 'developer', 'admin'] as const)(
  'whoever is %s sees no link, can only look, and is refused',
  async (role) => {
    const page = await openAs(dashboard, role, `V${role}`)
    await page.getByRole('link', { name: 'Members' }).waitFor()
    expect(await settings(page).count()).toBe(0)
    await page.goto(dashboard.path('/settings'))
    await page.getByText('Only an owner changes what stands here.').waitFor()
    await page.getByRole('table', { name: 'Environments' }).getByText('Due after 90 days').waitFor()
    expect(await page.getByRole('button', { name: /Save|Change plan/ }).count()).toBe(0)
    await expectAccessible(page, `settings of a ${role}`)
    const status = await page.evaluate(async (path) => {
      const body = JSON.stringify({ name: 'Mine' })
      return (await fetch(path, { method: 'PATCH', headers: { 'content-type': 'application/json' }, body })).status
    }, `/v1/organizations/${dashboard.organization}`)
    expect(status).toBe(403)
    await done(page)
  },
)

test('where no plan is of one’s own choice, the screen says whom to ask', async () => {
  const other = await startDashboard()
  const page = await openAs(other, 'owner', 'Olga')
  await settings(page).click()
  await page.getByText('Standard.', { exact: true }).waitFor()
  await page.getByText('is a matter for those who run Acme API').waitFor()
  expect(await page.getByRole('button', { name: 'Change plan' }).count()).toBe(0)
  await page.close()
  expect(other.complaints()).toEqual([])
})
