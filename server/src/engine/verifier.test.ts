import { describe, expect, test } from 'vitest'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { issueKey } from '../domain/issue-key.ts'
import { createOrganization } from '../domain/organizations.ts'
import type { Loaded, SecretLookup } from '../domain/ports.ts'
import { rotateKey } from '../domain/rotate-key.ts'
import { issueServiceKey } from '../domain/service-keys.ts'
import { ask, reveal, startDomain, type TestOptions } from '../testing/test-domain.ts'

async function startWithKey(options: TestOptions = {}) {
  const server = await startDomain(options)
  const { domain, actor } = server
  const organization = (await createOrganization(domain, actor, { name: 'Acme' })).value
  const issued = await issueKey(domain, actor, organization.id, { name: 'ci', scopes: ['*'] })
  const { key, secret } = issued.value
  const revoke = () => revokeKey(domain, actor, organization.id, key.id, {})
  return { ...server, organization, key, secret, revoke }
}

/** Holds back what look-ups bring until a test lets it through: the snapshot is taken, the answer is on its way. */
function heldLookups() {
  const waiting: (() => void)[] = []
  let held = false
  return {
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      for (const go of waiting.splice(0)) go()
    },
    arrived: async (count: number) => {
      while (waiting.length < count) await new Promise(setImmediate)
    },
    between: (real: SecretLookup): SecretLookup => ({
      async load(digests): Promise<Loaded> {
        const answer = await real.load(digests)
        if (held) await new Promise<void>((go) => waiting.push(go))
        return answer
      },
    }),
  }
}

describe('what the database is asked', () => {
  test('a cold verdict costs one look-up and a warm one none, accepted or denied', async () => {
    const { customers, secret, lookups, revoke } = await startWithKey()
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'VALID' })
    expect(lookups()).toBe(1)
    expect(customers.verify(ask(secret))).toMatchObject({ code: 'VALID' })
    expect(customers.verify(ask(secret, { organizationId: 'org_other' }))).toMatchObject({ valid: false })
    expect(lookups()).toBe(1)
    await revoke()
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'REVOKED' })
    expect(customers.verify(ask(secret))).toMatchObject({ code: 'REVOKED' })
    expect(lookups()).toBe(2)
  })

  test('a wrong checksum, another product’s key and rubbish cost no look-up', async () => {
    const { customers, secret, lookups } = await startWithKey()
    const plain = reveal(secret)
    const flipped = plain.slice(0, -1) + (plain.endsWith('0') ? '1' : '0')
    for (const key of [flipped, `other_${plain}`, '', 'x'.repeat(100_000), 'ключ', '\0']) {
      expect(customers.verify(ask(key))).toEqual(
        expect.objectContaining({ valid: false, code: 'MALFORMED', facts: null }),
      )
    }
    expect(lookups()).toBe(0)
  })

  test('fifty questions about one cold secret share one look-up', async () => {
    const { customers, secret, lookups } = await startWithKey()
    const verdicts = await Promise.all(Array.from({ length: 50 }, () => customers.verify(ask(secret))))
    expect(new Set(verdicts.map(({ code }) => code))).toEqual(new Set(['VALID']))
    expect(lookups()).toBe(1)
  })

  test('a secret of no key is remembered as absent, and that memory is bounded', async () => {
    const { customers, domain, actor, organization, memory, lookups } = await startWithKey({ memory: { maxAbsent: 2 } })
    const gone = []
    for (let i = 0; i < 3; i++) {
      const { value } = await issueKey(domain, actor, organization.id, { name: 'gone' })
      await revokeKey(domain, actor, organization.id, value.key.id, {})
      await deleteKey(domain, actor, organization.id, value.key.id, undefined)
      gone.push(value.secret)
    }
    for (const secret of gone) expect(await customers.verify(ask(secret))).toMatchObject({ code: 'UNKNOWN' })
    for (const secret of gone.slice(1)) expect(customers.verify(ask(secret))).toMatchObject({ code: 'UNKNOWN' })
    expect(lookups()).toBe(3)
    expect(await customers.verify(ask(gone[0] ?? ''))).toMatchObject({ code: 'UNKNOWN' })
    expect(lookups()).toBe(4)
    expect(memory.size).toBe(0)
  })

  test('no more secrets are remembered than the limit', async () => {
    const { customers, domain, actor, organization, memory, secret } = await startWithKey({ memory: { maxSecrets: 2 } })
    const { value: second } = await issueKey(domain, actor, organization.id, { name: 'b' })
    const { value: third } = await issueKey(domain, actor, organization.id, { name: 'c' })
    for (const each of [secret, second.secret, third.secret]) await customers.verify(ask(each))
    expect(memory.size).toBe(2)
  })
})

describe('changes', () => {
  test('the old secret is refused as ROTATED and the new one passes as soon as rotate has returned', async () => {
    const { customers, domain, actor, organization, key, secret } = await startWithKey()
    await customers.verify(ask(secret))
    const { value } = await rotateKey(domain, actor, organization.id, key.id, 0)
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'ROTATED' })
    expect(await customers.verify(ask(value.secret))).toMatchObject({ code: 'VALID', facts: { id: key.id } })
  })

  test('a look-up that read the state before a revocation is not kept when it arrives after it', async () => {
    const held = heldLookups()
    const { customers, secret, revoke } = await startWithKey({ lookup: held.between })
    held.hold()
    const early = customers.verify(ask(secret))
    await held.arrived(1)
    await revoke()
    held.release()
    // It began before the revocation, so either answer would do; what counts is that it leaves nothing behind.
    await early
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'REVOKED' })
  })

  test('a question that begins after a revocation does not join a look-up from before it', async () => {
    const held = heldLookups()
    const { customers, secret, revoke } = await startWithKey({ lookup: held.between })
    held.hold()
    const early = customers.verify(ask(secret))
    await held.arrived(1)
    await revoke()
    const late = customers.verify(ask(secret))
    held.release()
    await early
    expect(await late).toMatchObject({ code: 'REVOKED' })
  })

  test('absence that was read before a key was made is not kept when it arrives after it', async () => {
    const held = heldLookups()
    const { customers, memory, domain, actor, organization, secret, key } = await startWithKey({ lookup: held.between })
    await revokeKey(domain, actor, organization.id, key.id, {})
    await deleteKey(domain, actor, organization.id, key.id, undefined)
    held.hold()
    const early = customers.verify(ask(secret))
    await held.arrived(1)
    await issueKey(domain, actor, organization.id, { name: 'other' })
    held.release()
    expect(await early).toMatchObject({ code: 'UNKNOWN' })
    expect(memory.recall('')).toBeUndefined()
    const again = customers.verify(ask(secret))
    expect(again).toBeInstanceOf(Promise)
    await again
  })

  test('after a commit of unknown outcome nothing remembered or on its way is trusted', async () => {
    const held = heldLookups()
    const { customers, domain, memory, secret, lookups } = await startWithKey({ lookup: held.between })
    await customers.verify(ask(secret))
    domain.verifiers.forget()
    expect(memory.size).toBe(0)
    held.hold()
    const early = customers.verify(ask(secret))
    await held.arrived(1)
    domain.verifiers.forget()
    const late = customers.verify(ask(secret))
    await held.arrived(2)
    expect(lookups()).toBe(3)
    domain.verifiers.forget()
    held.release()
    await Promise.all([early, late])
    expect(memory.size).toBe(0)
  })

  test('a secret known as absent is asked for again after any change that adds a secret', async () => {
    const { memory } = await startWithKey()
    const version = memory.appliedVersion
    memory.keep('digest', null, version, memory.generation)
    memory.apply({ version: version + 1, touched: [{ keyId: 'key_a', addsSecret: false }] })
    expect(memory.recall('digest')).toBeNull()
    memory.apply({ version: version + 2, touched: [{ keyId: 'key_a', addsSecret: true }] })
    expect(memory.recall('digest')).toBeUndefined()
  })

  test('a change to an organization forgets its keys and nobody else’s', async () => {
    const { customers, domain, actor, organization, memory, secret } = await startWithKey()
    const other = (await createOrganization(domain, actor, { name: 'Other' })).value
    const { value } = await issueKey(domain, actor, other.id, { name: 'x' })
    for (const each of [secret, value.secret]) await customers.verify(ask(each))
    const touched = [{ organizationId: organization.id, addsSecret: false }]
    await domain.verifiers.apply({ version: memory.appliedVersion, touched })
    expect(customers.verify(ask(value.secret))).toMatchObject({ code: 'VALID' })
    const again = customers.verify(ask(secret))
    expect(again).toBeInstanceOf(Promise)
    await again
  })

  test('a change applied out of turn empties the memory: what came between was not seen', async () => {
    const { customers, domain, memory, secret } = await startWithKey()
    await customers.verify(ask(secret))
    expect(memory.size).toBe(1)
    await domain.verifiers.apply({ version: memory.appliedVersion + 2, touched: [] })
    expect(memory.size).toBe(0)
  })
})

describe('who is asked about', () => {
  test('no service key passes as a customer’s key, nor a customer’s as a service key', async () => {
    const { customers, services, domain, actor, secret } = await startWithKey()
    const service = (await issueServiceKey(domain, actor, { name: 'backend' })).value.secret
    expect(await customers.verify(ask(service))).toMatchObject({ valid: false })
    expect(await services.verify(ask(service))).toMatchObject({ code: 'VALID' })
    expect(await services.verify(ask(secret))).toMatchObject({ valid: false })
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'VALID' })
  })

  test('another organization’s key is UNKNOWN to a bound asker, in whatever state it is', async () => {
    const { customers, secret, organization, revoke } = await startWithKey()
    expect(await customers.verify(ask(secret, { askedFor: 'org_other' }))).toMatchObject({ code: 'UNKNOWN' })
    expect(await customers.verify(ask(secret, { askedFor: organization.id }))).toMatchObject({ code: 'VALID' })
    await revoke()
    expect(await customers.verify(ask(secret, { askedFor: 'org_other' }))).toMatchObject({ code: 'UNKNOWN' })
  })

  test('a key expires at its very millisecond, also while it is remembered', async () => {
    const { customers, domain, actor, organization, clock } = await startWithKey()
    const expiresAt = clock.now() + 1_000
    const { value } = await issueKey(domain, actor, organization.id, { name: 'short', expiresAt })
    clock.advance(999)
    expect(await customers.verify(ask(value.secret))).toMatchObject({ code: 'VALID' })
    clock.advance(1)
    expect(await customers.verify(ask(value.secret))).toMatchObject({ code: 'EXPIRED' })
  })
})

describe('faults', () => {
  test('when the database cannot be reached a cold question is UNAVAILABLE, never let in, and recovers by itself', async () => {
    let broken = true
    const { customers, secret } = await startWithKey({
      lookup: (real) => ({
        load: (digests) => (broken ? Promise.reject(new Error('connection refused')) : real.load(digests)),
      }),
    })
    await expect(customers.verify(ask(secret))).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    broken = false
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'VALID' })
  })
})

describe('last use', () => {
  test('is written by the flush, not by the verdict, and only for verdicts that let in', async () => {
    const { customers, usage, database, key, secret, clock } = await startWithKey()
    await customers.verify(ask(secret, { ip: '192.0.2.7' }))
    expect((await database.key(key.id))?.lastUsedAt).toBeNull()
    await usage.flush()
    expect(await database.key(key.id)).toMatchObject({ lastUsedAt: clock.now(), lastUsedIp: '192.0.2.7', version: 1 })
    const before = clock.now()
    clock.advance(5_000)
    await customers.verify(ask(secret, { organizationId: 'org_other' }))
    await usage.flush()
    expect((await database.key(key.id))?.lastUsedAt).toBe(before)
  })

  test('brings no revoked key back, and survives a failed flush', async () => {
    const { customers, usage, database, key, secret, revoke } = await startWithKey()
    await customers.verify(ask(secret))
    await revoke()
    await usage.flush()
    expect(await database.key(key.id)).toMatchObject({ revokedAt: expect.any(Number), lastUsedAt: expect.any(Number) })
    expect(await customers.verify(ask(secret))).toMatchObject({ code: 'REVOKED' })
  })
})
