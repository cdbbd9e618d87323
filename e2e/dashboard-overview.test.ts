import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

const REFUSED = 12

let dashboard: Dashboard
let soon: string

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  const expiresAt = new Date(Date.now() + 3 * 86_400_000).toISOString()
  const expiring = await operator.createKey(organization, { name: 'runs-out', scopes: ['records:read'], expiresAt })
  soon = expiring.key.id
  await operator.verify(expiring.secret)
  const forgotten = await operator.createKey(organization, { name: 'forgotten job', scopes: ['records:read'] })
  await operator.createKey(organization, { name: 'nothing the matter', scopes: ['files:read'] })
  await operator.revoke(organization, forgotten.key.id)
  for (let at = 0; at < REFUSED; at++) await operator.verify(forgotten.secret)
  // Refused ten times as well, not all of them for one reason.
  const astray = await operator.createKey(organization, { name: 'astray', scopes: ['records:read'] })
  for (let at = 0; at < 4; at++) await operator.verify(astray.secret, { scopes: ['files:read'] })
  await operator.revoke(organization, astray.key.id)
  for (let at = 0; at < 6; at++) await operator.verify(astray.secret)
})

describe('the overview', () => {
  test('is where the organization’s name in the top bar leads, and counts keys and requests', async () => {
    const page = await dashboard.open(dashboard.path('/keys'))
    await page.getByRole('banner').getByRole('link', { name: 'Acme Inc' }).click()
    const counts = page.getByRole('region', { name: 'API keys by status' })
    await counts.getByRole('link', { name: '2 Active' }).waitFor()
    await counts.getByRole('link', { name: '2 Revoked' }).waitFor()
    await page.getByText(`1 request accepted, ${REFUSED + 10} refused`).waitFor()
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('leads to the key that expires, and to the list of those that do', async () => {
    const page = await dashboard.open(dashboard.path(''))
    const matter = page.getByRole('region', { name: 'Expires within two weeks' })
    await matter.getByRole('link', { name: 'All of them, the next to expire first' }).click()
    await eventually(async () =>
      expect(await page.getByRole('rowheader').getByRole('link').allTextContents()).toEqual(['runs-out']),
    )
    await page.getByRole('button', { name: /^Expires before .*: show all again$/ }).click()
    await eventually(async () => expect(await page.getByRole('rowheader').count()).toBe(2))
    await page.goto(dashboard.path(''))
    await matter.getByRole('link', { name: 'runs-out' }).click()
    await page.waitForURL(`**/keys/${soon}`)
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })

  test('names a key that is refused again and again, and why', async () => {
    const page = await dashboard.open(dashboard.path(''))
    const refused = page.getByRole('region', { name: 'Refused often' })
    await refused.getByText(`${REFUSED} times. The key was revoked. It stays refused for good.`).waitFor()
    await refused.getByText('10 times, 6 of them for this reason: The key was revoked.').waitFor()
    await expectAccessible(page, 'overview')
    await takeScreenshot(page, 'overview')
    await refused.getByRole('link', { name: 'forgotten job' }).click()
    await page.getByRole('heading', { name: 'forgotten job' }).waitFor()
    await page.close()
    expect(dashboard.complaints()).toEqual([])
  })
})

test('a key with some seconds left is not said to be over', async () => {
  const { operator, organization } = dashboard
  const expiresAt = new Date(Date.now() + 25_000).toISOString()
  const { key } = await operator.createKey(organization, { name: 'nearly over', scopes: ['files:read'], expiresAt })
  const page = await dashboard.open(dashboard.path(`/keys/${key.id}`))
  await page.getByText('in less than a minute').waitFor()
  await page.close()
  expect(dashboard.complaints()).toEqual([])
})
