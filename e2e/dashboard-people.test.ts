import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADA, type Dashboard, eventually, setUpLinkOf, startDashboard } from './dashboard.ts'
import { passTime } from './dashboard-pass-time.ts'
import { openAs } from './member.ts'

let dashboard: Dashboard

const NOBODY = { storageState: { cookies: [], origins: [] } }

beforeAll(async () => {
  dashboard = await startDashboard()
})

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('signing in', () => {
  test('leads back to where somebody wanted to go', async () => {
    const page = await dashboard.openApart(dashboard.path('/keys?status=all&q=ci'), NOBODY)
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await signIn(page, ADA.email, 'not the password')
    await page.getByRole('alert').waitFor()
    expect(page.url()).toContain('/sign-in')
    await signIn(page, ADA.email, ADA.password)
    await page.waitForURL('**/keys?status=all&q=ci')
    await done(page)
  })

  test('leads to no other site, whatever the address says', async () => {
    const page = await dashboard.openApart('/sign-in?returnTo=//evil.example/keys', NOBODY)
    await signIn(page, ADA.email, ADA.password)
    await page.waitForURL(`${dashboard.server.address}/org_*/keys`)
    await done(page)
  })

  test('is over when somebody signs out, and nothing that was read stays', async () => {
    const page = await dashboard.openApart('/', NOBODY)
    await signIn(page, ADA.email, ADA.password)
    await page
      .getByRole('button', { name: `Account of ${ADA.name}` })
      .or(page.getByText(ADA.name))
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect((await page.context().cookies()).filter(({ name }) => name.includes('session_token'))).toEqual([])
    await done(page)
  })

  test('keeps the session where no script sees it', async () => {
    const page = await dashboard.open(dashboard.path('/keys'))
    expect(await page.evaluate(() => document.cookie)).toBe('')
    await done(page)
  })
})

describe('the set-up link', () => {
  test('works once', async () => {
    const page = await dashboard.openApart(setUpLinkOf(dashboard.server), NOBODY)
    await page.getByRole('heading', { name: 'This is set up already' }).waitFor()
    await done(page)
  })
})

describe('members', () => {
  test('are invited, do what their role lets them, and leave nothing undecided behind', async () => {
    const ada = await dashboard.open(dashboard.path('/members'))
    await ada.getByRole('button', { name: 'Invite somebody' }).click()
    await ada.getByLabel('E-mail').fill('grace@example.com')
    await ada.getByRole('radio', { name: 'Developer' }).check()
    await ada.getByRole('button', { name: 'Invite', exact: true }).click()
    const link = await ada.getByRole('textbox', { name: 'Link' }).inputValue()
    await ada.getByRole('button', { name: 'I have sent it' }).click()
    await ada.getByRole('row').filter({ hasText: 'grace@example.com' }).waitFor()

    const grace = await dashboard.openApart(link, NOBODY)
    await grace.getByRole('heading', { name: 'Join Acme Inc' }).waitFor()
    expect(grace.url()).not.toContain('#')
    await grace.getByLabel('Your name').fill('Grace Hopper')
    await grace.getByLabel('Password').fill('another good passphrase')
    await grace.getByRole('button', { name: 'Join' }).click()
    await grace.getByRole('heading', { name: 'No API keys yet' }).waitFor()
    await grace.goto(dashboard.path('/keys/new?name=graces&scopes=records:read'))
    await grace.getByRole('button', { name: 'Create API key' }).click()
    await grace.getByRole('button', { name: 'I have saved it' }).click()
    await grace.goto(dashboard.path('/members'))
    expect(await grace.getByRole('button', { name: 'Invite somebody' }).getAttribute('aria-disabled')).toBe('true')
    await grace.goto(dashboard.path('/keys'))

    await ada.getByRole('combobox', { name: 'Role of Grace Hopper' }).selectOption({ label: 'Viewer' })
    await ada.getByText(/^Role changed everywhere/).waitFor()
    await grace.getByRole('button', { name: 'Create API key', disabled: true }).waitFor()
    await ada.getByRole('button', { name: 'Remove: Grace Hopper' }).click()
    await ada.getByRole('button', { name: 'Remove Grace Hopper' }).click()
    // It was the only organization that she belonged to: her sessions are over.
    await grace.getByRole('heading', { name: 'Sign in' }).waitFor()

    await ada
      .getByRole('combobox', { name: 'What becomes of graces' })
      .selectOption({ label: `Hand over to ${ADA.name}` })
    await ada.getByRole('button', { name: 'Decide about 1 key' }).click()
    await ada.getByText(/^Decided everywhere/).waitFor()
    await ada.getByRole('region', { name: 'Keys of people who have left' }).waitFor({ state: 'detached' })
    await done(ada, grace)
  })
})

test('whoever leaves is told what becomes of their own keys', async () => {
  const page = await dashboard.open(dashboard.path('/members'))
  await page.getByRole('button', { name: `Leave: ${ADA.name}` }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave Acme Inc' })
  await dialog.getByText(/^Keys that you answer for go on working\. .* for those who stay/).waitFor()
  await done(page)
})

describe('a key of production', () => {
  test('wants to know who is there, where a screen was left open, and then is done after all', async () => {
    const { key, secret } = await dashboard.operator.createKey(dashboard.organization, {
      name: 'left-open',
      environment: 'production',
      accessLevel: 'read-only',
    })
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}`))
    await page.getByRole('heading', { name: 'left-open' }).waitFor()
    passTime(dashboard)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    const question = page.getByRole('dialog', { name: 'Is it still you?' })
    await question.getByLabel('Password').fill('not the password')
    await question.getByRole('button', { name: 'Confirm' }).click()
    await question.getByRole('alert').waitFor()
    expect((await dashboard.operator.verify(secret)).code).toBe('VALID')
    await question.getByLabel('Password').fill(ADA.password)
    await question.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('alertdialog', { name: 'The new secret' }).waitFor()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    expect((await dashboard.operator.verify(secret)).code).toBe('ROTATED')
    await done(page)
  })

  test('wants the code as well of whoever has a second step', async () => {
    const { key, secret } = await dashboard.operator.createKey(dashboard.organization, {
      name: 'guarded twice',
      environment: 'production',
      accessLevel: 'read-only',
    })
    const page = await openAs(dashboard, 'admin', 'Edith')
    await page.goto('/account')
    const step = page.getByRole('region', { name: 'Second step' })
    await step.getByRole('textbox', { name: 'Password' }).fill('another good passphrase')
    await step.getByRole('button', { name: 'Set up a second step' }).click()
    const totp = new TOTP({ secret: await step.getByRole('code').first().innerText() })
    await step.getByRole('textbox', { name: 'Code' }).fill(totp.generate())
    await step.getByRole('button', { name: 'Turn it on' }).click()
    await step.getByRole('button', { name: 'Turn it off' }).waitFor()

    await page.goto(dashboard.path(`/keys/${key.id}`))
    await page.getByRole('button', { name: 'Rotate…' }).waitFor()
    passTime(dashboard)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    const question = page.getByRole('dialog', { name: 'Is it still you?' })
    await question.getByLabel('Password').fill('another good passphrase')
    const code = question.getByRole('textbox', { name: 'Code from your authenticator' })
    await code.fill('000000')
    await question.getByRole('button', { name: 'Confirm' }).click()
    await question.getByRole('alert').waitFor()
    expect((await dashboard.operator.verify(secret)).code).toBe('VALID')
    // Each code is good once; the next one is taken a little early.
    await code.fill(totp.generate({ timestamp: Date.now() + 30_000 }))
    await question.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('alertdialog', { name: 'The new secret' }).waitFor()
    await page.getByRole('button', { name: 'I have saved it' }).click()
    expect((await dashboard.operator.verify(secret)).code).toBe('ROTATED')
    await done(page)
  })
})

describe('activity', () => {
  test('finds what happened, and why a key was refused, by request id', async () => {
    const { operator, organization } = dashboard
    const { secret } = await operator.createKey(organization, { name: 'narrow', scopes: ['records:read'] })
    const body = { key: secret, scopes: ['files:read'], ip: '203.0.113.7' }
    const asked = await operator.connection.send<{ requestId: string }>('/v1/keys/verify', { method: 'POST', body })
    const page = await dashboard.open(dashboard.path('/activity?about=key'))
    await page.getByRole('row').filter({ hasText: 'narrow' }).filter({ hasText: 'Create key' }).waitFor()
    await eventually(async () => {
      await page.getByRole('searchbox', { name: 'Request id' }).fill(asked.body.requestId)
      await page.getByRole('button', { name: 'Find' }).click()
      await page.getByText('The request needs a scope that the key does not hold.').waitFor({ timeout: 2_000 })
    })
    expect(page.url()).toContain(asked.body.requestId)
    await done(page)
  })
})
