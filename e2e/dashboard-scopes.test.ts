import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { beforeAll, expect, test } from 'vitest'
import { type Dashboard, eventually, expectAccessible, startDashboard, takeScreenshot } from './dashboard.ts'

let dashboard: Dashboard

beforeAll(async () => {
  dashboard = await startDashboard()
})

const DAY_MS = 24 * 60 * 60 * 1_000

/** A key that was made so many days ago, and has used these of its scopes today. */
async function makeUsed(name: string, rights: object, asked: readonly string[], daysOld = 40) {
  const { organization, operator, server } = dashboard
  const { key, secret } = await operator.createKey(organization, { name, ...rights })
  const database = new Sqlite(join(server.dataDir, 'claviger.db'))
  database.prepare('update keys set created_at = created_at - ? where id = ?').run(BigInt(daysOld * DAY_MS), key.id)
  database.close()
  await verdict(secret, asked)
  await eventually(async () => expect((await operator.key(organization, key.id)).lastUsedAt).not.toBeNull())
  return { key, secret }
}

async function verdict(key: string, scopes: readonly string[]): Promise<string> {
  const sent = { method: 'POST', body: { key, ...(scopes.length > 0 && { scopes }) } }
  return (await dashboard.operator.connection.send<{ code: string }>('/v1/keys/verify', sent)).body.code
}

const openKey = (id: string) => dashboard.open(dashboard.path(`/keys/${id}`))

test('scopes that nobody needs are marked in words and dropped from the next request on', async () => {
  const { key, secret } = await makeUsed('wider', { accessLevel: 'read-only' }, ['records:read'])
  const page = await openKey(key.id)
  const scopes = page.getByRole('region', { name: 'Scopes' })
  for (const scope of ['files:read', 'account:read']) {
    await scopes.getByRole('listitem').filter({ hasText: scope }).getByText('Not used for 30 days').waitFor()
  }
  expect(await scopes.getByText('Not used for 30 days').count()).toBe(2)
  await expectAccessible(page, 'unused scopes')
  await takeScreenshot(page, 'key-scopes-unused')
  await scopes.getByRole('button', { name: 'Drop the 2 unused ones…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Drop what is not used: wider' })
  await dialog.getByText('It counts from the very next request.').waitFor()
  await dialog.getByText('The access level becomes Restricted').waitFor()
  expect(await dialog.getByRole('region', { name: 'Dropped' }).innerText()).toMatch(/files:read[\s\S]*account:read/)
  expect(await dialog.getByRole('region', { name: 'Kept' }).innerText()).toContain('records:read')
  await expectAccessible(page, 'dropping scopes')
  await takeScreenshot(page, 'key-scopes-drop')
  await dialog.getByRole('button', { name: 'Drop these 2' }).click()
  await page.getByText(/^Dropped everywhere, \d\d:\d\d:\d\d, 1 verifier$/).waitFor()
  expect(await verdict(secret, ['files:read'])).toBe('INSUFFICIENT_SCOPE')
  expect(await verdict(secret, ['records:read'])).toBe('VALID')
  const now = await dashboard.operator.key(dashboard.organization, key.id)
  expect([now.accessLevel, now.scopes]).toEqual(['restricted', ['records:read']])
  await scopes.getByRole('button').waitFor({ state: 'detached' })
  expect(dashboard.complaints()).toEqual([])
  await page.close()
})

test('a key that somebody has changed meanwhile is not overwritten', async () => {
  const { key } = await makeUsed('contested', { scopes: ['records:read', 'files:read'] }, ['records:read'])
  const page = await openKey(key.id)
  await page.getByRole('button', { name: 'Drop the unused one…' }).click()
  const path = `/v1/organizations/${dashboard.organization}/keys/${key.id}`
  await dashboard.operator.connection.send(path, { method: 'PATCH', body: { name: 'contested, renamed' } })
  await page.getByRole('dialog').getByRole('button', { name: 'Drop it' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  expect((await dashboard.operator.key(dashboard.organization, key.id)).scopes).toEqual(['records:read', 'files:read'])
  await page.close()
})

test.each([
  ['a new key', ['records:read', 'files:read'], ['records:read'], 20, /^Marked after 30 days without use/],
  ['a key whose requests name nothing', ['records:read', 'files:read'], [], 40, /^Which of them are used is not known/],
  ['a key that uses all it has', ['records:read'], ['records:read'], 40, /^Marked after 30 days without use/],
] as const)('nothing is marked or offered of %s', async (name, scopes, asked, daysOld, words) => {
  const { key } = await makeUsed(name, { scopes }, asked, daysOld)
  const page = await openKey(key.id)
  const region = page.getByRole('region', { name: 'Scopes' })
  await region.getByText(words).waitFor()
  expect(await region.getByText('Not used for').count()).toBe(0)
  expect(await region.getByRole('button').count()).toBe(0)
  await page.close()
})
