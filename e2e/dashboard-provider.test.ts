import type { InvitationSent } from '@claviger/core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type OidcServer, startOidcServer } from '../server/src/testing/oidc-server.ts'
import { ADA, type Dashboard, startDashboard } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'
import { passTime } from './dashboard-pass-time.ts'

let dashboard: Dashboard
let oidc: OidcServer

const NOBODY = { storageState: { cookies: [], origins: [] } }
const BUTTON = 'Sign in with Example SSO'

beforeAll(async () => {
  oidc = await startOidcServer({
    publicUrl: () => dashboard.server.address,
    // Another site than the server's, as providers are: no cookie comes along that is for the same site alone.
    host: 'localhost',
    asks: true,
    onEnd: afterAll,
  })
  const { issuer, clientId, clientSecret, label } = oidc.settings
  const env = {
    CLAVIGER_OIDC_ISSUER: issuer,
    CLAVIGER_OIDC_CLIENT_ID: clientId,
    CLAVIGER_OIDC_CLIENT_SECRET: clientSecret,
    CLAVIGER_OIDC_LABEL: label,
  }
  dashboard = await startDashboard({ env })
  for (const [login, name] of [
    ['ada', ADA.name],
    ['grace', 'Grace Hopper'],
    ['joan', 'Joan Clarke'],
    ['nobody', 'Nobody'],
  ] as const) {
    oidc.people.set(login, { sub: login, name, email: `${login}@example.com`, email_verified: true })
  }
})

const DOWN = { error: { code: 'UNAVAILABLE', message: 'Try again.', details: {}, requestId: 'req_of_the_failure' } }

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const alertOf = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text })
const accountOf = (page: Page, name: string) => page.getByRole('button', { name: `Account of ${name}` })

/** At the pages of the provider, which asks for leave only once. */
async function passProvider(page: Page, login: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Login' }).fill(login)
  await press(page, 'Go on')
}

async function signInAs(page: Page, login: string): Promise<void> {
  await press(page, BUTTON)
  await passProvider(page, login)
  await press(page, 'Allow')
}

async function invite(email: string, role: string, organization = dashboard.organization): Promise<string> {
  const { connection } = dashboard.operator
  const { body } = await connection.send<InvitationSent>(`/v1/organizations/${organization}/invitations`, {
    method: 'POST',
    body: { email, role },
  })
  if (body.link === null) throw new Error('the server sent the link by mail')
  return body.link
}

async function done(...pages: Page[]): Promise<void> {
  for (const page of pages) await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('somebody who signs in at an identity provider', () => {
  // The first of all: what the provider says of itself is good for an hour.
  test('is told where it cannot be reached, and gets in once it can', async () => {
    await oidc.pause()
    const page = await dashboard.openApart(dashboard.path('/members'), NOBODY)
    await press(page, BUTTON)
    await alertOf(page, 'The identity provider cannot be reached').waitFor()
    await expectEveryLook(page, 'provider-unreachable')
    await oidc.resume()
    await signInAs(page, 'ada')
    await page.waitForURL('**/members')
    await done(page)
  })

  test('comes back to the page that they wanted, as themselves', async () => {
    const page = await dashboard.openApart(dashboard.path('/keys?status=all&q=ci'), NOBODY)
    await page.getByRole('button', { name: BUTTON }).waitFor()
    await expectEveryLook(page, 'provider-sign-in')
    await signInAs(page, 'ada')
    await page.waitForURL(`${dashboard.server.address}${dashboard.path('/keys?status=all&q=ci')}`)
    await accountOf(page, ADA.name).waitFor()
    await done(page)
  })

  test('comes back to a form that its address filled in, however long that is', async () => {
    const description = 'Größe '.repeat(80).trim()
    const form = `/keys/new?${new URLSearchParams({ name: 'from a link', description })}#content`
    const page = await dashboard.openApart(dashboard.path(form), NOBODY)
    await signInAs(page, 'ada')
    await page.waitForURL('**/keys/new?*')
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('from a link')
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe(description)
    await done(page)
  })

  test('and is unknown here is told so, and is not let in', async () => {
    const page = await dashboard.openApart('/sign-in', NOBODY)
    await signInAs(page, 'nobody')
    await alertOf(page, 'There is no account with your e-mail address').waitFor()
    await page.getByRole('button', { name: BUTTON }).waitFor()
    await expectEveryLook(page, 'provider-no-account')
    await page.goto(dashboard.path('/keys'))
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await done(page)
  })

  test('and thinks better of it there, or has it fail half-way, can try again and still gets where they wanted', async () => {
    const page = await dashboard.openApart(dashboard.path('/members'), NOBODY)
    await press(page, BUTTON)
    await press(page, 'Cancel')
    await alertOf(page, 'was refused or cancelled').waitFor()
    // The message stays for whoever loads the page again, and so does the way.
    await page.reload()
    await alertOf(page, 'was refused or cancelled').waitFor()

    oidc.failsClient = true
    await signInAs(page, 'ada')
    await alertOf(page, 'did not work').waitFor()
    oidc.failsClient = false
    // There they are signed in by now.
    await press(page, BUTTON)
    await page.waitForURL('**/members')
    await accountOf(page, ADA.name).waitFor()
    await done(page)
  })
})

describe('an invitation', () => {
  test('is taken by way of the provider, without a password', async () => {
    const page = await dashboard.openApart(await invite('grace@example.com', 'admin'), NOBODY)
    await page.getByRole('heading', { name: 'Join Acme Inc' }).waitFor()
    await page.getByRole('button', { name: BUTTON }).waitFor()
    await expectEveryLook(page, 'provider-invitation')
    await signInAs(page, 'grace')
    await press(page, 'Join as Grace Hopper')
    await page.waitForURL(`**${dashboard.path('/keys')}`)
    await accountOf(page, 'Grace Hopper').waitFor()
    expect(await page.evaluate(() => Object.keys(sessionStorage).filter((name) => name.includes('token')))).toEqual([])
    await done(page)
  })

  test('waits for whoever has to sign in first', async () => {
    const { id } = await dashboard.operator.createOrganization({ name: 'Initech' })
    const page = await dashboard.openApart(await invite(ADA.email, 'viewer', id), NOBODY)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signInAs(page, 'ada')
    await press(page, `Join as ${ADA.name}`)
    await page.waitForURL(`**/${id}/keys`)
    await done(page)
  })

  test('is still there for whoever the provider knows by another address', async () => {
    const page = await dashboard.openApart(await invite('n.body@example.com', 'viewer'), NOBODY)
    await signInAs(page, 'nobody')
    await alertOf(page, 'There is no account with your e-mail address').waitFor()
    await page.getByRole('link', { name: 'Back to the invitation' }).click()
    await page.getByRole('heading', { name: 'Join Acme Inc' }).waitFor()
    expect(await page.getByRole('textbox', { name: 'E-mail' }).inputValue()).toBe('n.body@example.com')
    await done(page)
  })
})

describe('without a password', () => {
  async function openAsJoan(): Promise<Page> {
    const page = await dashboard.openApart(dashboard.path('/keys'), NOBODY)
    await signInAs(page, 'joan')
    await accountOf(page, 'Joan Clarke').waitFor()
    return page
  }

  /** Joan wants to rotate a key of production, and has been away for long. @returns the secret that it has. */
  async function rotateAsJoan(name: string): Promise<[page: Page, secret: string]> {
    const { operator, organization } = dashboard
    const { key, secret } = await operator.createKey(organization, {
      name,
      environment: 'production',
      accessLevel: 'read-only',
    })
    const page = await openAsJoan()
    await page.goto(dashboard.path(`/keys/${key.id}`))
    await page.getByRole('button', { name: 'Rotate…' }).waitFor()
    passTime(dashboard)
    await press(page, 'Rotate…')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor()
    return [page, secret]
  }

  const openBeside = async (page: Page): Promise<Page> => {
    const [beside] = await Promise.all([page.waitForEvent('popup'), press(page, 'Sign in again with Example SSO')])
    return beside
  }

  beforeAll(async () => {
    const page = await dashboard.openApart(await invite('joan@example.com', 'admin'), NOBODY)
    await signInAs(page, 'joan')
    await press(page, 'Join as Joan Clarke')
    await page.waitForURL('**/keys')
    await page.close()
  })

  test('an account asks for none, and says how to get one', async () => {
    const page = await openAsJoan()
    await page.goto('/account')
    const password = page.getByRole('region', { name: 'Password' })
    await password.getByText('You have none: you sign in with Example SSO.').waitFor()
    await page.getByRole('table', { name: 'Sessions' }).waitFor()
    expect(await page.locator('input[type=password]').count()).toBe(0)
    await expectEveryLook(page, 'provider-account')
    await password.getByRole('link', { name: 'Have a link mailed to set one' }).click()
    await page.getByRole('heading', { name: 'Forgot your password?' }).waitFor()
    await done(page)
  })

  test('a key of production is made by whoever signs in there once more, and no form is filled in twice', async () => {
    const page = await openAsJoan()
    await page.goto(dashboard.path('/keys/new?environment=production&scopes=records:read'))
    await page.getByRole('textbox', { name: 'Name' }).fill('typed by hand')
    passTime(dashboard)
    await press(page, 'Create API key')
    const question = page.getByRole('dialog', { name: 'Is it still you?' })
    const beside = await openBeside(page)
    await question.getByText('Sign in there, in the window that has opened.').waitFor()
    await expectEveryLook(page, 'provider-confirm')
    // They are signed in there as well, and are asked all the same. Nobody comes by turning back.
    await press(beside, 'Cancel')
    await alertOf(beside, 'That did not show who you are').waitFor()
    await expectEveryLook(beside, 'provider-confirm-cancelled')
    await question.waitFor()
    await press(beside, BUTTON)
    const closed = beside.waitForEvent('close')
    await passProvider(beside, 'joan')
    await closed
    await page.getByRole('alertdialog').getByRole('region', { name: 'Try it' }).waitFor()
    await press(page, 'I have saved it')
    await page.getByRole('heading', { name: 'typed by hand' }).or(page.getByText('typed by hand')).first().waitFor()
    await done(page)
  })

  test('a change waits where the browser opens no window, or the window finds no provider', async () => {
    const [page, secret] = await rotateAsJoan('waits')
    await page.evaluate(() => {
      const { open } = window
      window.open = () => {
        window.open = open
        return null
      }
    })
    await press(page, 'Sign in again with Example SSO')
    await alertOf(page, 'The browser opened no window').waitFor()
    await expectEveryLook(page, 'provider-confirm-refused')
    const beginning = '**/v1/auth/providers/oidc'
    await page.context().route(beginning, (route) => route.fulfill({ status: 503, json: DOWN }))
    const beside = await openBeside(page)
    await alertOf(beside, 'cannot be reached at the moment').waitFor()
    await page.context().unroute(beginning)
    const closed = beside.waitForEvent('close')
    await press(beside, BUTTON)
    await passProvider(beside, 'joan')
    await closed
    await page.getByRole('alertdialog', { name: 'The new secret' }).waitFor()
    expect((await dashboard.operator.verify(secret)).code).toBe('ROTATED')
    await done(page)
  })

  test('a change that one person asked for is not made by another who signs in meanwhile', async () => {
    const [page, secret] = await rotateAsJoan('not hers')
    const beside = await openBeside(page)
    const closed = beside.waitForEvent('close')
    await passProvider(beside, 'ada')
    await press(beside, 'Allow')
    await closed
    await accountOf(page, ADA.name).waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await dashboard.operator.verify(secret)).code).toBe('VALID')
    await done(page)
  })
})
