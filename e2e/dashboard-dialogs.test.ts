import type { Page } from 'playwright-core'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'
import { passTime } from './dashboard-pass-time.ts'

let dashboard: Dashboard
let page: Page

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  const { key, secret } = await operator.createKey(organization, { name: 'in use', accessLevel: 'read-only' })
  await operator.connection.send('/v1/keys/verify', {
    method: 'POST',
    body: { key: secret, ip: '203.0.113.7', client: { name: 'nightly-export' } },
  })
  await operator.createKey(organization, { name: 'quiet', accessLevel: 'read-only' })
  const old = await operator.createKey(organization, { name: 'old', accessLevel: 'read-only' })
  await operator.revoke(organization, old.key.id)
  await operator.connection.send('/v1/people', {
    method: 'POST',
    body: { name: 'Grace Hopper', email: 'grace@example.com', operator: true },
  })
  await operator.createOrganization({ name: 'Initech' })
  await eventually(async () => expect((await operator.key(organization, key.id)).lastUsedAt).not.toBeNull())
  page = await dashboard.open('/')
})

afterEach(() => expect(dashboard.complaints()).toEqual([]))

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click()

async function chooseOf(page: Page, key: string, action: string): Promise<void> {
  await page.getByRole('button', { name: `Actions for ${key}`, exact: true }).click()
  await page.getByRole('menuitem', { name: action, exact: true }).click()
}

interface Opened {
  name: string
  path: string
  open: (page: Page) => Promise<void>
  /** In it, once all of it is there. */
  shows: string | RegExp
}

const OF_AN_ORGANIZATION: Opened[] = [
  { name: 'dialog-revoke', path: '/keys', open: (page) => chooseOf(page, 'in use', 'Revoke'), shows: /nightly-export/ },
  { name: 'dialog-rotate', path: '/keys', open: (page) => chooseOf(page, 'in use', 'Rotate'), shows: /nightly-export/ },
  {
    name: 'dialog-disable',
    path: '/keys',
    open: (page) => chooseOf(page, 'quiet', 'Disable'),
    shows: 'Nobody in seven days',
  },
  {
    name: 'dialog-delete',
    path: '/keys?status=revoked',
    open: (page) => chooseOf(page, 'old', 'Delete'),
    shows: 'Nobody in seven days',
  },
  {
    name: 'dialog-bulk-revoke',
    path: '/keys',
    async open(page) {
      await page.getByRole('checkbox', { name: 'Select all API keys' }).check()
      await press(page, /^Revoke: 2 keys/)
    },
    shows: 'Type 2 to go on',
  },
  { name: 'dialog-invite', path: '/members', open: (page) => press(page, 'Invite somebody'), shows: 'E-mail' },
  { name: 'dialog-leave', path: '/members', open: (page) => press(page, /^Leave/), shows: /Acme Inc/ },
]

const OF_THE_DEPLOYMENT: Opened[] = [
  {
    name: 'dialog-create-organization',
    path: '/operator',
    open: (page) => press(page, 'Create organization'),
    shows: 'External id',
  },
  {
    name: 'dialog-create-service-key',
    path: '/operator/service-keys',
    open: (page) => press(page, 'Create service key'),
    shows: 'Which service uses it.',
  },
  {
    name: 'dialog-revoke-service-key',
    path: '/operator/service-keys',
    open: (page) => press(page, /^Revoke:/),
    shows: /Revoke/,
  },
  {
    name: 'dialog-operator',
    path: '/operator/people',
    open: (page) => press(page, /^No longer operator: Grace/),
    shows: /Grace/,
  },
]

/** What is offered, blocked with its reason, and red. */
const MENUS: Opened[] = [
  {
    name: 'menu-key',
    path: '/keys',
    open: (page) => press(page, 'Actions for in use'),
    shows: 'Revoke',
  },
  {
    name: 'menu-key-revoked',
    path: '/keys?status=revoked',
    open: (page) => press(page, 'Actions for old'),
    shows: 'It is revoked already.',
  },
  { name: 'menu-account', path: '/keys', open: (page) => press(page, /^Account of/), shows: 'Sign out' },
  { name: 'menu-organizations', path: '/keys', open: (page) => press(page, 'Switch organization'), shows: 'Initech' },
]

async function look({ name, path, open, shows }: Opened): Promise<void> {
  await page.goto(path)
  await open(page)
  await page.getByRole('dialog').getByText(shows).first().waitFor()
  await expectEveryLook(page, name)
}

describe('every menu is accessible, light and dark, and never wider than the window', () => {
  test.each(MENUS)('$name', async ({ name, path, open, shows }) => {
    await page.goto(dashboard.path(path))
    await open(page)
    await page.getByRole('menu').getByText(shows, { exact: true }).waitFor()
    await expectEveryLook(page, name)
  })
})

describe('every dialog is accessible, light and dark, and never wider than the window', () => {
  test.each(OF_AN_ORGANIZATION)('$name', (dialog) => look({ ...dialog, path: dashboard.path(dialog.path) }))

  test.each(OF_THE_DEPLOYMENT)('$name', look)

  test('dialog-suspend', () =>
    look({
      name: 'dialog-suspend',
      path: `/operator/organizations/${dashboard.organization}`,
      open: () => press(page, 'Suspend…'),
      shows: /Suspend/,
    }))

  test('the panel of a new secret, and its question whether to leave it', async () => {
    await page.goto(dashboard.path('/keys/new?name=shown&scopes=records:read'))
    await page.getByRole('button', { name: 'Create API key' }).click()
    const panel = page.getByRole('alertdialog')
    await panel.getByRole('region', { name: 'Try it' }).waitFor()
    await expectEveryLook(page, 'secret-panel')
    await page.keyboard.press('Escape')
    await panel.getByRole('button', { name: 'Stay here' }).waitFor()
    await expectEveryLook(page, 'secret-panel-leaving')
    await panel.getByRole('button', { name: 'Leave, I have not saved it' }).click()
    await panel.waitFor({ state: 'detached' })
  })

  test('the question who is there', async () => {
    const { key } = await dashboard.operator.createKey(dashboard.organization, {
      name: 'of production',
      environment: 'production',
      accessLevel: 'read-only',
    })
    await page.goto(dashboard.path(`/keys/${key.id}`))
    await page.getByRole('button', { name: 'Rotate…' }).waitFor()
    passTime(dashboard)
    await press(page, 'Rotate…')
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    const question = page.getByRole('dialog', { name: 'Is it still you?' })
    await question.getByLabel('Password').waitFor()
    await expectEveryLook(page, 'dialog-confirm')
  })
})
