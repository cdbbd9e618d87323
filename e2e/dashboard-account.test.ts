import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADA, type Dashboard, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

let dashboard: Dashboard

const NOBODY = { storageState: { cookies: [], origins: [] } }

beforeAll(async () => {
  dashboard = await startDashboard({
    env: {
      // Nobody listens there: a button is there all the same, and says what went wrong.
      CLAVIGER_OIDC_ISSUER: 'http://127.0.0.1:9',
      CLAVIGER_OIDC_CLIENT_ID: 'claviger',
      CLAVIGER_OIDC_CLIENT_SECRET: 'only for this test',
      CLAVIGER_OIDC_LABEL: 'Example SSO',
    },
  })
})

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

async function look(page: Page, name: string): Promise<void> {
  await expectAccessible(page, name)
  await takeScreenshot(page, name)
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.close()
  expect(dashboard.complaints()).toEqual([])
}

/** @returns the link by which somebody new sets a password. */
async function linkFor(name: string, email: string): Promise<string> {
  const answer = await dashboard.operator.connection.send<{ link: string }>('/v1/people', {
    method: 'POST',
    body: { name, email, operator: true },
  })
  expect(answer.status, answer.raw).toBe(201)
  return answer.body.link
}

describe('the link for a new password', () => {
  test('sets one, once, and its token leaves the address', async () => {
    const link = await linkFor('Grace Hopper', 'grace@example.com')
    const page = await dashboard.openApart(link, NOBODY)
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor()
    expect(page.url()).not.toContain('#')
    await look(page, 'reset-password')
    await page.getByRole('textbox', { name: 'New password' }).fill('password1234')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('textbox', { name: 'New password' }).and(page.locator('[aria-invalid]')).waitFor()
    await page.getByRole('textbox', { name: 'New password' }).fill('another good passphrase')
    await page.getByRole('button', { name: 'Set password' }).click()
    await page.getByRole('heading', { name: 'Your password is set' }).waitFor()
    await look(page, 'reset-password-done')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signIn(page, 'grace@example.com', 'another good passphrase')
    await page.waitForURL('**/org_*/keys')

    const again = await dashboard.openApart(link, NOBODY)
    await again.getByRole('textbox', { name: 'New password' }).fill('a third good passphrase')
    await again.getByRole('button', { name: 'Set password' }).click()
    await again.getByRole('alert').waitFor()
    await done(page, again)
  })

  test('can be asked for, and the answer does not tell who has an account', async () => {
    const page = await dashboard.openApart('/sign-in', NOBODY)
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    await page.getByRole('textbox', { name: 'E-mail' }).fill('nobody@example.com')
    await look(page, 'forgot-password')
    await page.getByRole('button', { name: 'Mail me a link' }).click()
    await page.getByRole('heading', { name: 'Look at your mail' }).waitFor()
    await look(page, 'forgot-password-done')
    await done(page)
  })
})

describe('an identity provider', () => {
  test.each([
    ['email_not_verified', 'has not verified your e-mail address'],
    ['no_account', 'There is no account with your e-mail address'],
    ['denied', 'was refused or cancelled'],
    ['provider_unavailable', 'cannot be reached at the moment'],
    ['failed', 'did not work'],
    ['constructor', 'did not work'],
  ])('that leads back with %s leaves nobody without an explanation', async (problem, text) => {
    const page = await dashboard.openApart(`/sign-in#error=${problem}`, NOBODY)
    await page.getByRole('alert').filter({ hasText: text }).waitFor()
    await page.getByRole('button', { name: 'Sign in with Example SSO' }).waitFor()
    await look(page, `sign-in-${problem}`)
    await done(page)
  })

  test('that cannot be reached is said where its button was pressed', async () => {
    const page = await dashboard.openApart('/sign-in', NOBODY)
    await page.getByRole('button', { name: 'Sign in with Example SSO' }).click()
    await page.getByRole('alert').waitFor()
    await done(page)
  })
})

describe('an account', () => {
  const nextCode = (secret: string) => new TOTP({ secret }).generate({ timestamp: Date.now() + 30_000 })

  async function openAccount(password: string): Promise<Page> {
    const page = await dashboard.openApart('/sign-in?returnTo=/account', NOBODY)
    await signIn(page, ADA.email, password)
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    return page
  }

  async function expectSignedOut(page: Page): Promise<void> {
    await page.reload()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
  }

  test('is reached from the top bar, and ends its other sessions when it is told to', async () => {
    const other = await openAccount(ADA.password)
    const page = await dashboard.openApart('/', NOBODY)
    await signIn(page, ADA.email, ADA.password)
    await page.getByRole('button', { name: `Account of ${ADA.name}` }).click()
    await page.getByRole('menuitem', { name: 'Your account' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    const end = page.getByRole('button', { name: 'End all others' })
    await end.waitFor()
    await look(page, 'account')
    await end.click()
    await end.waitFor({ state: 'detached' })
    await expectSignedOut(other)
    await done(page, other)
  })

  test('asks for a second step once it is set up, until it is given up', async () => {
    const page = await openAccount(ADA.password)
    const step = page.getByRole('region', { name: 'Second step' })
    await step.getByRole('textbox', { name: 'Password' }).fill(ADA.password)
    await step.getByRole('button', { name: 'Set up a second step' }).click()
    await step.getByRole('list', { name: 'Recovery codes' }).waitFor()
    await look(page, 'account-two-factor')
    const secret = await step.getByRole('code').first().innerText()
    const [recovery = ''] = await step
      .getByRole('list', { name: 'Recovery codes' })
      .getByRole('listitem')
      .allInnerTexts()
    await step.getByRole('textbox', { name: 'Code' }).fill(new TOTP({ secret }).generate())
    await step.getByRole('button', { name: 'Turn it on' }).click()
    await step.getByRole('button', { name: 'Turn it off' }).waitFor()

    const byCode = await dashboard.openApart('/sign-in?returnTo=/account', NOBODY)
    await signIn(byCode, ADA.email, ADA.password)
    await byCode.getByRole('heading', { name: 'Second step' }).waitFor()
    await byCode.getByRole('textbox', { name: 'Code' }).fill('000000')
    await byCode.getByRole('button', { name: 'Continue' }).click()
    await byCode.getByRole('alert').waitFor()
    await byCode.getByRole('textbox', { name: 'Code' }).fill(nextCode(secret))
    await byCode.getByRole('button', { name: 'Continue' }).click()
    await byCode.getByRole('heading', { name: 'Your account' }).waitFor()

    const byRecovery = await dashboard.openApart('/sign-in?returnTo=/account', NOBODY)
    await signIn(byRecovery, ADA.email, ADA.password)
    await byRecovery.getByRole('button', { name: 'Use a recovery code' }).click()
    await byRecovery.getByRole('textbox', { name: 'Recovery code' }).fill(recovery)
    await byRecovery.getByRole('button', { name: 'Continue' }).click()
    await byRecovery.getByRole('heading', { name: 'Your account' }).waitFor()

    const given = byRecovery.getByRole('region', { name: 'Second step' })
    await given.getByRole('textbox', { name: 'Password' }).fill(ADA.password)
    await given.getByRole('button', { name: 'Turn it off' }).click()
    await given.getByRole('button', { name: 'Set up a second step' }).waitFor()
    await done(page, byCode, byRecovery, await openAccount(ADA.password))
  })

  test('gets another password from whoever knows the old one, and every other session is over', async () => {
    const other = await openAccount(ADA.password)
    const page = await openAccount(ADA.password)
    const password = page.getByRole('region', { name: 'Password' })
    await password.getByRole('textbox', { name: 'Current password' }).fill('not the password')
    await password.getByRole('textbox', { name: 'New password' }).fill('yet another passphrase')
    await password.getByRole('button', { name: 'Change password' }).click()
    const wrong = password.getByRole('textbox', { name: 'Current password' }).and(page.locator('[aria-invalid]'))
    await wrong.waitFor()
    await wrong.fill(ADA.password)
    await password.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Password changed').waitFor()
    await expectSignedOut(other)
    await done(page, other, await openAccount('yet another passphrase'))
  })
})
