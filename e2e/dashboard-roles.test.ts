import type { BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from './dashboard.ts'

type Role = 'owner' | 'admin' | 'developer' | 'viewer'
const ROLES: readonly Role[] = ['owner', 'admin', 'developer', 'viewer']

let dashboard: Dashboard
let key: string
const signedIn = new Map<Role, BrowserContextOptions>()

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  key = (await operator.createKey(organization, { name: 'ci-runner', accessLevel: 'read-only' })).key.id
  for (const role of ROLES) signedIn.set(role, await join(role))
})

/** Somebody who follows an invitation. @returns their session. */
async function join(role: Role): Promise<BrowserContextOptions> {
  const email = `${role}@example.com`
  const path = `/v1/organizations/${dashboard.organization}/invitations`
  const invited = await dashboard.operator.connection.send<{ link: string }>(path, {
    method: 'POST',
    body: { email, role },
  })
  expect(invited.status, invited.raw).toBe(201)
  const page = await dashboard.openApart(invited.body.link, { storageState: { cookies: [], origins: [] } })
  await page.getByLabel('Your name').fill(`The ${role}`)
  await page.getByLabel('Password').fill('a passphrase of theirs')
  await page.getByRole('button', { name: 'Join' }).click()
  await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
  const storageState = await page.context().storageState()
  await page.close()
  return { storageState }
}

/** A page of theirs that notes what the server refused. */
async function openAs(role: Role, path: string): Promise<{ page: Page; refused: string[] }> {
  const page = await dashboard.openApart('/sign-in', signedIn.get(role))
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400)
      refused.push(`${answer.status()} ${answer.request().method()} ${new URL(answer.url()).pathname}`)
  })
  await page.goto(path)
  return { page, refused }
}

const isBlocked = async (page: Page, name: string | RegExp) => {
  const button = page.getByRole('button', { name }).first()
  await button.waitFor()
  return (await button.getAttribute('aria-disabled')) === 'true'
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

const MAY_WRITE: Readonly<Record<Role, boolean>> = { owner: true, admin: true, developer: true, viewer: false }
const MAY_INVITE: Readonly<Record<Role, boolean>> = { owner: true, admin: true, developer: false, viewer: false }

describe.each(ROLES)('a member who is %s', (role) => {
  test('is asked for nothing by any screen that is then refused', async () => {
    const { page, refused } = await openAs(role, dashboard.path(''))
    await page.getByRole('heading', { name: 'Needs attention' }).waitFor()
    const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
    for (const name of await links.allInnerTexts()) {
      await links.filter({ hasText: name }).click()
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('load')
      await page.locator('[role=status]', { hasText: /^Loading/ }).waitFor({ state: 'detached' })
    }
    for (const below of ['', '/usage', '/callers', '/audit']) {
      await page.goto(dashboard.path(`/keys/${key}${below}`))
      await page.getByRole('heading', { level: 1, name: 'ci-runner' }).waitFor()
      await page.locator('[role=status]', { hasText: /^Loading/ }).waitFor({ state: 'detached' })
      expect(await page.getByRole('alert').count()).toBe(0)
    }
    expect(refused).toEqual([])
    await done(page)
  })

  test(`${MAY_WRITE[role] ? 'makes and changes keys' : 'is told why nothing can be changed'}`, async () => {
    const { page, refused } = await openAs(role, dashboard.path('/keys'))
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    const create = page
      .getByRole('link', { name: 'Create API key' })
      .or(page.getByRole('button', { name: 'Create API key' }))
    expect((await create.getAttribute('aria-disabled')) === 'true').toBe(!MAY_WRITE[role])
    await page.getByRole('button', { name: 'Actions for ci-runner' }).click()
    for (const action of ['Edit', 'Rotate', 'Revoke']) {
      const entry = page.getByRole('menuitem', { name: new RegExp(`^${action}\\b`) })
      expect((await entry.getAttribute('aria-disabled')) === 'true', action).toBe(!MAY_WRITE[role])
    }
    await page.keyboard.press('Escape')
    expect(refused).toEqual([])
    await done(page)
  })

  test(`${MAY_INVITE[role] ? 'invites others' : 'sees who is there, and is told why nobody can be invited'}`, async () => {
    const { page, refused } = await openAs(role, dashboard.path('/members'))
    await page.getByRole('table', { name: 'Members' }).waitFor()
    expect(await isBlocked(page, 'Invite somebody')).toBe(!MAY_INVITE[role])
    expect(refused).toEqual([])
    await done(page)
  })

  test('finds no way to what belongs to those who run the deployment', async () => {
    const { page } = await openAs(role, dashboard.path('/keys'))
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    expect(await page.getByRole('link', { name: 'Operator' }).count()).toBe(0)
    await page.goto('/operator')
    await page.waitForURL('**/keys')
    await done(page)
  })
})

test('a viewer who comes to a form by its address is told that it is not theirs, and led back', async () => {
  const { page, refused } = await openAs('viewer', dashboard.path('/keys/new?name=mine&scopes=records:read'))
  await page.getByText('Your role lets you look, and not make keys.').waitFor()
  expect(await page.locator('form').count()).toBe(0)
  await page.getByRole('main').getByRole('link', { name: 'API keys' }).click()
  await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
  await page.goto(dashboard.path(`/keys/${key}/edit`))
  await page.getByRole('region', { name: 'Edit' }).getByText('Your role lets you look').waitFor()
  expect(await page.locator('form').count()).toBe(0)
  await page.getByRole('link', { name: 'Back to the overview' }).click()
  await page.waitForURL(`**/keys/${key}`)
  expect(refused).toEqual([])
  await done(page)
})

test('whoever runs the deployment, and is a member of nothing, sees every screen of any organization', async () => {
  const { id } = await dashboard.operator.createOrganization({ name: 'Initech' })
  const page = await dashboard.open('/sign-in')
  const refused: string[] = []
  page.on('response', (answer) => {
    if (answer.status() >= 400) refused.push(`${answer.status()} ${answer.url()}`)
  })
  for (const below of ['', '/keys', '/keys/new', '/activity', '/members']) {
    await page.goto(`/${id}${below}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
  }
  expect(refused).toEqual([])
  await done(page)
})
