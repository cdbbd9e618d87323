import { describe, expect, test } from 'vitest'
import { DAY_MS } from '../domain/usage-records.ts'
import { STANDARD, startWithOrganization as start } from './organization.fixture.ts'

describe('editing', () => {
  test('merges what is given, leaves what is not, and the secret goes on working with the new rights', async () => {
    const { base, create, call, code } = await start()
    const { key, secret } = await create({ scopes: ['records:read'], metadata: { a: 1 }, description: 'x' })
    expect(await code(secret, { scopes: ['records:write'] })).toBe('INSUFFICIENT_SCOPE')
    const edited = await call('PATCH', `${base}/keys/${key.id}`, {
      body: { scopes: ['records:*'], metadata: { b: 2 }, description: null },
      headers: { 'content-type': 'application/merge-patch+json', 'if-match': '"1"' },
    })
    expect(edited.body).toMatchObject({
      key: { name: 'ci', scopes: ['records:*'], metadata: { b: 2 }, description: null, version: 2 },
      receipt: { verifiers: 1 },
    })
    expect(edited.body.key.metadata).toEqual({ b: 2 })
    expect(await code(secret, { scopes: ['records:write'] })).toBe('VALID')
  })

  test('based on an old version is refused, and an edit that changes nothing is no new version', async () => {
    const { base, create, call } = await start()
    const { key } = await create()
    const edit = (name: string, match?: string) =>
      call('PATCH', `${base}/keys/${key.id}`, { body: { name }, headers: match ? { 'if-match': match } : {} })
    expect((await edit('a', '"1"')).body.key.version).toBe(2)
    expect((await edit('b', '"1"')).body.error).toMatchObject({ code: 'VERSION_CONFLICT', details: { version: 2 } })
    expect((await edit('a')).body.key.version).toBe(2)
    expect((await edit('a', 'seven')).body.error.code).toBe('MALFORMED_REQUEST')
  })

  test('refuses what cannot be edited by its name', async () => {
    const { base, create, call } = await start()
    const { key } = await create()
    for (const field of ['environment', 'status', 'organizationId', 'prefix', 'createdBy', 'lastUsedAt', 'version']) {
      const { status, body } = await call('PATCH', `${base}/keys/${key.id}`, { body: { [field]: 'x' } })
      expect(status).toBe(400)
      expect(body.error.details).toHaveProperty(field)
    }
  })

  test('extending an expired key brings it back only where the plan has room', async () => {
    const [plan] = STANDARD.plans
    if (!plan) throw new Error('the default product has a plan')
    const { base, create, call, clock, code } = await start({
      product: { ...STANDARD, plans: [{ ...plan, maxKeys: 1 }] },
    })
    const { key, secret } = await create({ expiresAt: new Date(clock.now() + 1_000).toISOString() })
    clock.advance(1_000)
    const other = await create()
    const extend = () => call('PATCH', `${base}/keys/${key.id}`, { body: { expiresAt: null } })
    expect((await extend()).body.error.code).toBe('KEY_LIMIT_REACHED')
    expect(await code(secret)).toBe('EXPIRED')
    await call('POST', `${base}/keys/${other.key.id}/revoke`)
    expect((await extend()).body.key).toMatchObject({ status: 'active', expiresAt: null })
    expect(await code(secret)).toBe('VALID')
  })
})

describe('rotating with an overlap', () => {
  test('keeps the old secret valid until its grace ends, and tells when it was last used', async () => {
    const { base, create, call, code, clock, usage } = await start()
    const { key, secret } = await create()
    const rotated = (await call('POST', `${base}/keys/${key.id}/rotate`, { body: { graceSeconds: 60 } })).body
    const endsAt = new Date(clock.now() + 60_000).toISOString()
    expect(rotated.key.previousSecret).toEqual({ prefix: key.prefix, endsAt, lastUsedAt: null })
    expect([await code(secret), await code(rotated.secret)]).toEqual(['VALID', 'VALID'])
    await usage.flush()
    const { previousSecret } = (await call('GET', `${base}/keys/${key.id}`)).body
    expect(previousSecret.lastUsedAt).toBe(new Date(clock.now()).toISOString())
    clock.advance(60_000)
    expect([await code(secret), await code(rotated.secret)]).toEqual(['ROTATED', 'VALID'])
    expect((await call('GET', `${base}/keys/${key.id}`)).body.previousSecret).toBeNull()
  })

  test('finish ends it now, cancel drops the new secret, and a second rotation ends the oldest', async () => {
    const { base, create, call, code } = await start()
    const { key, secret: first } = await create()
    const rotate = async () =>
      (await call('POST', `${base}/keys/${key.id}/rotate`, { body: { graceSeconds: 60 } })).body.secret as string
    const second = await rotate()
    await call('POST', `${base}/keys/${key.id}/rotation/finish`)
    expect([await code(first), await code(second)]).toEqual(['ROTATED', 'VALID'])
    const third = await rotate()
    const fourth = await rotate()
    expect([await code(second), await code(third), await code(fourth)]).toEqual(['ROTATED', 'VALID', 'VALID'])
    const cancelled = await call('POST', `${base}/keys/${key.id}/rotation/cancel`)
    expect(cancelled.body.key.prefix).toBe(third.slice(0, key.prefix.length))
    expect([await code(third), await code(fourth)]).toEqual(['VALID', 'ROTATED'])
    expect((await call('POST', `${base}/keys/${key.id}/rotation/cancel`)).body.error.code).toBe(
      'ROTATION_NOT_IN_PROGRESS',
    )
    expect((await call('POST', `${base}/keys/${key.id}/rotation/finish`)).status).toBe(200)
  })

  test('never outlives the key’s own expiry', async () => {
    const { base, create, call, clock } = await start()
    const expiresAt = new Date(clock.now() + 10_000).toISOString()
    const { key } = await create({ expiresAt })
    const { body } = await call('POST', `${base}/keys/${key.id}/rotate`, { body: { graceSeconds: 604_800 } })
    expect(body.key.previousSecret.endsAt).toBe(expiresAt)
  })
})

describe('switching', () => {
  test('disable refuses and enable lets pass again; repeating either is no second event', async () => {
    const { base, create, call, code } = await start()
    const { key, secret } = await create()
    for (const [path, expected] of [
      ['disable', 'DISABLED'],
      ['disable', 'DISABLED'],
      ['enable', 'VALID'],
      ['enable', 'VALID'],
    ] as const) {
      expect((await call('POST', `${base}/keys/${key.id}/${path}`)).status).toBe(200)
      expect(await code(secret)).toBe(expected)
    }
    const { items } = (await call('GET', `${base}/keys/${key.id}/audit`)).body
    const actions = items.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(['key.enable', 'key.disable', 'key.create'])
  })

  test('a key of an environment that needs approval works from the approval on, and never after a decline', async () => {
    const environment = {
      id: 'guarded',
      label: 'Guarded',
      tag: null,
      rotationDays: null,
      approval: 'admin',
      production: false,
    } as const
    const { base, create, call, code } = await start({ product: { ...STANDARD, environments: [environment] } })
    const good = await create({ environment: 'guarded' })
    const bad = await create({ environment: 'guarded' })
    expect(await code(good.secret)).toBe('PENDING')
    await call('POST', `${base}/keys/${good.key.id}/approve`)
    expect(await code(good.secret)).toBe('VALID')
    expect((await call('POST', `${base}/keys/${bad.key.id}/decline`)).body.key.status).toBe('revoked')
    expect(await code(bad.secret)).toBe('REVOKED')
    expect((await call('POST', `${base}/keys/${bad.key.id}/approve`)).body.error.code).toBe('KEY_REVOKED')
  })

  test('a suspended organization’s keys are refused until it is resumed, and a deleted one’s are unknown', async () => {
    const { base, create, call, code } = await start()
    const { secret } = await create()
    await code(secret)
    expect((await call('POST', `${base}/suspend`)).body.organization.suspendedAt).not.toBeNull()
    expect(await code(secret)).toBe('ORGANIZATION_SUSPENDED')
    await call('POST', `${base}/resume`)
    expect(await code(secret)).toBe('VALID')
    expect((await call('DELETE', base)).status).toBe(200)
    expect(await code(secret)).toBe('UNKNOWN')
    expect((await call('GET', base)).status).toBe(404)
    expect((await call('DELETE', base)).status).toBe(404)
  })
})

describe('limits', () => {
  test('a rate limit lets its number pass, tells what is left, and refusals consume nothing', async () => {
    const { create, verdict, code, clock } = await start()
    const { secret } = await create({ rateLimit: { limit: 3, windowSeconds: 60 } })
    expect((await verdict(secret, { cost: 2 })).rateLimit).toEqual({ limit: 3, remaining: 1, resetSeconds: 60 })
    expect(await code(secret, { cost: 2 })).toBe('RATE_LIMITED')
    expect(await code(secret, { cost: 0 })).toBe('VALID')
    expect(await code(secret, { scopes: ['records:read'] })).toBe('INSUFFICIENT_SCOPE')
    expect(await code(secret)).toBe('VALID')
    expect(await code(secret)).toBe('RATE_LIMITED')
    clock.advance(60_000)
    expect(await code(secret)).toBe('VALID')
  })

  test('editing a key does not give its window back', async () => {
    const { base, create, code, call } = await start()
    const { key, secret } = await create({ rateLimit: { limit: 1, windowSeconds: 60 } })
    expect(await code(secret)).toBe('VALID')
    await call('PATCH', `${base}/keys/${key.id}`, { body: { name: 'renamed' } })
    expect(await code(secret)).toBe('RATE_LIMITED')
  })

  test('credits are spent to the last one, are refilled at midnight UTC, and are told before the rate limit', async () => {
    const { base, create, code, call, clock } = await start()
    const credits = { remaining: 2, refill: { amount: 5, interval: 'day' } }
    const { key, secret } = await create({ credits, rateLimit: { limit: 3, windowSeconds: 3_600 } })
    expect([await code(secret), await code(secret), await code(secret)]).toEqual([
      'VALID',
      'VALID',
      'CREDITS_EXHAUSTED',
    ])
    // The refused one gave its place in the window back.
    await call('PATCH', `${base}/keys/${key.id}`, { body: { credits: { remaining: 1 } } })
    expect(await code(secret)).toBe('VALID')
    expect(await code(secret)).toBe('CREDITS_EXHAUSTED')
    clock.advance(12 * 3_600_000)
    expect((await call('GET', `${base}/keys/${key.id}`)).body.credits).toEqual({ ...credits, remaining: 5 })
    expect(await code(secret)).toBe('VALID')
    expect((await call('GET', `${base}/keys/${key.id}`)).body).toMatchObject({ credits: { remaining: 4 }, version: 2 })
  })

  test('a refill that has become due is no change of whoever edits the key, nor in what is recorded of theirs', async () => {
    const { base, create, call, clock } = await start()
    const { key } = await create({ credits: { remaining: 0, refill: { amount: 1, interval: 'day' } } })
    const edit = (body: object) => call('PATCH', `${base}/keys/${key.id}`, { body })
    clock.advance(DAY_MS)
    expect((await edit({ credits: {} })).body.key).toMatchObject({ credits: { remaining: 1 }, version: 1 })
    expect((await edit({ credits: { remaining: 1 } })).body.key.version).toBe(1)
    expect((await edit({ credits: { remaining: 7 } })).body.key).toMatchObject({
      credits: { remaining: 7 },
      version: 2,
    })
    const { items } = (await call('GET', `${base}/keys/${key.id}/audit`)).body
    expect(items[0].changes.credits).toMatchObject({ before: { remaining: 1 }, after: { remaining: 7 } })
  })

  test('fifty questions at once about one credit let exactly one pass', async () => {
    const { create, code } = await start()
    const { secret } = await create({ credits: { remaining: 1 } })
    const codes = await Promise.all(Array.from({ length: 50 }, () => code(secret)))
    expect(codes.filter((each) => each === 'VALID')).toHaveLength(1)
    expect(codes.filter((each) => each === 'CREDITS_EXHAUSTED')).toHaveLength(49)
  })

  test('a caller over its limit learns when to come back, from the standard fields', async () => {
    const { app, create } = await start()
    const { secret } = await create({ rateLimit: { limit: 1, windowSeconds: 30 } })
    const self = () => app.inject({ url: '/v1/keys/self', headers: { authorization: `Bearer ${secret}` } })
    expect((await self()).headers).toMatchObject({ 'ratelimit-policy': '"key";q=1;w=30', ratelimit: '"key";r=0;t=30' })
    const refused = await self()
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('30')
    const broke = await create({ credits: { remaining: 0 } })
    const never = await app.inject({ url: '/v1/keys/self', headers: { 'x-api-key': broke.secret } })
    expect([never.statusCode, never.headers['retry-after']]).toEqual([429, undefined])
  })
})
