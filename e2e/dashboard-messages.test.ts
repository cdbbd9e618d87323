import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startDashboard } from './dashboard.ts'

test('what was done is told, however late the part of the screen arrives that tells it', async () => {
  const dashboard = await startDashboard()
  const { key } = await dashboard.operator.createKey(dashboard.organization, {
    name: 'slow line',
    scopes: ['files:read'],
  })
  const page = await dashboard.open('/account')
  await page.route(/\/toast-list-/, async (route) => {
    await sleep(5_000)
    await route.continue()
  })
  await page.goto(dashboard.path(`/keys/${key.id}`))
  await page.getByRole('button', { name: 'Actions for slow line' }).click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click()
  await page.getByText(/^Disabled everywhere/).waitFor()
  expect((await dashboard.operator.key(dashboard.organization, key.id)).status).toBe('disabled')
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})
