import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization, deleteOrganization } from '../domain/organizations.ts'
import { DatabaseUnavailable } from '../domain/ports.ts'
import type { UsagePortion } from '../domain/usage-records.ts'
import { PostgresProxy } from '../testing/postgres-proxy.ts'
import { ask, startDomain } from '../testing/test-domain.ts'
import { createPostgresDatabase } from '../testing/test-engine.ts'

async function startWithKeys(count: number) {
  const url = await createPostgresDatabase(inject('postgres').template)
  const server = await startDomain({ databaseUrl: url })
  const { domain, actor, usage } = server
  await usage.close()
  const organization = (await createOrganization(domain, actor, { name: 'Acme', plan: 'premium' })).value
  const keys: { id: string; secret: string }[] = []
  for (let i = 0; i < count; i++) {
    const { key, secret } = (await issueKey(domain, actor, organization.id, { name: 'k' })).value
    keys.push({ id: key.id, secret: secret?.reveal() ?? '' })
  }
  const foreign = new Client(url)
  await foreign.connect()
  onTestFinished(() => foreign.end())
  return { ...server, organization, keys, foreign }
}

test('a change that holds one key and then wants another never meets a flush that holds the other', async () => {
  const { customers, usage, database, keys, foreign } = await startWithKeys(20)
  for (const { secret } of keys) await customers.verify(ask(secret))
  const [first, last] = [keys[0]?.id, keys.at(-1)?.id]
  for (const [held, wanted] of [
    [first, last],
    [last, first],
  ]) {
    for (const { secret } of keys) await customers.verify(ask(secret))
    await foreign.query('begin')
    await foreign.query('update key_uses set prefix = prefix where key_id = $1', [held])
    await foreign.query('update secrets set state = state where key_id = $1', [held])
    const flushed = usage.flush()
    await sleep(200)
    // With every other row taken by the flush this would wait for it, and it for this.
    await foreign.query('update key_uses set prefix = prefix where key_id = $1', [wanted])
    await foreign.query('update secrets set state = state where key_id = $1', [wanted])
    await foreign.query('commit')
    await flushed
  }
  for (const { id } of keys) expect((await database.key(id))?.lastUsedAt).toEqual(expect.any(Number))
})

test('scopes of a key that a change holds are written once it is over, and not at all where the key is gone then', async () => {
  const { usage, customers, database, domain, actor, organization, foreign } = await startWithKeys(1)
  const issue = async () => (await issueKey(domain, actor, organization.id, { name: 's', scopes: ['*'] })).value
  const [kept, gone, free] = [await issue(), await issue(), await issue()]
  for (const { secret } of [kept, gone, free]) await customers.verify(ask(secret, { scopes: ['records:read'] }))
  await foreign.query('begin')
  await foreign.query('update key_uses set prefix = prefix where key_id = $1', [kept.key.id])
  await foreign.query('delete from key_uses where key_id = $1', [gone.key.id])
  const flushed = usage.flush()
  await sleep(200)
  await foreign.query('delete from key_scopes where key_id = $1', [gone.key.id])
  await foreign.query('commit')
  await flushed
  const scopesOf = async ({ key }: { key: { id: string } }) =>
    (await database.scopeUses(key.id)).scopes.map(({ scope }) => scope)
  expect([await scopesOf(kept), await scopesOf(gone), await scopesOf(free)]).toEqual([['*'], [], ['*']])
})

test('an organization is deleted in the midst of the flushes of all its keys, and neither fails', async () => {
  for (let round = 0; round < 3; round++) {
    const { customers, usage, domain, actor, organization, keys } = await startWithKeys(40)
    const deleted = (async () => {
      await sleep(20)
      return deleteOrganization(domain, actor, organization.id)
    })()
    const results = await Promise.allSettled([
      deleted,
      ...Array.from({ length: 10 }, async (_, at) => {
        await sleep(5 * at)
        for (const { secret } of keys.toSorted(() => Math.sin(at))) await customers.verify(ask(secret))
        await usage.flush()
      }),
    ])
    expect(results.filter(({ status }) => status === 'rejected')).toEqual([])
  }
})

describe('a portion', () => {
  const hour = Date.UTC(2026, 0, 15, 12)
  const nothing = { callers: [], others: [], denials: [], lastUses: [], scopes: [] }
  const portion: UsagePortion = {
    ...{ ...nothing, writer: 'w', number: 1, at: hour },
    hours: [{ subjectId: 'key_a', hour, code: 'VALID', count: 3 }],
  }

  async function startBehindProxy() {
    const proxy = await PostgresProxy.before(await createPostgresDatabase(inject('postgres').template))
    const { database } = await startDomain({ databaseUrl: proxy.url })
    const counted = async () => (await database.usage('key_a', 0, hour + 1, 1))[0]?.count
    return { proxy, database, counted }
  }

  test('whose COMMIT was carried out but not answered is not counted again', async () => {
    const { proxy, database, counted } = await startBehindProxy()
    proxy.loseAnswerToCommit()
    await expect(database.recordUsage(portion)).rejects.toBeInstanceOf(DatabaseUnavailable)
    expect(await counted()).toBe(3)
    await database.recordUsage(portion)
    expect(await counted()).toBe(3)
    await database.recordUsage({ ...portion, number: 2 })
    expect(await counted()).toBe(6)
  })

  test('whose COMMIT is still on its way waits until that is decided', async () => {
    const { proxy, database, counted } = await startBehindProxy()
    const late = proxy.delayCommit()
    await expect(database.recordUsage(portion)).rejects.toBeInstanceOf(DatabaseUnavailable)
    const again = database.recordUsage(portion)
    await sleep(200)
    late.arrive()
    await again
    expect(await counted()).toBe(3)
  })
})
