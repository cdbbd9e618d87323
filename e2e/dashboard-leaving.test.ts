import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { ADA, type Dashboard, expectAccessible, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

/** Whoever is signed out would be so in every test that comes after. */
async function startAnew(): Promise<void> {
  dashboard = await startDashboard()
  const { server } = dashboard
  onTestFinished(async () => {
    await server.stop()
  })
}

const FILLED_IN = '/keys/new?name=ci-runner&environment=production&scopes=records:read'

const createButton = (page: Page) => page.getByRole('button', { name: 'Create API key' })
const panel = (page: Page) => page.getByRole('alertdialog')

async function openForm(): Promise<Page> {
  const page = await dashboard.open(dashboard.path(FILLED_IN))
  await page.getByRole('heading', { name: 'Create API key' }).waitFor()
  return page
}

/** Every answer to such a request comes when this is called, and not before. */
async function holdBack(page: Page, path: RegExp): Promise<() => void> {
  const late = Promise.withResolvers<void>()
  await page.route(path, async (route) => {
    if (route.request().method() === 'POST') await late.promise
    await route.continue()
  })
  return late.resolve
}

/** Tries to load the page anew, and stays after all. */
async function expectQuestion(page: Page): Promise<void> {
  const asked = page.waitForEvent('dialog')
  await page.evaluate(() => void setTimeout(() => window.location.reload()))
  const question = await asked
  expect(question.type()).toBe('beforeunload')
  await question.dismiss()
}

function endSessions(): void {
  const database = new DatabaseSync(join(dashboard.server.dataDir, 'claviger.db'))
  database.prepare('DELETE FROM sessions').run()
  database.close()
}

async function signIn(page: Page): Promise<void> {
  await page.getByLabel('E-mail').fill(ADA.email)
  await page.getByLabel('Password').fill(ADA.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('loading the page anew asks first', () => {
  beforeAll(async () => {
    dashboard = await startDashboard()
  })

  test('from the moment a key is asked for until its secret is said to be saved, and no longer', async () => {
    const page = await openForm()
    const answer = await holdBack(page, /\/keys$/)
    await createButton(page).click()
    await page.locator('button[aria-busy]').waitFor()
    await expectQuestion(page)
    answer()
    await panel(page).waitFor()
    await expectQuestion(page)
    await page.getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).waitFor({ state: 'detached' })
    page.on('dialog', (question) => expect.unreachable(question.type()))
    await page.reload()
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await done(page)
  })

  test('while a new secret of a key is on its way', async () => {
    const { key } = await dashboard.operator.createKey(dashboard.organization, { name: 'turned', accessLevel: 'full' })
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}`))
    const answer = await holdBack(page, /\/rotate$/)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.locator('button[aria-busy]').waitFor()
    await expectQuestion(page)
    answer()
    await panel(page).waitFor()
    await done(page)
  })

  test('while a service key is on its way, and while it is shown', async () => {
    const page = await dashboard.open('/operator/service-keys')
    const answer = await holdBack(page, /\/service-keys$/)
    await page.getByRole('button', { name: 'Create service key' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('backend')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.locator('button[aria-busy]').waitFor()
    await expectQuestion(page)
    answer()
    await panel(page).waitFor()
    await expectQuestion(page)
    await done(page)
  })

  test('no longer, once the key was refused', async () => {
    const page = await openForm()
    await page.route(/\/keys$/, (route) =>
      route.request().method() === 'POST' ? route.abort('connectionreset') : route.continue(),
    )
    await createButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
    page.on('dialog', (question) => expect.unreachable(question.type()))
    await page.reload()
    await page.getByRole('heading', { name: 'Create API key' }).waitFor()
    await done(page)
  })
})

test('a key that somebody deleted meanwhile keeps nobody in the panel with its secret', async () => {
  const page = await openForm()
  await createButton(page).click()
  await panel(page)
    .getByLabel(/Where did you store it/)
    .fill('1Password')
  const { operator, organization } = dashboard
  const { body } = await operator.connection.send<{ items: { id: string }[] }>(`/v1/organizations/${organization}/keys`)
  for (const { id } of body.items) {
    await operator.revoke(organization, id)
    await operator.remove(organization, id)
  }
  await page.getByRole('button', { name: 'I have saved it' }).click()
  await panel(page).getByRole('alert').filter({ hasText: 'There is no such key' }).waitFor()
  await page.getByRole('button', { name: 'Close without the note' }).click()
  await panel(page).waitFor({ state: 'detached' })
  await done(page)
})

describe('a session that ends while a secret is shown', () => {
  beforeEach(startAnew)

  test('leaves the secret where it is, and leads to signing in once that is saved', async () => {
    const page = await openForm()
    await createButton(page).click()
    const secret = await panel(page).getByRole('textbox').first().inputValue()
    endSessions()
    await page.waitForResponse((response) => response.status() === 401)
    await page.getByRole('button', { name: 'Copy secret' }).click()
    expect(await panel(page).getByRole('textbox').first().inputValue()).toBe(secret)
    expect(await panel(page).getByText('Leave without the secret?').count()).toBe(0)
    await page.getByRole('button', { name: 'I have saved it' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(page)
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await done(page)
  })

  test('keeps nobody in the panel who notes where it is stored', async () => {
    const page = await openForm()
    await createButton(page).click()
    await panel(page)
      .getByLabel(/Where did you store it/)
      .fill('1Password')
    endSessions()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).getByRole('alert').filter({ hasText: 'The note could not be saved' }).waitFor()
    await page.getByRole('button', { name: 'Close without the note' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await done(page)
  })

  test('is nothing more to whoever has signed in again in another tab', async () => {
    const page = await openForm()
    await createButton(page).click()
    await panel(page).waitFor()
    endSessions()
    await page.waitForResponse((response) => response.status() === 401)
    const other = await dashboard.open('/sign-in')
    await signIn(other)
    await other.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('row').filter({ hasText: 'ci-runner' }).waitFor()
    await other.close()
    await done(page)
  })
})

describe('a session that ends while a form is filled in', () => {
  beforeEach(startAnew)

  test('leaves the form as it is, which is sent once somebody has signed in again beside it', async () => {
    const page = await openForm()
    await page.getByLabel('Description').fill('Deploys the shop')
    endSessions()
    await page.waitForResponse((response) => response.status() === 401)
    await createButton(page).click()
    const refused = page.getByRole('alert').filter({ hasText: 'This session is over' })
    await refused.waitFor()
    await expectAccessible(page, 'a form whose session is over')
    const [beside] = await Promise.all([
      page.waitForEvent('popup'),
      refused.getByRole('link', { name: 'Sign in in a new tab' }).click(),
    ])
    // It has done its work then, and closes.
    await Promise.all([beside.waitForEvent('close'), signIn(beside)])
    expect(await page.getByLabel('Description').inputValue()).toBe('Deploys the shop')
    await createButton(page).click()
    await panel(page).waitFor()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await done(page)
  })

  test('is told on the way to signing in, as soon as somebody goes on without it', async () => {
    const page = await openForm()
    endSessions()
    await page.waitForResponse((response) => response.status() === 401)
    await page.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByRole('alert').filter({ hasText: 'Your session is over' }).waitFor()
    await signIn(page)
    await page.waitForURL('**/keys')
    await done(page)
  })
})

test('whoever signs out is told nothing of a session that ended', async () => {
  await startAnew()
  const page = await dashboard.open(dashboard.path('/activity'))
  await page.getByRole('table', { name: 'Activity' }).waitFor()
  // Asked with what is over by then, before the next screen has come.
  const late = Promise.withResolvers<void>()
  await page.route(/sign-in-page/, async (route) => {
    await late.promise
    await route.continue()
  })
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForResponse((response) => response.status() === 401)
  late.resolve()
  await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  expect(page.url()).toBe(`${dashboard.server.address}/sign-in`)
  await done(page)
})
