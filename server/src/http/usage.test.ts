import { describe, expect, test } from 'vitest'
import { STANDARD, startWithOrganization } from './organization.fixture.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

async function start() {
  const server = await startWithOrganization()
  const { call, base, create, clock } = server
  const { key, secret } = await create()
  const of = `${base}/keys/${key.id}`
  const get = async (path: string) => {
    const { status, body } = await call('GET', path)
    expect(status, JSON.stringify(body)).toBe(200)
    return body
  }
  const iso = (ms: number) => new Date(ms).toISOString()
  return { ...server, key, secret, of, get, iso, now: () => iso(clock.now()) }
}

describe('usage', () => {
  test('of a key and of its organization has the last seven days by the hour, hours without use included', async () => {
    const { clock, code, create, secret, of, base, get, iso } = await start()
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
    const { clock, code, secret, of, get, iso } = await start()
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
    const { call, of, base } = await start()
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
    const { call, clock, code, of, base, key, secret, get } = await start()
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

describe('callers', () => {
  test('tell during a rotation who still uses the old secret', async () => {
    const { call, code, clock, of, secret, get } = await start()
    await code(secret, { client: { name: 'old-worker' } })
    const rotated = (await call('POST', `${of}/rotate`, { body: { graceSeconds: 600 } })).body
    clock.advance(1_000)
    await code(rotated.secret, { client: { name: 'new-worker' } })
    const list = async () =>
      (await get(`${of}/callers`)).items.map((one: { client: string; secret: string }) => [one.client, one.secret])
    expect(await list()).toEqual([
      ['new-worker', 'current'],
      ['old-worker', 'previous'],
    ])
    await call('POST', `${of}/rotation/cancel`)
    expect(await list()).toEqual([
      ['new-worker', 'previous'],
      ['old-worker', 'current'],
    ])
  })

  test('are those a service names, also in a batch, and the request itself where a holder asks', async () => {
    const { call, clock, of, secret, get, iso } = await start()
    const began = clock.now()
    const client = { name: 'exporter', userAgent: 'exporter/1.4' }
    await call('POST', '/v1/keys/verify', { body: { key: secret, ip: '192.0.2.1', client } })
    clock.advance(1_000)
    const items = [
      { key: secret, ip: '192.0.2.1', client },
      { key: secret, ip: '192.0.2.2', client: { name: '' } },
    ]
    await call('POST', '/v1/keys/verify-batch', { body: { items } })
    clock.advance(1_000)
    await call('GET', '/v1/keys/self', { key: secret, headers: { 'user-agent': 'holder/2' } })
    const nobody = { userAgent: null, client: null, lastCode: 'VALID', secret: 'current' }
    const at = (second: number) => iso(began + 1_000 * second)
    const list = await get(`${of}/callers`)
    expect(list.items[0]).toEqual({
      ...nobody,
      ip: '127.0.0.1',
      userAgent: 'holder/2',
      count: 1,
      firstSeenAt: at(2),
      lastSeenAt: at(2),
    })
    expect(list.items.slice(1).sort((a: { ip: string }, b: { ip: string }) => (a.ip < b.ip ? -1 : 1))).toEqual([
      {
        ...nobody,
        ...{ ip: '192.0.2.1', userAgent: 'exporter/1.4', client: 'exporter', count: 2 },
        firstSeenAt: at(0),
        lastSeenAt: at(1),
      },
      { ...nobody, ...{ ip: '192.0.2.2', count: 1 }, firstSeenAt: at(1), lastSeenAt: at(1) },
    ])
    expect(list.others).toBe(0)
    expect(list.recentIps[0]).toEqual({ ip: '127.0.0.1', lastSeenAt: at(2) })
  })

  test('stop at fifty, with the last five addresses, each once', async () => {
    const { clock, code, secret, of, get } = await start()
    for (let i = 0; i < 60; i++) {
      await code(secret, { ip: `192.0.2.${i}` })
      clock.advance(1_000)
    }
    for (const name of ['a', 'b']) await code(secret, { ip: '192.0.2.59', client: { name } })
    const { items, others, recentIps } = await get(`${of}/callers`)
    expect([items.length, others]).toEqual([50, 12])
    expect(recentIps.map(({ ip }: { ip: string }) => ip)).toEqual([59, 58, 57, 56, 55].map((i) => `192.0.2.${i}`))
  })

  test('are free text: secrets in it are struck out, it is cut to what can be kept, and NUL is refused', async () => {
    const { call, code, secret, of, get, usage, database } = await start()
    const smile = '\u{1f600}'
    expect(await code(secret, { ip: secret.slice(0, 64), client: { name: `x ${secret}`, userAgent: secret } })).toBe(
      'VALID',
    )
    await code(secret, { client: { name: 'cut', userAgent: `${'x'.repeat(299)}${smile.repeat(100)}` } })
    for (const client of [{ name: 'a\0' }, { userAgent: '\0' }, { name: 'a\ud800' }, { name: 'x'.repeat(201) }]) {
      expect((await call('POST', '/v1/keys/verify', { body: { key: secret, client } })).status).toBe(400)
    }
    await usage.flush()
    const { items } = await get(`${of}/callers`)
    expect(items).toHaveLength(2)
    expect(JSON.stringify(items)).not.toContain(secret.slice(-30))
    const cut = items.find(({ client }: { client: string }) => client === 'cut')
    expect(cut.userAgent).toBe(`${'x'.repeat(299)}\ufffd`)
    expect(JSON.stringify(await database.key(of.split('/').at(-1) ?? ''))).not.toContain(secret.slice(-30))
  })
})

describe('the removal check', () => {
  test('goes from in-use over quiet to safe as time passes without use', async () => {
    const { clock, code, secret, of, get, now } = await start()
    const check = () => get(`${of}/removal-check`)
    expect(await check()).toEqual({
      verdict: 'safe',
      lastUsedAt: null,
      requests: { hour: 0, day: 0, week: 0 },
      denied: { hour: 0, day: 0, week: 0 },
      callers: [],
    })
    await code(secret, { client: { name: 'exporter' } })
    const usedAt = now()
    const one = { verdict: 'in-use', lastUsedAt: usedAt, requests: { hour: 1, day: 1, week: 1 } }
    expect(await check()).toMatchObject({ ...one, callers: [{ client: 'exporter', count: 1 }] })
    clock.advance(DAY - 1)
    expect(await check()).toMatchObject({ verdict: 'in-use', requests: { hour: 0, day: 1, week: 1 } })
    clock.advance(1)
    expect(await check()).toMatchObject({ verdict: 'quiet' })
    clock.advance(6 * DAY - 1)
    expect(await check()).toMatchObject({ verdict: 'quiet', requests: { hour: 0, day: 0, week: 1 } })
    clock.advance(2 * HOUR)
    expect(await check()).toEqual({
      verdict: 'safe',
      lastUsedAt: usedAt,
      requests: { hour: 0, day: 0, week: 0 },
      denied: { hour: 0, day: 0, week: 0 },
      callers: [],
    })
  })

  test('is quiet for a key that is only refused: someone still has it', async () => {
    const { call, clock, code, secret, of, get } = await start()
    await call('POST', `${of}/revoke`)
    await code(secret)
    expect(await get(`${of}/removal-check`)).toMatchObject({
      verdict: 'quiet',
      requests: { hour: 0, day: 0, week: 0 },
      denied: { hour: 1, day: 1, week: 1 },
      callers: [{ lastCode: 'REVOKED' }],
    })
    clock.advance(8 * DAY)
    expect(await get(`${of}/removal-check`)).toMatchObject({ verdict: 'safe' })
  })
})

test('a key in use is not deleted without more ado, and the refusal names who uses it', async () => {
  const lifecycle = { ...STANDARD.lifecycle, deleteRequiresRevoke: false }
  const { call, clock, base, create, code } = await startWithOrganization({ product: { ...STANDARD, lifecycle } })
  const { key, secret } = await create()
  const of = `${base}/keys/${key.id}`
  await code(secret, { ip: '192.0.2.1', client: { name: 'gone by then' } })
  clock.advance(DAY)
  await code(secret, { ip: '192.0.2.2', client: { name: 'exporter', userAgent: 'exporter/1' } })
  const { status, body } = await call('DELETE', of)
  expect([status, body.error.code]).toEqual([409, 'KEY_IN_USE'])
  expect(body.error.details).toMatchObject({
    lastUsedIp: '192.0.2.2',
    callers: [{ ip: '192.0.2.2', client: 'exporter', userAgent: 'exporter/1', count: 1, secret: 'current' }],
  })
  expect(body.error.details.callers).toHaveLength(1)
  expect((await call('DELETE', `${of}?confirm=in-use`)).status).toBe(200)
})

describe('denials', () => {
  test('tell an admin why a holder was refused, by the request id of the refusal', async () => {
    const { call, clock, secret, of, base, key, get, now } = await start()
    await call('POST', `${of}/disable`)
    const refused = await call('GET', '/v1/keys/self', { key: secret })
    expect(refused.body.error).toMatchObject({ code: 'UNAUTHORIZED', message: 'This key is not valid.' })
    const at = now()
    clock.advance(1_000)
    await call('GET', '/v1/keys/self', { key: secret })
    const { requestId } = refused.body.error
    expect(await get(`${base}/denials?requestId=${requestId}`)).toEqual({
      items: [
        {
          requestId,
          at,
          code: 'DISABLED',
          message: 'The key is disabled and can be enabled again.',
          keyId: key.id,
          ip: '127.0.0.1',
        },
      ],
      nextCursor: null,
    })
  })

  test('are listed newest first, page by page, for a week', async () => {
    const { call, clock, code, create, secret, base, key, get } = await start()
    const other = await create()
    for (const one of [secret, other.secret, secret, secret]) {
      await code(one, { organizationId: 'org_other' })
      clock.advance(1)
    }
    const all = (await get(`${base}/denials`)).items
    expect(all.map(({ keyId }: { keyId: string }) => keyId)).toEqual([key.id, key.id, other.key.id, key.id])
    const seen = []
    let cursor = ''
    for (;;) {
      const page = await get(`${base}/denials?limit=2&key=${key.id}${cursor}`)
      seen.push(...page.items)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
      expect((await call('GET', `${base}/denials?limit=2${cursor}`)).status).toBe(400)
    }
    expect(seen).toEqual([all[0], all[1], all[3]])
    expect((await get(`${base}/denials?requestId=req_nobody`)).items).toEqual([])
    clock.advance(7 * DAY)
    expect((await get(`${base}/denials`)).items).toEqual([])
  })
})

test('another organization’s key is 404 on each route, and to a service key bound elsewhere everything is', async () => {
  const { call, of, key, organization, newServiceKey } = await start()
  const other = (await call('POST', '/v1/organizations', { body: { name: 'Other' } })).body.organization.id
  const bound = await newServiceKey(['usage:read'], other)
  const service = (await call('POST', '/v1/service-keys', { body: { name: 's', organizationId: other } })).body.key.id
  for (const route of ['usage', 'callers', 'removal-check']) {
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
