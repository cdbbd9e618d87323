import { randomBytes } from 'node:crypto'
import { generateToken, parseIpRange } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { LOOKUP_BOUNDS } from '../engine/lookup-throttle.ts'
import { type Answer, reveal, type TestOptions } from '../testing/test-domain.ts'
import { startWithOrganization } from './organization.fixture.ts'

const AT_ONCE = LOOKUP_BOUNDS.address.atOnce
const guess = (tag = 'acme_live') => reveal(generateToken(tag, randomBytes).secret)
const from = (ip: string) => ({ 'x-forwarded-for': ip })
const TRUSTED = [parseIpRange('127.0.0.1')].filter((range) => range !== null)

async function start(options: TestOptions = {}) {
  const server = await startWithOrganization({ trustedProxies: TRUSTED, ...options })
  const verify = (key: string, ip?: string) => server.call('POST', '/v1/keys/verify', { body: { key, ip } })
  const exhaust = async (attempt: (secret: string) => Promise<Answer>, tag?: string) => {
    const statuses = new Set<number>()
    for (let i = 0; i < AT_ONCE; i++) statuses.add((await attempt(guess(tag))).status)
    expect(statuses).not.toContain(429)
    return attempt(guess(tag))
  }
  return { ...server, verify, exhaust }
}

function expectThrottled(answer: Answer) {
  expect(answer.status).toBe(429)
  expect(answer.headers['retry-after']).toBe('2')
  expect(answer.body).toMatchObject({ error: { code: 'RATE_LIMITED', requestId: answer.headers['x-request-id'] } })
}

describe('a flood of keys that do not exist', () => {
  test('about one address is answered 429 with the time to wait, and good keys pass on', async () => {
    const { verify, exhaust, create, lookups } = await start()
    const known = (await create()).secret
    const fresh = (await create()).secret
    expect((await verify(known, '203.0.113.66')).body.code).toBe('VALID')
    expectThrottled(await exhaust((secret) => verify(secret, '203.0.113.66')))
    const before = lookups()
    expect((await verify(known, '203.0.113.66')).body.code).toBe('VALID')
    expect((await verify('rubbish', '203.0.113.66')).body.code).toBe('MALFORMED')
    expect(lookups()).toBe(before)
    expect((await verify(fresh, '203.0.113.67')).body.code).toBe('VALID')
    expect((await verify(fresh, '203.0.113.66')).body.code).toBe('VALID')
  })

  test('within a batch is refused item by item, and takes no other answer with it', async () => {
    const { call, create, verify, exhaust } = await start()
    const { secret } = await create({ credits: { remaining: 1 } })
    await exhaust((each) => verify(each, '203.0.113.66'))
    const items = [{ key: guess(), ip: '203.0.113.66' }, { key: secret, ip: '203.0.113.67' }, { key: guess() }]
    const { status, body } = await call('POST', '/v1/keys/verify-batch', { body: { items } })
    expect(status).toBe(200)
    expect(body.items.map(({ code }: { code: string }) => code)).toEqual(['RATE_LIMITED', 'VALID', 'UNKNOWN'])
    expect(body.items[0]).toMatchObject({ valid: false, message: expect.stringContaining('do not exist') })
  })

  test('from one address is throttled where holders show their keys', async () => {
    const { app, create, exhaust } = await start()
    const { secret } = await create()
    const self = async (key: string, ip = '203.0.113.66') => {
      const headers = { authorization: `Bearer ${key}`, ...from(ip) }
      const answer = await app.inject({ url: '/v1/keys/self', headers })
      return { status: answer.statusCode, headers: answer.headers, body: answer.json() }
    }
    expect((await self(secret)).status).toBe(200)
    expectThrottled(await exhaust((key) => self(key)))
    expect((await self(secret)).status).toBe(200)
    expect((await self(guess(), '203.0.113.67')).status).toBe(401)
  })

  test('from one address is throttled where services authenticate, and locks no service out', async () => {
    const { call, exhaust, newServiceKey } = await start()
    const key = await newServiceKey()
    const list = (secret: string, ip = '203.0.113.66') =>
      call('GET', '/v1/organizations', { key: secret, headers: from(ip) })
    expect((await list(key)).status).toBe(200)
    expectThrottled(await exhaust((secret) => list(secret), 'clv'))
    expect((await list(key)).status).toBe(200)
    expect((await list(guess('clv'), '203.0.113.67')).status).toBe(401)
    expect((await list(await newServiceKey(), '203.0.113.67')).status).toBe(200)
  })

  test('by introspection counts against the service key that asks', async () => {
    const { call, exhaust, newServiceKey } = await start({
      bounds: { asker: { atOnce: AT_ONCE, everyMs: 2_000 } },
    })
    const key = await newServiceKey(['keys:verify'])
    const introspect = (token: string) => call('POST', '/v1/introspect', { body: { token }, key })
    expectThrottled(await exhaust(introspect))
    expect((await call('POST', '/v1/introspect', { body: { token: guess() } })).body).toEqual({ active: false })
  })
})
