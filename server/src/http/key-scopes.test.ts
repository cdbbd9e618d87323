import { expect, test } from 'vitest'
import { USAGE_KEPT_MS } from '../domain/usage-records.ts'
import { DAY, startWithUsedKey } from './used-key.fixture.ts'

const TODAY = '2026-01-15'

async function start() {
  const server = await startWithUsedKey()
  const { call, base, create, get, code, now } = server
  /** A key that holds these scopes, with what can be done to it and read of it. */
  const withScopes = async (...scopes: string[]) => {
    const { key, secret } = await create({ scopes })
    const of = `${base}/keys/${key.id}`
    const createdAt = now()
    return {
      of,
      secret,
      createdAt,
      use: (...asked: string[]) => code(secret, asked.length > 0 ? { scopes: asked } : {}),
      grant: async (...granted: string[]) =>
        expect((await call('PATCH', of, { body: { scopes: granted } })).status).toBe(200),
      read: () => get(`${of}/scopes`),
      /** Scope, last day, and whether it is called unused. */
      table: async () =>
        (await get(`${of}/scopes`)).items.map((one: { scope: string; lastUsedOn: string | null; unused: boolean }) => [
          one.scope,
          one.lastUsedOn,
          one.unused,
        ]),
    }
  }
  return { ...server, withScopes }
}

test('a scope is unused when for 30 days requests named others and never it', async () => {
  const { clock, withScopes } = await start()
  const { createdAt, use, read, table } = await withScopes('records:read', 'records:write')
  expect(await read()).toEqual({
    items: ['records:read', 'records:write'].map((scope) => ({
      ...{ scope, since: createdAt, lastUsedOn: null, unused: false },
    })),
    since: createdAt,
    lastNamedOn: null,
    unusedAfterDays: 30,
  })
  await use('records:read')
  expect(await table()).toEqual([
    ['records:read', TODAY, false],
    ['records:write', null, false],
  ])
  clock.advance(29 * DAY)
  await use('records:read')
  expect((await table())[1]).toEqual(['records:write', null, false])
  clock.advance(DAY)
  await use('records:read')
  expect(await table()).toEqual([
    ['records:read', '2026-02-14', false],
    ['records:write', null, true],
  ])
  await use('records:write')
  expect((await table())[1]).toEqual(['records:write', '2026-02-14', false])
})

test('a scope granted later is watched from then on, also one that was held and used before', async () => {
  const { clock, withScopes, now } = await start()
  const { use, read, table, grant } = await withScopes('records:read', 'records:write')
  await use('records:read', 'records:write')
  await grant('records:read')
  clock.advance(40 * DAY)
  await grant('records:read', 'records:write', 'files:read')
  const granted = now()
  clock.advance(3 * DAY)
  await use('records:read')
  const { items, since } = await read()
  expect(items.map((one: { scope: string; since: string }) => [one.scope, one.since])).toEqual([
    ['records:read', since],
    ['records:write', granted],
    ['files:read', granted],
  ])
  expect((await table()).map(([, , unused]: [string, null, boolean]) => unused)).toEqual([false, false, false])
  clock.advance(27 * DAY)
  await use('records:read')
  expect((await table()).map(([, , unused]: [string, null, boolean]) => unused)).toEqual([false, true, true])
})

test('requests that name no scopes prove nothing, and neither does a key that nobody uses', async () => {
  const { clock, withScopes } = await start()
  const { use, read, table } = await withScopes('records:read', 'records:write')
  for (let day = 0; day < 31; day++) {
    await use()
    clock.advance(DAY)
  }
  expect(await read()).toMatchObject({ lastNamedOn: null })
  expect((await table()).map(([, , unused]: [string, string, boolean]) => unused)).toEqual([false, false])
  await use('records:read')
  expect((await table())[1]).toEqual(['records:write', null, true])
  clock.advance(31 * DAY)
  await use()
  expect((await table()).map(([, , unused]: [string, string, boolean]) => unused)).toEqual([false, false])
})

test('what was refused has used nothing', async () => {
  const { withScopes, code } = await start()
  const { secret, table } = await withScopes('records:read', 'files:*')
  expect(await code(secret, { scopes: ['records:read', 'records:write'] })).toBe('INSUFFICIENT_SCOPE')
  expect(await code(secret, { scopes: ['records:read'], organizationId: 'org_other' })).toBe('ORGANIZATION_MISMATCH')
  expect((await table()).map(([, day]: [string, string | null]) => day)).toEqual([null, null])
})

test('a wildcard is what was used where nothing narrower is held', async () => {
  const { withScopes } = await start()
  const { use, table } = await withScopes('*', 'records:*', 'records:read', 'files:*')
  await use('records:read', 'files:write')
  expect(await table()).toEqual([
    ['*', null, false],
    ['records:*', null, false],
    ['records:read', TODAY, false],
    ['files:*', TODAY, false],
  ])
  await use('records:write', 'account:read')
  expect((await table()).map(([, day]: [string, string | null]) => day)).toEqual([TODAY, TODAY, TODAY, TODAY])
})

test('what is too old to be kept is not taken for absent use', async () => {
  const { clock, withScopes, iso, usage } = await start()
  const { use, read } = await withScopes('records:read')
  await use('records:read')
  expect(await read()).toMatchObject({ lastNamedOn: TODAY })
  clock.advance(USAGE_KEPT_MS + 2 * DAY)
  await usage.sweep()
  expect(await read()).toMatchObject({ lastNamedOn: null, since: iso(clock.now() - USAGE_KEPT_MS) })
})

test('nothing is told of a deleted key, nor of another organization’s', async () => {
  const { call, withScopes } = await start()
  const { of, use } = await withScopes('records:read')
  await use('records:read')
  await call('POST', `${of}/revoke`)
  await call('DELETE', of)
  expect((await call('GET', `${of}/scopes`)).status).toBe(404)
})
