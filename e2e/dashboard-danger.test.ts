import type { KeyIssued } from '@claviger/core'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Dashboard, eventually, startDashboard } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

type Made = KeyIssued & { secret: string }

const make = (name: string): Promise<Made> =>
  dashboard.operator.createKey(dashboard.organization, { name, environment: 'production', accessLevel: 'read-only' })

/** A key that something has just used. */
async function makeUsed(name: string): Promise<Made> {
  const made = await make(name)
  const body = { key: made.secret, ip: '203.0.113.7', client: { name: 'nightly-export' } }
  await dashboard.operator.connection.send('/v1/keys/verify', { method: 'POST', body })
  await eventually(async () => {
    const { lastUsedAt } = await dashboard.operator.key(dashboard.organization, made.key.id)
    expect(lastUsedAt).not.toBeNull()
  })
  return made
}

const verdict = async (secret: string) => (await dashboard.operator.verify(secret)).code

async function openMenu(name: string, query = ''): Promise<Page> {
  const page = await dashboard.open(dashboard.path(`/keys${query}`))
  await page.getByRole('button', { name: `Actions for ${name}`, exact: true }).click()
  return page
}

const choose = (page: Page, action: string) => page.getByRole('menuitem', { name: action, exact: true }).click()

async function done(page: Page): Promise<void> {
  await page.close()
  expect(dashboard.complaints()).toEqual([])
}

describe('revoking', () => {
  test('a key in use tells who would break, and asks for its name', async () => {
    const { secret } = await makeUsed('in-use')
    const page = await openMenu('in-use')
    await choose(page, 'Revoke')
    const dialog = page.getByRole('dialog', { name: 'Revoke: in-use' })
    await dialog.getByText('This key is in use').waitFor()
    await dialog.getByText('nightly-export, 203.0.113.7').waitFor()
    await dialog.getByText('1 request', { exact: true }).waitFor()
    const button = dialog.getByRole('button', { name: 'Revoke', exact: true })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await button.click({ force: true })
    expect(await verdict(secret)).toBe('VALID')
    await dialog.getByLabel('Type in-use to go on').fill('in-use')
    await dialog.getByLabel('Reason').selectOption({ label: 'Leaked or seen by somebody else' })
    await button.click()
    await page.getByText(/^Revoked everywhere, \d\d:\d\d:\d\d, 1 verifier$/).waitFor()
    expect(await verdict(secret)).toBe('REVOKED')
    await done(page)
  })

  test('a key that nobody uses asks for nothing, and Escape leaves it alone and gives focus back', async () => {
    const { secret } = await make('quiet')
    const page = await openMenu('quiet')
    await choose(page, 'Revoke')
    const dialog = page.getByRole('dialog', { name: 'Revoke: quiet' })
    await dialog.getByText('Nobody in seven days').waitFor()
    expect(await dialog.getByLabel(/^Type/).count()).toBe(0)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    const menu = page.getByRole('button', { name: 'Actions for quiet', exact: true })
    await eventually(async () => expect(await menu.evaluate((button) => button === document.activeElement)).toBe(true))
    expect(await verdict(secret)).toBe('VALID')
    await done(page)
  })
})

describe('deleting', () => {
  test('is shown and says why not, until the key is revoked; then it is gone', async () => {
    const { key } = await make('doomed')
    const page = await openMenu('doomed')
    const entry = page.getByRole('menuitem', { name: 'Delete It must be revoked first.', exact: true })
    expect(await entry.getAttribute('aria-disabled')).toBe('true')
    expect(await entry.innerText()).toContain('It must be revoked first.')
    await page.close()
    await dashboard.operator.revoke(dashboard.organization, key.id)
    const again = await openMenu('doomed', '?status=revoked')
    await choose(again, 'Delete')
    await again.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await again.getByText(/^Deleted everywhere/).waitFor()
    await again.getByRole('rowheader', { name: 'doomed' }).waitFor({ state: 'detached' })
    await done(again)
  })
})

describe('rotating', () => {
  test('gives a new secret once, and keeps the old one for as long as was chosen', async () => {
    const { secret, key } = await makeUsed('turning')
    const page = await openMenu('turning')
    await choose(page, 'Rotate')
    const dialog = page.getByRole('dialog', { name: 'Rotate: turning' })
    await dialog.getByRole('radio', { name: 'In 1 hour' }).check()
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click()
    const panel = page.getByRole('alertdialog', { name: 'The new secret' })
    const fresh = await panel.getByRole('textbox', { name: 'The new secret' }).inputValue()
    await panel.getByRole('button', { name: 'I have saved it' }).click()
    expect(await verdict(fresh)).toBe('VALID')
    expect(await verdict(secret)).toBe('VALID')
    await page.getByText(/Old secret: (59 min|1 h)/).waitFor()
    await page.getByRole('link', { name: 'turning' }).click()
    await page.getByRole('button', { name: 'Finish now' }).click()
    await page.getByText(/^Old secret ended everywhere/).waitFor()
    expect(await verdict(secret)).toBe('ROTATED')
    expect((await dashboard.operator.key(dashboard.organization, key.id)).name).toBe('turning')
    await done(page)
  })
})

describe('disabling', () => {
  test('stops a key, and enabling lets it pass again', async () => {
    const { secret } = await make('switched')
    const page = await openMenu('switched')
    await choose(page, 'Disable')
    await page.getByRole('dialog').getByRole('button', { name: 'Disable', exact: true }).click()
    await page.getByText(/^Disabled everywhere/).waitFor()
    expect(await verdict(secret)).toBe('DISABLED')
    await page.goto(dashboard.path('/keys?status=disabled'))
    await page.getByRole('button', { name: 'Actions for switched', exact: true }).click()
    await choose(page, 'Enable')
    await page.getByRole('dialog').getByRole('button', { name: 'Enable', exact: true }).click()
    await page.getByText(/^Enabled everywhere/).waitFor()
    expect(await verdict(secret)).toBe('VALID')
    await done(page)
  })
})

describe('what somebody else revokes meanwhile', () => {
  test.each(['Revoke', 'Rotate', 'Disable'])('is told in the dialog of %s, which then does nothing', async (verb) => {
    const { key } = await make(`overtaken-${verb}`)
    const page = await openMenu(key.name)
    await choose(page, verb)
    const dialog = page.getByRole('dialog', { name: `${verb}: ${key.name}` })
    await dialog.getByText('Nobody in seven days').waitFor()
    await dashboard.operator.revoke(dashboard.organization, key.id)
    await dialog.getByRole('alert').filter({ hasText: 'It is revoked' }).waitFor()
    const button = dialog.getByRole('button', { name: verb, exact: true })
    expect(await button.getAttribute('aria-disabled')).toBe('true')
    await done(page)
  })

  test('is told as well where it was deleted, too', async () => {
    const { key } = await make('overtaken-by-far')
    const page = await openMenu(key.name)
    await choose(page, 'Revoke')
    await page.getByRole('dialog').getByText('Nobody in seven days').waitFor()
    await dashboard.operator.revoke(dashboard.organization, key.id)
    await dashboard.operator.remove(dashboard.organization, key.id)
    await page.getByRole('dialog').getByRole('alert').filter({ hasText: 'There is no such key' }).first().waitFor()
    await done(page)
  })

  test.each([
    ['of active keys', ''],
    ['of all keys', '&status=all'],
  ])('is no longer among what is chosen in a list %s', async (list, query) => {
    const name = `chosen ${list}`
    const { key } = await make(`${name}-and-gone`)
    await make(`${name}-and-left`)
    const page = await dashboard.open(dashboard.path(`/keys?q=${encodeURIComponent(name)}-and${query}`))
    await page.getByRole('checkbox', { name: 'Select all API keys' }).check()
    await page.getByRole('button', { name: 'Revoke: 2 keys…' }).waitFor()
    await dashboard.operator.revoke(dashboard.organization, key.id)
    await page.getByRole('button', { name: 'Revoke: 1 key…' }).click()
    await page.getByRole('dialog', { name: 'Revoke: 1 key' }).waitFor()
    await done(page)
  })
})

describe('editing', () => {
  test('changes what a key may do, and not its secret; the log has before and after', async () => {
    const { secret } = await make('edited')
    const page = await openMenu('edited')
    await choose(page, 'Edit')
    await page.getByRole('radio', { name: 'Restricted' }).check()
    for (const scope of ['files:read', 'account:read']) await page.getByRole('checkbox', { name: scope }).uncheck()
    await page.getByLabel('Name', { exact: true }).fill('edited and renamed')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^Changed everywhere/).waitFor()
    const asked = await dashboard.operator.connection.send<{ code: string }>('/v1/keys/verify', {
      method: 'POST',
      body: { key: secret, scopes: ['files:read'] },
    })
    expect(asked.body.code).toBe('INSUFFICIENT_SCOPE')
    expect(await verdict(secret)).toBe('VALID')
    await page.getByRole('link', { name: 'Audit log' }).click()
    const event = page.getByRole('row').filter({ hasText: 'Edit key' })
    await event.getByText('edited and renamed').waitFor()
    expect(await event.innerText()).toContain(`name: edited → edited and renamed`)
    expect(await event.innerText()).toContain('Ada Lovelace')
    await done(page)
  })

  test('is not offered for a revoked key, by its address neither: it says why, and leads back', async () => {
    const { key } = await make('over')
    await dashboard.operator.revoke(dashboard.organization, key.id)
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}/edit`))
    await page.getByRole('region', { name: 'Edit' }).getByText('It is revoked, which is final.').waitFor()
    expect(await page.locator('form').count()).toBe(0)
    await page.getByRole('link', { name: 'Back to the overview' }).click()
    await page.waitForURL(`**/keys/${key.id}`)
    await done(page)
  })

  test('by two at once is told to the second, and overwrites nothing', async () => {
    const { key } = await make('contested')
    const page = await dashboard.open(dashboard.path(`/keys/${key.id}/edit`))
    await page.getByLabel('Name', { exact: true }).fill('mine')
    const path = `/v1/organizations/${dashboard.organization}/keys/${key.id}`
    await dashboard.operator.connection.send(path, { method: 'PATCH', body: { name: 'theirs' } })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Somebody has changed this key meanwhile').waitFor()
    await page.getByRole('button', { name: 'Load what it is now' }).click()
    await eventually(async () => expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('theirs'))
    await done(page)
  })
})
