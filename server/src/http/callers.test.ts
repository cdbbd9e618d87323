import { describe, expect, test } from 'vitest'
import { STANDARD, startWithOrganization } from './organization.fixture.ts'
import { DAY, HOUR, startWithUsedKey } from './used-key.fixture.ts'

describe('callers', () => {
  test('tell during a rotation who still uses the old secret', async () => {
    const { call, code, clock, of, secret, get } = await startWithUsedKey()
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
    const { call, clock, of, secret, get, iso } = await startWithUsedKey()
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
    const { clock, code, secret, of, get } = await startWithUsedKey()
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
    const { call, code, secret, of, get, usage, database } = await startWithUsedKey()
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
    const { clock, code, secret, of, get, now } = await startWithUsedKey()
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
    const { call, clock, code, secret, of, get } = await startWithUsedKey()
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
