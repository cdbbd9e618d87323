import type { Organization } from '@claviger/core'
import { beforeAll, expect, test } from 'vitest'
import { type Dashboard, eventually, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'
import { openAs } from './member.ts'
import { productFile } from './product-file.ts'

let dashboard: Dashboard

const PLANS = [
  [
    '    label: Premium\n',
    '    label: Premium\n    selfService: true\n    scopes: [records:*, files:*]\n    defaultRateLimit: { limit: 600, windowSeconds: 60 }\n',
  ],
] as const

const WHEN_OFF = 'Ask your account manager to turn it on.'

const FEATURES = `
features:
  - id: per-scope-control
    label: Per-scope control
    default: false
    whenOff: ${WHEN_OFF}
`

beforeAll(async () => {
  dashboard = await startDashboard({ profile: productFile(PLANS, FEATURES) })
})

async function organization(): Promise<Organization> {
  const path = `/v1/organizations/${dashboard.organization}`
  return (await dashboard.operator.connection.send<Organization>(path)).body
}

test('plans are listed with what they allow, and an organization is put on another', async () => {
  const page = await dashboard.open('/operator')
  await page.getByRole('link', { name: 'Plans' }).click()
  const premium = page.getByRole('row', { name: 'Premium' })
  const standard = page.getByRole('row', { name: 'Standard' })
  await standard.getByText('1,000 at most').waitFor()
  await standard.getByText('New organizations').waitFor()
  await premium.getByText('600 requests in 60 s').waitFor()
  await premium.getByText('Owners and operators').waitFor()
  expect(await standard.getByRole('cell').last().innerText()).toContain('1')
  await expectEveryLook(page, 'operator-plans-limited')
  await page.getByRole('link', { name: 'Organizations' }).click()
  await page.getByRole('link', { name: 'Acme Inc' }).click()
  const plan = page.getByRole('group', { name: 'Plan' })
  expect(await plan.getByRole('radio', { name: 'Standard (now)' }).isChecked()).toBe(true)
  await plan.getByRole('radio', { name: 'Premium' }).check()
  await expectAccessible(page, 'an organization and its plans')
  await takeScreenshot(page, 'operator-organization-plans')
  await page.getByRole('button', { name: 'Save' }).click()
  await plan.getByRole('radio', { name: 'Premium (now)' }).waitFor()
  expect((await organization()).plan).toBe('premium')
  await page.getByRole('link', { name: 'Plans' }).click()
  expect(await premium.getByRole('cell').last().innerText()).toContain('1')
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})

test('a feature that is switched for one organization holds in its form at once', async () => {
  const owner = await openAs(dashboard, 'owner', 'Olga')
  await owner.goto(dashboard.path('/keys/new'))
  await owner.getByText(WHEN_OFF).waitFor()
  expect(await owner.getByRole('radio', { name: 'Restricted' }).count()).toBe(0)
  expect(await owner.getByRole('checkbox').count()).toBe(0)

  const operator = await dashboard.open(`/operator/organizations/${dashboard.organization}`)
  const control = operator.getByRole('checkbox', { name: 'Per-scope control' })
  await control.check()
  await operator.getByText(/^Features changed everywhere/).waitFor()
  await owner.getByRole('radio', { name: 'Restricted' }).check()
  await owner.getByRole('checkbox', { name: 'records:read' }).check()
  await owner.getByRole('textbox', { name: 'Name' }).fill('narrow')
  await owner.getByRole('button', { name: 'Create API key' }).click()
  await owner.getByRole('button', { name: 'I have saved it' }).click()

  await control.uncheck()
  await eventually(async () => expect((await organization()).features).toEqual({ 'per-scope-control': false }))
  await owner.goto(dashboard.path('/keys/new'))
  await owner.getByText(WHEN_OFF).waitFor()
  expect(await owner.getByRole('radio', { name: 'Restricted' }).count()).toBe(0)
  for (const page of [owner, operator]) await page.close()
  expect(dashboard.complaints()).toEqual([])
})
