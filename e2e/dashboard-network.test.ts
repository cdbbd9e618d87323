import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Page, Request, Route } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { ADA, type Dashboard, eventually, expectAccessible, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
  await dashboard.operator.createKey(dashboard.organization, { name: 'ci-runner', accessLevel: 'read-only' })
})

const LIST = /\/v1\/organizations\/org_\w+\/keys(\?|$)/
const isPost = (request: Request) => request.method() === 'POST'
const filledIn = (name: string) => `?name=${name}&environment=production&scopes=records:read`

const envelope = (status: 500 | 503) => ({
  status,
  headers: { 'x-request-id': 'req_of_the_failure' },
  json: {
    error: {
      code: status === 500 ? 'INTERNAL' : 'UNAVAILABLE',
      message: 'It cannot be answered now.',
      details: {},
      requestId: 'req_of_the_failure',
    },
  },
})

async function openKeys(): Promise<Page> {
  const page = await dashboard.open(dashboard.path('/keys'))
  await page.getByRole('table', { name: 'API keys' }).waitFor()
  return page
}

async function openForm(name: string): Promise<Page> {
  const page = await dashboard.open(dashboard.path(`/keys/new${filledIn(name)}`))
  await page.getByRole('heading', { name: 'Create API key' }).waitFor()
  return page
}

const createButton = (page: Page) => page.getByRole('button', { name: 'Create API key' })
const panel = (page: Page) => page.getByRole('alertdialog', { name: 'Your new secret' })

/** How many keys of a name the server has. */
async function count(name: string): Promise<number> {
  const path = `/v1/organizations/${dashboard.organization}/keys?q=${name}`
  const { body } = await dashboard.operator.connection.send<{ items: unknown[] }>(path)
  return body.items.length
}

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('where answers are late', () => {
  test('the shape of what comes is there first', async () => {
    const page = await dashboard.open(dashboard.path('/activity'))
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    const late = Promise.withResolvers<void>()
    await page.route(LIST, async (route) => {
      await late.promise
      await route.continue()
    })
    await page.getByRole('link', { name: 'API keys' }).click()
    await page.getByRole('status').filter({ hasText: 'Loading API keys' }).waitFor()
    await expectAccessible(page, 'a list that is late')
    late.resolve()
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await page.getByRole('status').filter({ hasText: 'Loading API keys' }).waitFor({ state: 'detached' })
    await done(page)
  })

  test('a form is sent once, however often its button is pressed', async () => {
    const page = await openForm('pressed-often')
    const late = Promise.withResolvers<void>()
    await page.route(LIST, async (route) => {
      if (isPost(route.request())) await late.promise
      await route.continue()
    })
    await createButton(page).click()
    await page.locator('button[aria-busy]').waitFor()
    await createButton(page).click({ force: true })
    await page.getByLabel('Name', { exact: true }).press('Enter')
    late.resolve()
    await panel(page).waitFor()
    expect(await count('pressed-often')).toBe(1)
    await done(page)
  })
})

describe('where the server fails', () => {
  test.each([500, 503] as const)(
    'with %i, the request id is told, and another try shows what is there',
    async (status) => {
      const page = await dashboard.open(dashboard.path('/activity'))
      await page.getByRole('table', { name: 'Activity' }).waitFor()
      await page.route(LIST, (route) => route.fulfill(envelope(status)))
      await page.getByRole('link', { name: 'API keys' }).click()
      const alert = page.getByRole('alert')
      await alert.filter({ hasText: 'This could not be loaded' }).waitFor()
      expect(await alert.innerText()).toContain('req_of_the_failure')
      await expectAccessible(page, `a list that fails with ${status}`)
      await page.unroute(LIST)
      await alert.getByRole('button', { name: 'Try again' }).click()
      await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
      await alert.waitFor({ state: 'detached' })
      await done(page)
    },
  )

  test('before anything can be shown, the request id is told, and another try shows the screen', async () => {
    const page = await dashboard.open('/sign-in')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.route('**/v1/me', (route) => route.fulfill(envelope(503)))
    await page.goto(dashboard.path('/keys'))
    const alert = page.getByRole('alert')
    await alert.getByText('req_of_the_failure').waitFor()
    await expectAccessible(page, 'a screen that fails')
    await page.unroute('**/v1/me')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await done(page)
  })

  test('at a change, what was filled in stays, and another try makes it once', async () => {
    const page = await openForm('tried-twice')
    let failing = true
    await page.route(LIST, (route) =>
      failing && isPost(route.request()) ? route.fulfill(envelope(500)) : route.continue(),
    )
    await createButton(page).click()
    await page.getByRole('alert').getByText('req_of_the_failure').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('tried-twice')
    failing = false
    await createButton(page).click()
    await panel(page).waitFor()
    expect(await count('tried-twice')).toBe(1)
    await done(page)
  })

  test('a proxy’s own page in place of an answer is no answer', async () => {
    const page = await dashboard.open(dashboard.path('/activity'))
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    await page.route(LIST, (route) =>
      route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
    )
    await page.getByRole('link', { name: 'API keys' }).click()
    const alert = page.getByRole('alert')
    await alert.filter({ hasText: 'This could not be loaded' }).waitFor()
    expect(await alert.innerText()).not.toContain('Bad Gateway')
    await done(page)
  })
})

describe('an answer that gets lost on the way', () => {
  /** The server does it, and nobody learns of it. */
  async function loseOnce(page: Page, pattern: RegExp): Promise<string[]> {
    const names: string[] = []
    await page.route(pattern, async (route: Route) => {
      if (!isPost(route.request())) return route.continue()
      names.push((await route.request().headerValue('idempotency-key')) ?? '')
      if (names.length > 1) return route.continue()
      await route.fetch()
      await route.abort('connectionreset')
    })
    return names
  }

  test('makes no second key: another try finds the first, and says that its secret is gone', async () => {
    const page = await openForm('answer-lost')
    const names = await loseOnce(page, LIST)
    await createButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
    await createButton(page).click()
    await page.getByRole('heading', { name: 'answer-lost', level: 1 }).waitFor()
    await page.getByText('answer-lost: the secret was lost on its way').first().waitFor()
    expect(await panel(page).count()).toBe(0)
    expect(names).toHaveLength(2)
    expect(names[0]).toBe(names[1])
    expect(await count('answer-lost')).toBe(1)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByRole('alertdialog', { name: 'The new secret' }).waitFor()
    await done(page)
  })

  test('rotates no key twice', async () => {
    const { key } = await dashboard.operator.createKey(dashboard.organization, { name: 'turned', accessLevel: 'full' })
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}`))
    await loseOnce(page, /\/rotate$/)
    await page.getByRole('button', { name: 'Rotate…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Rotate: turned' })
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    await dialog.getByRole('alert').waitFor()
    const once = await dashboard.operator.key(dashboard.organization, key.id)
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    await page.getByText('turned: the secret was lost on its way').first().waitFor()
    expect((await dashboard.operator.key(dashboard.organization, key.id)).prefix).toBe(once.prefix)
    await done(page)
  })

  test('is not confused with another request: what was changed in the form goes under another name', async () => {
    const page = await openForm('first-thought')
    const names = await loseOnce(page, LIST)
    await createButton(page).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Name', { exact: true }).fill('second-thought')
    await createButton(page).click()
    await panel(page).waitFor()
    expect(names[0]).not.toBe(names[1])
    await done(page)
  })
})

describe('without a network', () => {
  test('a change says so, and is made once there is one again', async () => {
    const page = await openForm('made-offline')
    await page.context().setOffline(true)
    await createButton(page).click()
    await page.getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
    await page.context().setOffline(false)
    await createButton(page).click()
    await panel(page).waitFor()
    expect(await count('made-offline')).toBe(1)
    await done(page)
  })

  test('what happened meanwhile is shown once there is one again', async () => {
    const page = await openKeys()
    await page.context().setOffline(true)
    await dashboard.operator.createKey(dashboard.organization, { name: 'made-meanwhile', accessLevel: 'read-only' })
    await page.context().setOffline(false)
    await page.getByRole('rowheader', { name: 'made-meanwhile' }).waitFor()
    await done(page)
  })
})

describe('news of changes', () => {
  test('that a proxy answered with an error of its own are asked for again', async () => {
    const page = await dashboard.open('/sign-in')
    let refused = 0
    await page.route('**/changes', (route) => {
      refused += 1
      return refused === 1 ? route.fulfill({ status: 503, body: 'no upstream' }) : route.continue()
    })
    // Without them nothing on this screen is asked for a second time.
    await page.goto(dashboard.path('/activity'))
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    await eventually(async () => expect(refused).toBe(2))
    await dashboard.operator.createKey(dashboard.organization, { name: 'heard-of', accessLevel: 'read-only' })
    await page.getByRole('row').filter({ hasText: 'heard-of' }).waitFor()
    await done(page)
  })
})

describe('a session that ended meanwhile', () => {
  test('leads to signing in, and from there back to where somebody was', async () => {
    const page = await dashboard.open(dashboard.path('/keys?status=all&q=ci&sort=name'))
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    const database = new DatabaseSync(join(dashboard.server.dataDir, 'claviger.db'))
    database.prepare('DELETE FROM sessions').run()
    database.close()
    // Noticed by itself, with whatever the page asks next.
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await page.getByLabel('E-mail').fill(ADA.email)
    await page.getByLabel('Password').fill(ADA.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.waitForURL('**/keys?status=all&q=ci&sort=name')
    await page.getByRole('rowheader', { name: 'ci-runner' }).waitFor()
    await done(page)
  })
})

describe('a server that goes and comes again', () => {
  test('is missed in words, on the page that is open, which goes on once it is back', async () => {
    const page = await dashboard.openApart('/sign-in', { storageState: { cookies: [], origins: [] } })
    await page.getByLabel('E-mail').fill(ADA.email)
    await page.getByLabel('Password').fill(ADA.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('table', { name: 'API keys' }).waitFor()
    const { server } = dashboard
    await server.kill()
    // Nobody listens. A part of the page that was not needed before cannot be had now.
    await page.getByRole('link', { name: 'Activity' }).click()
    await page.getByRole('alert').filter({ hasText: 'could not be loaded' }).waitFor()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The server does not answer yet.').waitFor()
    const again = await server.startAgain({ port: server.port })
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByRole('table', { name: 'Activity' }).waitFor()
    await page.close()
    await again.stop()
    dashboard.complaints()
  })
})
