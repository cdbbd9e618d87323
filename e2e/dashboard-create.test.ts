import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { Connection } from './connection.ts'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

const PREFILLED = '?name=ci-runner&description=Deploys&environment=production&scopes=records:read&expiresInDays=90'

const panel = (page: Page) => page.getByRole('alertdialog', { name: 'Your new secret' })
const secretIn = (page: Page) => panel(page).getByRole('textbox', { name: 'Your new secret' }).inputValue()

async function openForm(query = ''): Promise<Page> {
  const page = await dashboard.open(dashboard.path(`/keys/new${query}`))
  await page.getByRole('heading', { name: 'Create API key' }).waitFor()
  return page
}

async function create(query = PREFILLED): Promise<Page> {
  const page = await openForm(query)
  await page.getByRole('button', { name: 'Create API key' }).click()
  await panel(page).waitFor()
  return page
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('the form', () => {
  test('asks for name, description, environment, what it may do, and expiry, in this order', async () => {
    const page = await openForm()
    const asked = await page.locator('form').locator('label, legend').allInnerTexts()
    const places = ['Name', 'Description (optional)', 'Environment', 'Access level', 'Expires'].map((label) =>
      asked.findIndex((text) => text.trim() === label),
    )
    expect(places).not.toContain(-1)
    expect(places).toEqual(places.toSorted((a, b) => a - b))
    await done(page)
  })

  test('says at once why no key can be made of it', async () => {
    const { operator } = dashboard
    const { id } = await operator.createOrganization({ name: 'Suspended Inc' })
    await operator.connection.send(`/v1/organizations/${id}/suspend`, { method: 'POST', body: {} })
    const page = await dashboard.open(`/${id}/keys/new`)
    await page.getByText('The organization is suspended.').waitFor()
    await done(page)
  })

  test('is prefilled by its address', async () => {
    const page = await openForm(PREFILLED)
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('ci-runner')
    expect(await page.getByLabel('Description').inputValue()).toBe('Deploys')
    expect(await page.getByLabel('Environment').inputValue()).toBe('production')
    expect(await page.getByRole('checkbox', { name: 'records:read' }).isChecked()).toBe(true)
    expect(await page.getByRole('radio', { name: '90 days' }).isChecked()).toBe(true)
    await done(page)
  })

  test('says in plain words what the key will be able to do, as it is chosen', async () => {
    const page = await openForm()
    const summary = page.getByRole('status').filter({ hasText: /key/i })
    expect(await summary.innerText()).toContain('can do nothing')
    await page.getByRole('searchbox', { name: 'Search scopes' }).fill('upload')
    expect(await page.getByRole('checkbox').count()).toBe(1)
    await page.getByRole('checkbox', { name: 'files:write' }).check()
    expect(await summary.innerText()).toContain('Upload, replace and delete files')
    await page.getByRole('radio', { name: 'Read only' }).check()
    expect(await summary.innerText()).toContain('See records and search in them')
    await done(page)
  })

  test('leads to the first thing that is wrong', async () => {
    const page = await openForm('?scopes=records:read')
    await page.getByRole('button', { name: 'Create API key' }).click()
    const name = page.getByLabel('Name', { exact: true })
    expect(await name.evaluate((input) => input === document.activeElement)).toBe(true)
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    await done(page)
  })

  test('shows what the server refuses at its field', async () => {
    const page = await openForm('?name=x&scopes=records:read')
    // No browser lets so much be typed, so it goes past the form's own limit.
    await page
      .getByLabel('Name', { exact: true })
      .evaluate((input: HTMLInputElement) => input.removeAttribute('maxlength'))
    await page.getByLabel('Name', { exact: true }).fill('x'.repeat(101))
    await page.getByRole('button', { name: 'Create API key' }).click()
    const name = page.getByLabel('Name', { exact: true })
    await page.locator('input[aria-invalid=true]').waitFor()
    const described = (await name.getAttribute('aria-describedby')) ?? ''
    const told = await Promise.all(described.split(' ').map((id) => page.locator(`[id="${id}"]`).innerText()))
    expect(told.join()).toContain('100')
    await done(page)
  })
})

describe('a new secret', () => {
  test('is shown once, with a command that works as it stands', async () => {
    const page = await create()
    const secret = await secretIn(page)
    expect(secret).toMatch(/^acme_live_[0-9A-Za-z]{46}$/)
    const command = await panel(page).getByRole('region', { name: 'Try it' }).locator('pre').innerText()
    expect(command).toContain(secret)
    expect(command).toContain(dashboard.server.address)
    const holder = new Connection(dashboard.server.address, secret)
    expect((await holder.send<{ name: string }>('/v1/keys/self')).body.name).toBe('ci-runner')
    holder.close()
    await panel(page).getByRole('button', { name: 'From $ACME_API_KEY' }).click()
    const asking = await panel(page).getByRole('region', { name: 'Try it' }).locator('pre').innerText()
    expect(asking).not.toContain(secret)
    expect(asking).toContain('$ACME_API_KEY')
    await done(page)
  })

  test('is copied on a page without TLS, and that is said aloud', async () => {
    const page = await create()
    expect(await page.evaluate(() => window.isSecureContext)).toBe(true)
    // An address that browsers do not trust as they trust this machine's own.
    await page.evaluate(() => Object.defineProperty(window, 'isSecureContext', { value: false }))
    const secret = await secretIn(page)
    await panel(page).getByRole('button', { name: 'Copy secret' }).click()
    await panel(page).getByRole('status').filter({ hasText: 'Copied' }).waitFor({ state: 'attached' })
    await panel(page)
      .getByLabel(/Where did you store it/)
      .press('Control+V')
    expect(
      await panel(page)
        .getByLabel(/Where did you store it/)
        .inputValue(),
    ).toBe(secret)
    await done(page)
  })

  test('is lost neither by Escape, nor by a click beside it, nor by Back: leaving asks', async () => {
    const page = await create()
    const secret = await secretIn(page)
    await page.mouse.click(5, 500)
    expect(await secretIn(page)).toBe(secret)
    await page.keyboard.press('Escape')
    await panel(page).getByRole('alert').filter({ hasText: 'Leave without the secret?' }).waitFor()
    await panel(page).getByRole('button', { name: 'Stay here' }).click()
    await page.goBack()
    await panel(page).getByRole('alert').waitFor()
    expect(await secretIn(page)).toBe(secret)
    await panel(page).getByRole('button', { name: 'Leave, I have not saved it' }).click()
    await panel(page).waitFor({ state: 'detached' })
    await done(page)
  })

  test('is not taken for the place where it is kept, and leaves the browser no second time', async () => {
    const page = await create()
    const secret = await secretIn(page)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    const note = panel(page).getByLabel(/Where did you store it/)
    await note.fill(`it is "${secret}"`)
    await panel(page).getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).getByText('That is the secret itself, and many can read this. Name the place only.').waitFor()
    expect(await note.getAttribute('aria-invalid')).toBe('true')
    expect(await secretIn(page)).toBe(secret)
    await note.fill('the vault')
    await panel(page).getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).waitFor({ state: 'detached' })
    expect(sent.join()).toContain('Stored in: the vault')
    expect(sent.join()).not.toContain(secret.slice(-38))
    await page.goto(dashboard.path('/keys/new'))
    await page.getByLabel('Name', { exact: true }).fill(secret)
    await page.getByLabel('Description').fill(`its secret is ${secret}`)
    await page.getByRole('checkbox', { name: 'records:read' }).check()
    await page.getByRole('button', { name: 'Create API key' }).click()
    await eventually(async () => expect(await page.getByText('This holds a secret').count()).toBe(2))
    expect(sent.join()).not.toContain(secret.slice(-38))
    await done(page)
  })

  test('is nowhere once it is said to be saved: not on the page, not in storage, not in the address', async () => {
    const page = await create()
    const hidden = (await secretIn(page)).slice(-38)
    await panel(page)
      .getByLabel(/Where did you store it/)
      .fill('1Password')
    await panel(page).getByRole('button', { name: 'I have saved it' }).click()
    await panel(page).waitFor({ state: 'detached' })
    const left = await page.evaluate(async () => ({
      page: document.documentElement.outerHTML,
      fields: [...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value),
      local: JSON.stringify(localStorage),
      session: JSON.stringify(sessionStorage),
      history: JSON.stringify(history.state),
      caches: await caches.keys(),
      databases: (await indexedDB.databases()).map(({ name }) => name),
      title: document.title,
    }))
    expect(JSON.stringify(left)).not.toContain(hidden)
    expect({ caches: left.caches, databases: left.databases }).toEqual({ caches: [], databases: [] })
    expect(page.url()).not.toContain(hidden)
    await page.goto(dashboard.path('/keys?q=1Password'))
    await page.getByRole('link', { name: 'ci-runner' }).click()
    await page.getByText('Stored in: 1Password').waitFor()
    await done(page)
  })
})
