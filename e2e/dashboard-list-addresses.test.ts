import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
  await dashboard.operator.createKey(dashboard.organization, { name: 'ci-runner', accessLevel: 'read-only' })
})

const names = (page: Page) => page.getByRole('rowheader').getByRole('link').allTextContents()

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('an address of the list', () => {
  test.each(['utm_source=mail', 'page=-5', 'after=zzz', 'q[]=1', 'q=%00', 'q=ci%07-runner', 'status=bogus'])(
    'that says %s leads to the keys',
    async (said) => {
      const page = await dashboard.open(dashboard.path(`/keys?${said}`))
      await eventually(async () => expect(await names(page)).toEqual(['ci-runner']))
      await done(page)
    },
  )

  test.each(['scope=foo:bar', 'environment=mars'])('that says %s matches nothing, and can be cleared', async (said) => {
    const page = await dashboard.open(dashboard.path(`/keys?${said}`))
    await page.getByRole('heading', { name: 'No matches' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await eventually(async () => expect(await names(page)).toEqual(['ci-runner']))
    await done(page)
  })

  test('whose filter no server takes says so, and can be cleared', async () => {
    const page = await dashboard.open(dashboard.path(`/keys?environment=${'x'.repeat(100)}`))
    const failure = page.getByRole('alert').filter({ hasText: 'This could not be loaded' })
    expect(await failure.getByRole('button', { name: 'Try again' }).count()).toBe(0)
    await failure.getByRole('button', { name: 'Clear filters' }).click()
    await eventually(async () => expect(await names(page)).toEqual(['ci-runner']))
    await done(page)
  })

  test('of a page that the list does not have leads to its first, with the filter as it was', async () => {
    const page = await dashboard.open(dashboard.path('/keys?cursor=rubbish&q=runner'))
    const failure = page.getByRole('alert').filter({ hasText: 'This could not be loaded' })
    await failure.getByRole('link', { name: 'Go to the first page' }).click()
    await eventually(async () => expect(await names(page)).toEqual(['ci-runner']))
    expect(new URL(page.url()).search).toBe('?q=runner')
    await done(page)
  })
})

test('an address of the activity that says more than it can leads to the activity', async () => {
  const page = await dashboard.open(dashboard.path('/activity?utm_source=mail&about=-key&request=%00'))
  await page.getByRole('table', { name: 'Activity' }).waitFor()
  await done(page)
})

test('the last page of a list, once emptied from elsewhere, says so and leads to the first', async () => {
  const { operator } = dashboard
  const { id } = await operator.createOrganization({ name: 'Many Inc' })
  const made = []
  for (let at = 0; at < 51; at++) made.push(await operator.createKey(id, { name: `key ${at}`, accessLevel: 'full' }))
  const page = await dashboard.open(`/${id}/keys?q=key`)
  await page.getByRole('link', { name: 'Next' }).click()
  await eventually(async () => expect(await names(page)).toEqual(['key 0']))
  await operator.revoke(id, made[0]?.key.id ?? '')
  await page.getByRole('heading', { name: 'This page is empty now' }).waitFor()
  expect(await page.getByRole('button', { name: 'Clear filters' }).count()).toBe(0)
  await page.getByRole('link', { name: 'Go to the first page' }).click()
  await eventually(async () => expect(await names(page)).toHaveLength(50))
  await done(page)
})
