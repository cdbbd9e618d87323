import { AppError } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { ask, startDomain } from '../testing/test-domain.ts'
import type { Actor } from './actor.ts'
import { verifyChain } from './audit.ts'
import { applyChange } from './change.ts'
import { revokeKey } from './end-key.ts'
import { issueKey } from './issue-key.ts'
import { createOrganization } from './organizations.ts'
import { CommitUnknown, type Database } from './ports.ts'
import { issueServiceKey } from './service-keys.ts'

const INTENT = { action: 'test.change', scope: 'keys:write' } as const

async function start() {
  const server = await startDomain()
  const organization = (await createOrganization(server.domain, server.actor, { name: 'Acme' })).value
  return { ...server, organization }
}

describe('one transaction', () => {
  test('a change that throws at its end leaves nothing: no key, no event, no version', async () => {
    const { domain, database, actor, organization } = await start()
    const before = { version: await database.version(), head: await database.chainHead(organization.id) }
    const failing: Database = {
      ...database,
      transact: (work) =>
        database.transact(async (writes) => {
          await work(writes)
          throw new Error('the process died here')
        }),
    }
    const attempt = issueKey({ ...domain, database: failing }, actor, organization.id, { name: 'half' })
    await expect(attempt).rejects.toThrow('the process died here')
    expect(await database.version()).toBe(before.version)
    expect(await database.chainHead(organization.id)).toEqual(before.head)
    expect(await database.countKeys(organization.id, { statuses: [] }, 0)).toEqual({})
  })

  test('reads outside a transaction do not see into it', async () => {
    const { database } = await start()
    const version = await database.version()
    let inside = 0
    const outside = database.transact(async (writes) => {
      inside = await writes.nextVersion('token')
      return { commit: false, value: null }
    })
    expect(await database.version()).toBe(version)
    await outside
    expect(inside).toBe(version + 1)
  })

  test('every version has its row of what it touches, without a gap, under concurrent changes', async () => {
    const { domain, database, actor, organization } = await start()
    const first = await database.version()
    const names = Array.from({ length: 4 }, (_, i) => `k${i}`)
    const receipts = await Promise.all(names.map((name) => issueKey(domain, actor, organization.id, { name })))
    expect(receipts).toHaveLength(4)
    expect(await database.version()).toBe(first + 4)
    expect(await verifyChain(database, domain.serverKey, organization.id)).toEqual({ intact: true, count: 5 })
  })
})

describe('the actor’s rights', () => {
  test('are read again inside the change: a service key revoked meanwhile changes nothing', async () => {
    const { domain, database, actor, organization, clock } = await start()
    const service = (await issueServiceKey(domain, actor, { name: 'backend' })).value.key
    const backend: Actor = { ...actor, ref: { type: 'service-key', id: service.id, name: service.name } }
    await issueKey(domain, backend, organization.id, { name: 'before' })
    await database.transact(async (writes) => {
      await writes.updateKey({ ...service, revokedAt: clock.now() })
      return { commit: true, value: null }
    })
    const attempt = issueKey(domain, backend, organization.id, { name: 'after' })
    await expect(attempt).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  test('do not reach beyond the scopes it holds', async () => {
    const { domain, actor, organization } = await start()
    const service = (await issueServiceKey(domain, actor, { name: 'reader', scopes: ['keys:read'] })).value.key
    const reader: Actor = { ...actor, ref: { type: 'service-key', id: service.id, name: service.name } }
    const attempt = issueKey(domain, reader, organization.id, { name: 'x' })
    await expect(attempt).rejects.toMatchObject({ code: 'FORBIDDEN', details: { requiredScope: 'keys:write' } })
  })
})

describe('repeating', () => {
  test('revoking a revoked key answers with a receipt and is no second event', async () => {
    const { domain, database, actor, organization } = await start()
    const { key } = (await issueKey(domain, actor, organization.id, { name: 'x' })).value
    const first = await revokeKey(domain, actor, organization.id, key.id, { reason: 'compromised' })
    const version = await database.version()
    const again = await revokeKey(domain, actor, organization.id, key.id, { reason: 'other' })
    expect(again.receipt).toMatchObject({ verifiers: 1, effectiveAt: expect.any(String) })
    expect(again.value).toEqual(first.value)
    expect(await database.version()).toBe(version)
    expect((await database.chainHead(organization.id))?.count).toBe(3)
  })

  test('a change that finds nothing to do still puts what it touches out of memory', async () => {
    const { domain, actor, memory, customers, organization } = await start()
    const { key, secret } = (await issueKey(domain, actor, organization.id, { name: 'x' })).value
    const question = ask(secret)
    await customers.verify(question)
    expect(memory.size).toBe(1)
    const touched = [{ keyId: key.id, addsSecret: false }]
    await applyChange(domain, actor, INTENT, async () => ({ changed: false, value: null, touched }))
    const again = customers.verify(question)
    expect(again).toBeInstanceOf(Promise)
    await again
  })
})

describe('a commit whose outcome is unknown', () => {
  test('is told as such, and nothing remembered is trusted afterwards', async () => {
    const { domain, database, actor, memory, customers, organization } = await start()
    const { secret } = (await issueKey(domain, actor, organization.id, { name: 'x' })).value
    await customers.verify(ask(secret))
    const lossy: Database = {
      ...database,
      transact: async (work) => {
        await database.transact(work)
        throw new CommitUnknown('connection lost')
      },
    }
    const attempt = issueKey({ ...domain, database: lossy }, actor, organization.id, { name: 'y' })
    await expect(attempt).rejects.toBeInstanceOf(CommitUnknown)
    expect(memory.size).toBe(0)
  })
})

describe('a refusal', () => {
  test('changes nothing and leaves the version as it was', async () => {
    const { domain, database, actor } = await start()
    const version = await database.version()
    const attempt = issueKey(domain, actor, 'org_unknown', { name: 'x' })
    await expect(attempt).rejects.toBeInstanceOf(AppError)
    expect(await database.version()).toBe(version)
  })
})
