import { expect, test } from 'vitest'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { DatabaseUnavailable, type UsageStore } from '../domain/ports.ts'
import { issueServiceKey } from '../domain/service-keys.ts'
import { DAY_MS, type UsagePortion } from '../domain/usage-records.ts'
import { ask } from '../testing/test-domain.ts'
import { startWithKey } from './counted-key.fixture.ts'

const asking = (secret: Parameters<typeof ask>[0], ...scopes: string[]) => ask(secret, { scopes })

/** A database that keeps what it is given, and fails as a test says. */
function watchedStore() {
  const portions: UsagePortion[] = []
  const fault: { error: Error | null } = { error: null }
  const between = (real: UsageStore): UsageStore => ({
    ...real,
    async recordUsage(portion) {
      if (fault.error) throw fault.error
      await real.recordUsage(portion)
      portions.push(portion)
    },
  })
  return { between, fault, scopesWritten: () => portions.map(({ scopes }) => scopes.map(({ scope }) => scope)) }
}

async function start(options: { maxWaitingUses?: number } = {}) {
  const store = watchedStore()
  const server = await startWithKey({ ...options, usageStore: store.between, onUsageFailure: () => {} })
  const { domain, actor, organization, database, clock } = server
  const issue = async (...scopes: string[]) =>
    (await issueKey(domain, actor, organization.id, { name: 'k', scopes })).value
  const today = () => Math.floor(clock.now() / DAY_MS)
  const usedBy = async (keyId: string) =>
    Object.fromEntries((await database.scopeUses(keyId)).scopes.map(({ scope, lastUsedDay }) => [scope, lastUsedDay]))
  return { ...server, ...store, issueWith: issue, today, usedBy }
}

test('a scope is written once a day, whatever happens in between', async () => {
  const { customers, usage, clock, issueWith, scopesWritten, usedBy, today } = await start()
  const { key, secret } = await issueWith('records:read', 'files:*')
  for (let i = 0; i < 3; i++) {
    await customers.verify(asking(secret, 'records:read'))
    await customers.verify(asking(secret, 'files:read', 'files:write'))
    await usage.flush()
  }
  expect(scopesWritten()).toEqual([['records:read', 'files:*'], [], []])
  clock.advance(DAY_MS)
  await customers.verify(asking(secret, 'records:read'))
  await usage.flush()
  expect(scopesWritten().at(-1)).toEqual(['records:read'])
  expect(await usedBy(key.id)).toEqual({ 'records:read': today(), 'files:*': today() - 1 })
})

test('midnight in UTC is where one day ends, to the millisecond', async () => {
  const { customers, usage, clock, issueWith, usedBy, today } = await start()
  const { key, secret } = await issueWith('records:read')
  clock.advance(DAY_MS - (clock.now() % DAY_MS) - 1)
  await customers.verify(asking(secret, 'records:read'))
  const before = today()
  clock.advance(1)
  expect(today()).toBe(before + 1)
  await customers.verify(asking(secret, 'records:read'))
  await usage.flush()
  expect(await usedBy(key.id)).toEqual({ 'records:read': before + 1 })
})

test('what was noted is written when the database is back, and again where it had to make room', async () => {
  const { customers, usage, issueWith, usedBy, today, fault, losses } = await start({ maxWaitingUses: 10 })
  const keys = await Promise.all(Array.from({ length: 20 }, () => issueWith('records:read')))
  const useAll = async () => {
    for (const { secret } of keys) await customers.verify(asking(secret, 'records:read'))
  }
  fault.error = new DatabaseUnavailable('stopped for a test')
  await useAll()
  await expect(usage.flush()).rejects.toBe(fault.error)
  expect(losses.length).toBeGreaterThan(0)
  fault.error = null
  for (const { secret } of keys) {
    await customers.verify(asking(secret, 'records:read'))
    await usage.flush()
  }
  for (const { key } of keys) expect(await usedBy(key.id)).toEqual({ 'records:read': today() })
})

test('a portion that is given up takes no day with it: the next request notes the scope again', async () => {
  const { customers, usage, issueWith, usedBy, today, fault, losses } = await start()
  const { key, secret } = await issueWith('records:read')
  fault.error = new Error('refused for a test')
  await customers.verify(asking(secret, 'records:read'))
  for (let i = 0; i < 4; i++) await expect(usage.flush()).rejects.toBe(fault.error)
  await usage.flush()
  expect(losses).toEqual([1])
  fault.error = null
  await customers.verify(asking(secret, 'records:read'))
  await usage.flush()
  expect(await usedBy(key.id)).toEqual({ 'records:read': today() })
})

test('a deleted key leaves nothing, also where its last use is written after it is gone', async () => {
  const { customers, usage, domain, actor, database, organization, issueWith, usedBy } = await start()
  const { key, secret } = await issueWith('records:read', 'files:read')
  await customers.verify(asking(secret, 'records:read'))
  await usage.flush()
  await revokeKey(domain, actor, organization.id, key.id, {})
  await deleteKey(domain, actor, organization.id, key.id, undefined)
  expect(await usedBy(key.id)).toEqual({})
  await database.recordUsage({
    ...{ writer: 'late', number: 1, at: 1, hours: [], callers: [], others: [], denials: [], lastUses: [] },
    scopes: [{ keyId: key.id, scope: 'files:read', day: 1 }],
  })
  expect(await usedBy(key.id)).toEqual({})
})

test('of service keys nothing is noted', async () => {
  const { services, usage, domain, actor, usedBy, scopesWritten } = await start()
  const { key, secret } = (await issueServiceKey(domain, actor, { name: 's' })).value
  await services.verify(asking(secret, 'keys:verify'))
  await usage.flush()
  expect(await usedBy(key.id)).toEqual({})
  expect(scopesWritten()).toEqual([[]])
})

test('however many different scopes are asked for, a grant is written once each time', async () => {
  const { customers, usage, issueWith, scopesWritten } = await start()
  const { secret } = await issueWith('records:*')
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 1_000; i++) await customers.verify(asking(secret, `records:${round}-${i}`))
    await usage.flush()
  }
  expect(scopesWritten()).toEqual([['records:*'], ['records:*']])
})
