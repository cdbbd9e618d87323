import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'
import { expectEveryLook } from './dashboard-looks.ts'

let dashboard: Dashboard
let inside: Page
let outside: Page
let key: string
/** Of another organization, which has nothing yet. */
let empty: string

interface Screen {
  name: string
  path: () => string
  /** What is there once the screen is. */
  ready: (page: Page) => Promise<void>
  /** For somebody who is not signed in. */
  outside?: true
}

const heading = (name: string) => (page: Page) => page.getByRole('heading', { name, exact: true }).waitFor()
const table = (name: string) => (page: Page) => page.getByRole('table', { name }).waitFor()
const below = (path: string) => () => dashboard.path(path)

const SCREENS: Screen[] = [
  { name: 'sign-in', path: () => '/sign-in', ready: heading('Sign in'), outside: true },
  { name: 'second-step', path: () => '/two-factor', ready: heading('Second step'), outside: true },
  { name: 'set-up-done', path: () => '/setup', ready: heading('This is set up already'), outside: true },
  { name: 'forgot-password', path: () => '/forgot-password', ready: heading('Forgot your password?'), outside: true },
  { name: 'reset-password', path: () => '/reset-password', ready: heading('This link is not whole'), outside: true },
  { name: 'account', path: () => '/account', ready: heading('Your account') },
  { name: 'overview', path: below(''), ready: heading('Needs attention') },
  { name: 'operator-service-keys', path: () => '/operator/service-keys', ready: table('Service keys') },
  { name: 'operator-people', path: () => '/operator/people', ready: table('People') },
  { name: 'home', path: () => '/', ready: heading('Organizations') },
  { name: 'no-keys', path: () => `/${empty}/keys`, ready: heading('No API keys yet') },
  { name: 'keys', path: below('/keys'), ready: table('API keys') },
  { name: 'keys-revoked', path: below('/keys?status=revoked'), ready: table('API keys') },
  { name: 'keys-no-match', path: below('/keys?q=nothing-like-it'), ready: heading('No matches') },
  { name: 'create', path: below('/keys/new'), ready: heading('Create API key') },
  { name: 'key', path: () => dashboard.path(`/keys/${key}`), ready: heading('Refused requests') },
  { name: 'key-usage', path: () => dashboard.path(`/keys/${key}/usage`), ready: heading('By the hour') },
  { name: 'key-callers', path: () => dashboard.path(`/keys/${key}/callers`), ready: table('Callers') },
  { name: 'key-audit', path: () => dashboard.path(`/keys/${key}/audit`), ready: table('Audit log of ci-runner') },
  {
    name: 'key-compromised',
    path: () => dashboard.path(`/keys/${key}/compromised`),
    ready: async (page) => {
      await heading('Compromised: ci-runner')(page)
      await table('Changes of ci-runner')(page)
    },
  },
  { name: 'key-edit', path: () => dashboard.path(`/keys/${key}/edit`), ready: heading('Edit') },
  { name: 'activity', path: below('/activity'), ready: table('Activity') },
  { name: 'members', path: below('/members'), ready: table('Members') },
  { name: 'settings', path: below('/settings'), ready: heading('Rules for keys') },
  { name: 'operator-organizations', path: () => '/operator', ready: table('Organizations') },
  { name: 'operator-plans', path: () => '/operator/plans', ready: table('Plans') },
  {
    name: 'operator-organization',
    path: () => `/operator/organizations/${dashboard.organization}`,
    ready: heading('Suspension'),
  },
  { name: 'invite-over', path: () => '/invite#rubbish', ready: heading('This invitation is over'), outside: true },
  { name: 'no-such-key', path: below('/keys/key_none'), ready: heading('There is nothing here') },
  { name: 'no-such-page', path: below('/elsewhere/entirely'), ready: heading('There is no such page') },
]

beforeAll(async () => {
  dashboard = await startDashboard()
  const { operator, organization } = dashboard
  empty = (await operator.createOrganization({ name: 'Initech' })).id
  const inUse = await operator.createKey(organization, {
    name: 'ci-runner',
    environment: 'production',
    accessLevel: 'read-write',
    expiresAt: new Date(Date.now() + 6 * 86_400_000).toISOString(),
  })
  key = inUse.key.id
  await operator.verify(inUse.secret)
  await operator.connection.send('/v1/keys/verify', {
    method: 'POST',
    body: { key: inUse.secret, scopes: ['webhooks:manage'], ip: '203.0.113.7', client: { userAgent: 'deploy-bot/2' } },
  })
  for (const name of [
    'billing export',
    'a name so long that no column is wide enough to hold it in one line of text',
  ]) {
    await operator.createKey(organization, { name, scopes: ['records:read', 'files:read', 'account:read'] })
  }
  const gone = await operator.createKey(organization, { name: 'old exporter', accessLevel: 'full' })
  await operator.revoke(organization, gone.key.id)
  await eventually(async () => expect((await operator.key(organization, key)).lastUsedAt).not.toBeNull())
  inside = await dashboard.open('/')
  outside = await dashboard.openApart('/', { storageState: { cookies: [], origins: [] } })
})

describe('every screen', () => {
  test.each(SCREENS)('$name is accessible, light and dark, and never wider than the window', async (screen) => {
    const page = screen.outside ? outside : inside
    await page.goto(screen.path())
    await screen.ready(page)
    await expectEveryLook(page, screen.name)
    expect(dashboard.complaints()).toEqual([])
  })
})
