import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deleteKey, revokeKey } from '../domain/end-key.ts'
import { rotateKey } from '../domain/rotate-key.ts'
import { issueServiceKey } from '../domain/service-keys.ts'
import { switchKey } from '../domain/switch-key.ts'
import { HOUR_MS, MAX_CALLERS, MAX_DENIALS } from '../domain/usage-records.ts'
import { ask } from '../testing/test-domain.ts'
import { startWithKey } from './counted-key.fixture.ts'
import { MAX_TALLIES } from './usage-tally.ts'

describe('counts', () => {
  test('of parallel verdicts are exact, for each key and for their organization', async () => {
    const { customers, issue, key, secret, organization, usage, countsOf } = await startWithKey()
    const other = await issue()
    const asked = Array.from({ length: 300 }, (_, i) =>
      ask(i % 3 === 0 ? other.secret : secret, { ip: `192.0.2.${i}` }),
    )
    await Promise.all([...asked.map((question) => customers.verify(question)), usage.flush(), usage.flush()])
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ VALID: 200 })
    expect(await countsOf(other.key.id)).toEqual({ VALID: 100 })
    expect(await countsOf(organization.id)).toEqual({ VALID: 300 })
  })

  test('tell apart why a known key was refused, and stay silent about what nobody knows', async () => {
    const { customers, services, domain, actor, key, secret, organization, usage, countsOf } = await startWithKey()
    await customers.verify(ask(secret, { organizationId: 'org_other' }))
    await customers.verify(ask(secret, { askedFor: 'org_other' }))
    await services.verify(ask(secret))
    await customers.verify(ask('acme_live_nonsense'))
    await switchKey(domain, actor, organization.id, key.id, 'disable')
    await customers.verify(ask(secret))
    await switchKey(domain, actor, organization.id, key.id, 'enable')
    const { secret: second } = (await rotateKey(domain, actor, organization.id, key.id, 0)).value
    await customers.verify(ask(secret))
    await revokeKey(domain, actor, organization.id, key.id, {})
    await customers.verify(ask(second))
    await usage.flush()
    const expected = { ORGANIZATION_MISMATCH: 1, DISABLED: 1, ROTATED: 1, REVOKED: 1 }
    expect(await countsOf(key.id)).toEqual(expected)
    expect(await countsOf(organization.id)).toEqual(expected)
  })

  test('go on for a deleted key, whose verdict is UNKNOWN as ever', async () => {
    const { customers, domain, actor, database, key, secret, organization, usage, countsOf } = await startWithKey()
    await revokeKey(domain, actor, organization.id, key.id, {})
    await deleteKey(domain, actor, organization.id, key.id, undefined)
    for (let i = 0; i < 3; i++) {
      const verdict = await customers.verify(ask(secret, { ip: '192.0.2.9' }))
      expect(verdict).toEqual({ valid: false, code: 'UNKNOWN', facts: null, retryAfterSeconds: null, rateLimit: null })
    }
    await customers.verify(ask(secret, { askedFor: 'org_other' }))
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ UNKNOWN: 3 })
    expect(await database.callers(key.id)).toMatchObject([{ ip: '192.0.2.9', count: 3, lastCode: 'UNKNOWN' }])
  })

  test('belong to the hour of their verdict, to the millisecond', async () => {
    const { customers, clock, database, key, secret, usage } = await startWithKey()
    const hour = clock.now()
    expect(hour % HOUR_MS).toBe(0)
    for (const ms of [HOUR_MS - 1, 1, HOUR_MS - 1, 1]) {
      clock.advance(ms)
      await customers.verify(ask(secret))
    }
    await usage.flush()
    const rows = await database.usage(key.id, 0, hour + 9 * HOUR_MS, HOUR_MS)
    expect(rows.sort((a, b) => a.start - b.start)).toEqual([
      { start: hour, code: 'VALID', count: 1 },
      { start: hour + HOUR_MS, code: 'VALID', count: 2 },
      { start: hour + 2 * HOUR_MS, code: 'VALID', count: 1 },
    ])
  })

  test('are not kept of service keys, whose last use is', async () => {
    const { services, domain, actor, database, usage, countsOf } = await startWithKey()
    const { key, secret } = (await issueServiceKey(domain, actor, { name: 's' })).value
    await services.verify(ask(secret, { ip: '192.0.2.1' }))
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({})
    expect(await database.callers(key.id)).toEqual([])
    expect(await database.key(key.id)).toMatchObject({ lastUsedAt: expect.any(Number), lastUsedIp: '192.0.2.1' })
  })

  test('add up to the verdicts given, whoever asks, whenever they are written', async () => {
    const { customers, clock, database, key, secret, usage, countsOf } = await startWithKey()
    let given = 0
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ ip: fc.nat(90), organizationId: fc.constantFrom(null, 'org_other') }) },
      { weight: 1, arbitrary: fc.constantFrom('flush' as const, 'later' as const) },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        for (const one of steps) {
          if (one === 'flush') await usage.flush()
          else if (one === 'later') clock.advance(HOUR_MS / 3)
          else {
            await customers.verify(ask(secret, { ip: `192.0.2.${one.ip}`, organizationId: one.organizationId }))
            given++
          }
        }
        await usage.flush()
        const counted = Object.values(await countsOf(key.id)).reduce((sum, count) => sum + count, 0)
        const callers = await database.callers(key.id)
        const seen = callers.reduce((sum, { count }) => sum + count, await database.otherCallers(key.id))
        expect([counted, seen]).toEqual([given, given])
        expect(callers.length).toBeLessThanOrEqual(MAX_CALLERS)
      }),
      { numRuns: 25 },
    )
  })
})

describe('callers', () => {
  test('are told apart by secret, address, program and declared name', async () => {
    const { customers, clock, database, domain, actor, organization, key, secret, usage } = await startWithKey()
    const seen = { ip: '192.0.2.1', userAgent: 'curl/8', client: 'nightly' }
    const { secret: second } = (await rotateKey(domain, actor, organization.id, key.id, 600)).value
    const start = clock.now()
    const asked = [
      ask(secret, seen),
      ask(secret, seen),
      ask(second, seen),
      ask(secret, { ...seen, ip: '192.0.2.2' }),
      ask(secret, { ...seen, userAgent: null }),
      ask(secret, { ...seen, client: null, organizationId: 'org_other' }),
    ]
    for (const question of asked) {
      await customers.verify(question)
      clock.advance(1_000)
      await usage.flush()
    }
    const callers = await database.callers(key.id)
    expect(callers.map(({ lastSeenAt }) => lastSeenAt - start)).toEqual([5_000, 4_000, 3_000, 2_000, 1_000])
    expect(callers[0]).toMatchObject({ ...seen, client: null, lastCode: 'ORGANIZATION_MISMATCH' })
    expect(callers[1]).toMatchObject({ ...seen, userAgent: null })
    expect(callers[3]?.prefix).not.toBe(key.prefix)
    expect(callers[4]).toMatchObject({ ...seen, prefix: key.prefix, count: 2, firstSeenAt: start, lastCode: 'VALID' })
  })

  test('beyond the bound push out the least recently seen, who go on counting as others', async () => {
    const { customers, clock, database, key, secret, usage } = await startWithKey()
    const come = async (ip: string) => {
      await customers.verify(ask(secret, { ip }))
      clock.advance(1_000)
    }
    for (let i = 0; i < MAX_CALLERS; i++) await come(`192.0.2.${i}`)
    await usage.flush()
    expect(await database.callers(key.id)).toHaveLength(MAX_CALLERS)
    expect(await database.otherCallers(key.id)).toBe(0)
    await come('192.0.2.0')
    await come('198.51.100.1')
    await usage.flush()
    const ips = (await database.callers(key.id)).map(({ ip }) => ip)
    expect(ips).toHaveLength(MAX_CALLERS)
    expect(ips.slice(0, 2)).toEqual(['198.51.100.1', '192.0.2.0'])
    expect(ips).not.toContain('192.0.2.1')
    expect(await database.otherCallers(key.id)).toBe(1)
    await come('198.51.100.2')
    await usage.flush()
    expect(await database.otherCallers(key.id)).toBe(2)
  })

  test('more than are told apart within a second lose their names, not their counts, and the latest keep theirs', async () => {
    const { customers, clock, database, key, secret, usage, countsOf } = await startWithKey()
    const many = 3 * MAX_TALLIES
    for (let i = 0; i < many; i++) {
      await customers.verify(ask(secret, { ip: `10.0.${i >> 8}.${i & 255}` }))
      clock.advance(1)
    }
    await usage.flush()
    expect(await countsOf(key.id)).toEqual({ VALID: many })
    const callers = await database.callers(key.id)
    expect(callers).toHaveLength(MAX_CALLERS)
    expect(callers[0]?.ip).toBe(`10.0.0.${many - 1}`)
    expect(await database.otherCallers(key.id)).toBe(many - MAX_CALLERS)
    expect(await database.key(key.id)).toMatchObject({ lastUsedAt: clock.now() - 1, lastUsedIp: `10.0.0.${many - 1}` })
  })
})

describe('denials', () => {
  test('are found by request id, and only the last hundred of a key are kept', async () => {
    const { customers, clock, database, organization, key, secret, usage } = await startWithKey()
    const many = 2 * MAX_DENIALS + 50
    for (let i = 0; i < many; i++) {
      await customers.verify(ask(secret, { organizationId: 'org_other', requestId: `req_${i}`, ip: '192.0.2.3' }))
      if (i % 90 === 0) await usage.flush()
    }
    await usage.flush()
    const page = { organizationId: organization.id, after: null, since: 0, limit: 1_000 }
    const denials = await database.denials({ ...page, keyId: key.id })
    expect(denials.map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: MAX_DENIALS }, (_, i) => `req_${many - 1 - i}`),
    )
    expect(await database.denials({ ...page, requestId: `req_${many - 5}` })).toMatchObject([
      { keyId: key.id, code: 'ORGANIZATION_MISMATCH', ip: '192.0.2.3', at: clock.now() },
    ])
    expect(await database.denials({ ...page, requestId: 'req_0' })).toEqual([])
    expect(await database.denials({ ...page, organizationId: 'org_other' })).toEqual([])
  })
})

test('writing uses brings back nothing: a key disabled or revoked while they are written stays so', async () => {
  const { customers, domain, actor, database, issue, organization, usage } = await startWithKey()
  const keys = await Promise.all(Array.from({ length: 20 }, issue))
  for (const [at, { key, secret }] of keys.entries()) {
    await customers.verify(ask(secret))
    const change =
      at % 2 === 0
        ? revokeKey(domain, actor, organization.id, key.id, {})
        : switchKey(domain, actor, organization.id, key.id, 'disable')
    await Promise.all([usage.flush(), change, usage.flush()])
    await usage.flush()
    expect((await customers.verify(ask(secret))).code).toBe(at % 2 === 0 ? 'REVOKED' : 'DISABLED')
    const { revokedAt, disabledAt, version } = (await database.key(key.id)) ?? {}
    expect([revokedAt !== null, disabledAt !== null, version]).toEqual([at % 2 === 0, at % 2 === 1, 2])
  }
})

test('what is past its time is removed, and nothing else', async () => {
  const { customers, clock, database, key, secret, organization, usage } = await startWithKey()
  const day = 24 * HOUR_MS
  const denied = { organizationId: organization.id, after: null, since: 0, limit: 10 }
  const refuse = () => customers.verify(ask(secret, { organizationId: 'org_other', ip: `${clock.now()}` }))
  await refuse()
  clock.advance(8 * day)
  await refuse()
  await usage.flush()
  await usage.sweep()
  expect(await database.denials(denied)).toHaveLength(1)
  expect(await database.callers(key.id)).toHaveLength(2)
  clock.advance(393 * day)
  await usage.sweep()
  expect(await database.callers(key.id)).toHaveLength(1)
  expect(await database.usage(key.id, 0, clock.now(), HOUR_MS)).toHaveLength(1)
  clock.advance(9 * day)
  await usage.sweep()
  expect(await database.callers(key.id)).toEqual([])
  expect(await database.usage(organization.id, 0, clock.now(), HOUR_MS)).toEqual([])
})
