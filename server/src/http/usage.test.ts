import { describe, expect, test } from 'vitest'
import { DAY, HOUR, startWithUsedKey } from './used-key.fixture.ts'

describe('usage', () => {
  test('of a key and of its organization has the last seven days by the hour, hours without use included', async () => {
    const { clock, code, create, secret, of, base, get, iso } = await startWithUsedKey()
    const other = await create()
    expect(clock.now()).toBe(Date.UTC(2026, 0, 15, 12))
    clock.advance(HOUR / 2)
    await code(secret)
    await code(secret, { organizationId: 'org_other' })
    clock.advance(HOUR)
    await code(secret)
    await code(other.secret)
    const end = Date.UTC(2026, 0, 15, 14)
    const usage = await get(`${of}/usage`)
    expect(usage).toMatchObject({ from: iso(end - 169 * HOUR), to: iso(end), bucket: 'hour' })
    expect(usage.items).toHaveLength(169)
    expect(usage.items.slice(-3)).toEqual([
      { start: iso(end - 3 * HOUR), counts: {} },
      { start: iso(end - 2 * HOUR), counts: { VALID: 1, ORGANIZATION_MISMATCH: 1 } },
      { start: iso(end - HOUR), counts: { VALID: 1 } },
    ])
    expect(usage.totals).toEqual({ VALID: 2, ORGANIZATION_MISMATCH: 1 })
    const all = await get(`${base}/usage`)
    expect(all.items.at(-1)).toEqual({ start: iso(end - HOUR), counts: { VALID: 2 } })
    expect(all.totals).toEqual({ VALID: 3, ORGANIZATION_MISMATCH: 1 })
  })

  test('by the day begins its days at 00:00 UTC, whatever the offset of the question', async () => {
    const { clock, code, secret, of, get, iso } = await startWithUsedKey()
    const midnight = Date.UTC(2026, 0, 16)
    clock.advance(midnight - 1 - clock.now())
    await code(secret)
    clock.advance(1)
    await code(secret)
    await code(secret)
    const from = encodeURIComponent('2026-01-15T22:30:00-01:00')
    expect(await get(`${of}/usage?bucket=day&from=${from}&to=2026-01-17T00:00:00Z`)).toEqual({
      from: iso(midnight - DAY),
      to: iso(midnight + DAY),
      bucket: 'day',
      items: [
        { start: iso(midnight - DAY), counts: { VALID: 1 } },
        { start: iso(midnight), counts: { VALID: 2 } },
      ],
      totals: { VALID: 3 },
    })
    const { items } = await get(`${of}/usage?from=2026-01-16T00:00:00Z&to=2026-01-16T00:00:00.001Z`)
    expect(items).toEqual([{ start: iso(midnight), counts: { VALID: 2 } }])
  })

  test('is refused where it would have too many buckets, none, or times that cannot be', async () => {
    const { call, of, base } = await startWithUsedKey()
    for (const [query, field] of [
      ['from=2026-01-01T00:00:00Z&to=2026-02-11T16:00:00.001Z', 'from'],
      ['bucket=day&from=2020-01-01T00:00:00Z&to=2022-09-28T00:00:00Z', 'from'],
      ['from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
      ['from=0000-01-01T00:00:00Z&to=0000-01-02T00:00:00Z', 'from'],
      ['to=1970-01-02T00:00:00Z', 'from'],
      ['from=9999-12-31T12:00:00Z', 'to'],
      ['to=9999-12-31T23:59:59Z', 'to'],
      ['from=yesterday', 'from'],
      ['bucket=minute', 'bucket'],
      ['colour=red', 'colour'],
    ]) {
      for (const path of [of, base]) {
        const { status, body } = await call('GET', `${path}/usage?${query}`)
        expect([status, body.error?.code], query).toEqual([400, 'VALIDATION_FAILED'])
        expect(body.error.details, query).toHaveProperty(field ?? '')
      }
    }
    for (const query of [
      'from=2026-01-01T00:00:00Z&to=2026-02-11T16:00:00Z',
      'bucket=day&from=2020-01-01T00:00:00Z&to=2022-09-27T00:00:00Z',
      'from=2026-01-15T13:00:00Z',
    ]) {
      expect((await call('GET', `${of}/usage?${query}`)).status, query).toBe(200)
    }
  })

  test('of a deleted key goes on, and shows who still tries it', async () => {
    const { call, clock, code, of, base, key, secret, get } = await startWithUsedKey()
    await code(secret)
    await call('POST', `${of}/revoke`)
    await call('DELETE', of)
    clock.advance(1)
    const client = { name: 'forgotten-cron' }
    expect(await code(secret, { client, ip: '192.0.2.7' })).toBe('UNKNOWN')
    expect((await get(`${of}/usage`)).totals).toEqual({ VALID: 1, UNKNOWN: 1 })
    expect((await get(`${base}/usage`)).totals).toEqual({ VALID: 1, UNKNOWN: 1 })
    const { items } = await get(`${of}/callers`)
    expect(items[0]).toMatchObject({ client: 'forgotten-cron', ip: '192.0.2.7', lastCode: 'UNKNOWN' })
    expect((await get(`${base}/denials?key=${key.id}`)).items).toMatchObject([{ code: 'UNKNOWN', keyId: key.id }])
    expect((await call('GET', `${of}/removal-check`)).status).toBe(404)
  })
})

test('another organization’s key is 404 on each route, and to a service key bound elsewhere everything is', async () => {
  const { call, of, key, organization, newServiceKey } = await startWithUsedKey()
  const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
  const bound = await newServiceKey(['usage:read'], other)
  const service = (await call('POST', '/v1/service-keys', { body: { name: 's', organizationId: other } })).body.key.id
  for (const route of ['usage', 'callers', 'scopes', 'removal-check']) {
    for (const path of [
      `/v1/organizations/${other}/keys/${key.id}/${route}`,
      `/v1/organizations/${other}/keys/${service}/${route}`,
      `/v1/organizations/${other}/keys/key_nobody/${route}`,
      `/v1/organizations/org_nobody/keys/${key.id}/${route}`,
    ]) {
      expect((await call('GET', path)).status, path).toBe(404)
    }
    expect((await call('GET', `${of}/${route}`, { key: bound })).status).toBe(404)
  }
  expect((await call('GET', `/v1/organizations/${other}/denials?key=${key.id}`)).status).toBe(404)
  for (const route of ['usage', 'denials']) {
    expect((await call('GET', `/v1/organizations/org_nobody/${route}`)).status).toBe(404)
    expect((await call('GET', `/v1/organizations/${organization.id}/${route}`, { key: bound })).status).toBe(404)
    expect((await call('GET', `/v1/organizations/${other}/${route}`, { key: bound })).status).toBe(200)
  }
  // Deleted, it is still nobody else's.
  await call('POST', `${of}/revoke`)
  await call('DELETE', of)
  expect((await call('GET', `/v1/organizations/${other}/keys/${key.id}/usage`)).status).toBe(404)
  expect((await call('GET', `${of}/usage`, { key: bound })).status).toBe(404)
})
