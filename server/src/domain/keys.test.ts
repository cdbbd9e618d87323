import type { Product } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { loadProduct } from '../product/load.ts'
import { ask, PROFILES, startDomain } from '../testing/test-domain.ts'
import { deleteKey, revokeKey } from './end-key.ts'
import { issueKey, type NewKey } from './issue-key.ts'
import { createOrganization } from './organizations.ts'
import { rotateKey } from './rotate-key.ts'

const STANDARD = loadProduct('default', { profilesDir: PROFILES })
const [firstPlan] = STANDARD.plans
if (!firstPlan) throw new Error('the default product has no plan')

async function start(changes: Partial<Product> = {}) {
  const server = await startDomain({ product: { ...STANDARD, ...changes } })
  const { domain, actor } = server
  const { id } = (await createOrganization(domain, actor, { name: 'Acme' })).value
  return { ...server, organizationId: id, issue: (input: NewKey) => issueKey(domain, actor, id, input) }
}

describe('issuing', () => {
  test('fifty creates at once with room for one give exactly one key', async () => {
    const { issue, organizationId, database } = await start({ plans: [{ ...firstPlan, maxKeys: 3 }] })
    await issue({ name: 'one' })
    await issue({ name: 'two' })
    const race = await Promise.allSettled(Array.from({ length: 50 }, (_, i) => issue({ name: `racer ${i}` })))
    expect(race.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of race) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'KEY_LIMIT_REACHED' })
    }
    expect(await database.countKeys(organizationId, { statuses: [] }, 0)).toEqual({ active: 3 })
  })

  test('revoked and expired keys free their place under the cap', async () => {
    const { issue, domain, actor, organizationId, clock } = await start({ plans: [{ ...firstPlan, maxKeys: 1 }] })
    const { key } = (await issue({ name: 'one', expiresAt: clock.now() + 1_000 })).value
    await expect(issue({ name: 'two' })).rejects.toMatchObject({ code: 'KEY_LIMIT_REACHED', details: { maxKeys: 1 } })
    clock.advance(1_000)
    const second = (await issue({ name: 'two' })).value.key
    await revokeKey(domain, actor, organizationId, second.id, {})
    await expect(issue({ name: 'three' })).resolves.toBeDefined()
    expect(key.version).toBe(1)
  })

  test('a scope outside the catalogue is refused, never dropped', async () => {
    const { issue } = await start()
    const scopes = [STANDARD.scopes[0]?.id ?? '', 'nothing:here', 'nowhere:*', 'not a scope']
    await expect(issue({ name: 'x', scopes })).rejects.toMatchObject({
      code: 'UNKNOWN_SCOPE',
      details: { scopes: ['nothing:here', 'nowhere:*', 'not a scope'] },
    })
  })

  test('nothing beyond the plan can be granted, by wildcard neither', async () => {
    const allowed = STANDARD.scopes[0]?.id ?? ''
    const { issue } = await start({ plans: [{ ...firstPlan, scopes: [allowed] }] })
    await expect(issue({ name: 'x', scopes: [allowed] })).resolves.toBeDefined()
    await expect(issue({ name: 'x', scopes: ['*'] })).rejects.toMatchObject({ code: 'SCOPE_EXCEEDS_GRANTOR' })
  })

  test('each wrong field is named with its remedy', async () => {
    const { issue, clock } = await start()
    const wrong: [NewKey, string][] = [
      [{ name: 'x', environment: 'moon' }, 'environment'],
      [{ name: 'x', accessLevel: 'everything' }, 'accessLevel'],
      [{ name: 'x', accessLevel: STANDARD.accessLevels[0]?.id ?? '', scopes: [] }, 'scopes'],
      [{ name: 'x', resources: { planet: ['mars'] } }, 'resources.planet'],
      [
        { name: 'x', resources: { [STANDARD.resourceKinds[0]?.id ?? '']: [] } },
        `resources.${STANDARD.resourceKinds[0]?.id}`,
      ],
      [{ name: 'x', allowedIps: ['10.0.0.0/8', '10.0.0.300'] }, 'allowedIps[1]'],
      [{ name: 'x', expiresAt: clock.now() }, 'expiresAt'],
    ]
    for (const [input, field] of wrong) {
      await expect(issue(input), field).rejects.toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { [field]: [expect.any(String)] },
      })
    }
  })
})

describe('rotating', () => {
  test('keeps everything but the secret, and the old one is dead at once', async () => {
    const { issue, domain, actor, organizationId } = await start()
    const { key } = (await issue({ name: 'x', scopes: ['*'], tags: ['a'], metadata: { team: 'b' } })).value
    const rotated = (await rotateKey(domain, actor, organizationId, key.id, 0)).value
    const { prefix, rotatedAt, updatedAt, version, ...same } = rotated.key
    expect(key).toMatchObject(same)
    expect({ version, rotatedAt, updatedAt }).toEqual({ version: 2, rotatedAt: updatedAt, updatedAt })
    expect(prefix).not.toBe(key.prefix)
  })

  test('twenty rotations at once leave one live secret, the last answered', async () => {
    const { issue, domain, actor, organizationId, customers } = await start()
    const { key } = (await issue({ name: 'x' })).value
    const rotations = await Promise.all(
      Array.from({ length: 20 }, () => rotateKey(domain, actor, organizationId, key.id, 0)),
    )
    const codes = await Promise.all(
      rotations.map(async ({ value }) => {
        return (await customers.verify(ask(value.secret))).code
      }),
    )
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(1)
    expect(codes.filter((code) => code === 'ROTATED')).toHaveLength(19)
    expect(new Set(rotations.map(({ value }) => value.key.version))).toHaveLength(20)
  })

  test('a revoked or expired key is not given a new secret', async () => {
    const { issue, domain, actor, organizationId, clock } = await start()
    const revoked = (await issue({ name: 'x' })).value.key
    await revokeKey(domain, actor, organizationId, revoked.id, {})
    await expect(rotateKey(domain, actor, organizationId, revoked.id, 0)).rejects.toMatchObject({ code: 'KEY_REVOKED' })
    const expired = (await issue({ name: 'x', expiresAt: clock.now() + 1 })).value.key
    clock.advance(1)
    await expect(rotateKey(domain, actor, organizationId, expired.id, 0)).rejects.toMatchObject({ code: 'KEY_EXPIRED' })
  })
})

describe('deleting', () => {
  test('an active key is refused where the product wants it revoked first', async () => {
    const { issue, domain, actor, organizationId } = await start({
      lifecycle: { ...STANDARD.lifecycle, deleteRequiresRevoke: true },
    })
    const { key } = (await issue({ name: 'x' })).value
    const remove = () => deleteKey(domain, actor, organizationId, key.id, 'in-use')
    await expect(remove()).rejects.toMatchObject({ code: 'KEY_NOT_REVOKED' })
    await revokeKey(domain, actor, organizationId, key.id, {})
    await expect(remove()).resolves.toMatchObject({ receipt: { verifiers: 1 } })
    await expect(remove()).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a key used within the last day needs an explicit word, counted to this very moment', async () => {
    const free = await start({ lifecycle: { ...STANDARD.lifecycle, deleteRequiresRevoke: false } })
    const { issue, domain, actor, organizationId, customers, clock } = free
    const { key, secret } = (await issue({ name: 'x' })).value
    await customers.verify(ask(secret, { ip: '192.0.2.7' }))
    const remove = (confirm?: 'in-use') => deleteKey(domain, actor, organizationId, key.id, confirm)
    await expect(remove()).rejects.toMatchObject({ code: 'KEY_IN_USE', details: { lastUsedIp: '192.0.2.7' } })
    clock.advance(24 * 3_600_000)
    await expect(remove()).resolves.toBeDefined()
    const other = (await issue({ name: 'y' })).value
    await customers.verify(ask(other.secret))
    await expect(deleteKey(domain, actor, organizationId, other.key.id, 'in-use')).resolves.toBeDefined()
  })
})
