import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loadProduct } from '../product/load.ts'
import { PROFILES, startApp, type TestOptions } from '../testing/test-domain.ts'

const STANDARD = loadProduct('default', { profilesDir: PROFILES })

async function start(options: TestOptions = {}) {
  const server = await startApp(options)
  const { call } = server
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const base = `/v1/organizations/${organization.id}`
  const create = async (input: object = {}) => {
    const answer = await call('POST', `${base}/keys`, { body: { name: 'ci', ...input } })
    expect(answer.status, JSON.stringify(answer.body)).toBe(201)
    return answer.body as { key: { id: string; version: number; prefix: string }; secret: string }
  }
  const verdict = async (key: string, more: object = {}) =>
    (await call('POST', '/v1/keys/verify', { body: { key, ...more } })).body
  const code = async (key: string, more: object = {}) => (await verdict(key, more)).code as string
  return { ...server, organization, base, create, verdict, code }
}

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
    const environment = { id: 'guarded', label: 'Guarded', tag: null, rotationDays: null, approval: 'admin' } as const
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

describe('asking', () => {
  test('a batch is answered in order, and the earlier question spends first', async () => {
    const { create, call } = await start()
    const { secret } = await create({ credits: { remaining: 1 } })
    const items = [{ key: secret }, { key: 'rubbish' }, { key: secret }]
    const { body } = await call('POST', '/v1/keys/verify-batch', { body: { items } })
    const codes = body.items.map(({ code }: { code: string }) => code)
    expect(codes).toEqual(['VALID', 'MALFORMED', 'CREDITS_EXHAUSTED'])
    const tooMany = Array.from({ length: 101 }, () => ({ key: 'x' }))
    expect((await call('POST', '/v1/keys/verify-batch', { body: { items: tooMany } })).status).toBe(400)
    const illFormed = [{ key: secret }, { scopes: [] }]
    expect((await call('POST', '/v1/keys/verify-batch', { body: { items: illFormed } })).status).toBe(400)
  })

  test('introspection tells what a usable token is, of any other nothing, and costs nothing', async () => {
    const { app, create, newServiceKey, organization, code } = await start()
    const authorization = `Bearer ${await newServiceKey(['keys:verify'])}`
    const { key, secret } = await create({ scopes: ['records:read'], credits: { remaining: 1 } })
    const introspect = (token: string) =>
      app.inject({
        method: 'POST',
        url: '/v1/introspect',
        headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ token, token_type_hint: 'access_token' }).toString(),
      })
    expect((await introspect(secret)).json()).toMatchObject({
      active: true,
      scope: 'records:read',
      client_id: key.id,
      organization_id: organization.id,
    })
    for (const token of ['', 'rubbish', `${secret}x`]) {
      expect((await introspect(token)).json()).toEqual({ active: false })
    }
    expect(await code(secret)).toBe('VALID')
  })

  test('of an address list, resources and an organization named, each refuses on its own', async () => {
    const { create, code, organization } = await start()
    const kind = STANDARD.resourceKinds[0]?.id ?? ''
    const { secret } = await create({
      scopes: ['*'],
      allowedIps: ['10.0.0.0/8', '2001:db8::/32'],
      resources: { [kind]: ['a'] },
    })
    const scoped = STANDARD.scopes.find(({ resourceKinds }) => resourceKinds.includes(kind))?.id ?? ''
    expect(await code(secret)).toBe('IP_DENIED')
    expect(await code(secret, { ip: '192.0.2.1' })).toBe('IP_DENIED')
    for (const ip of ['10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1']) expect(await code(secret, { ip })).toBe('VALID')
    const at = { ip: '10.1.2.3' }
    expect(await code(secret, { ...at, scopes: [scoped] })).toBe('RESOURCE_DENIED')
    expect(await code(secret, { ...at, scopes: [scoped], resources: { [kind]: 'b' } })).toBe('RESOURCE_DENIED')
    expect(await code(secret, { ...at, scopes: [scoped], resources: { [kind]: 'a' } })).toBe('VALID')
    expect(await code(secret, { ...at, organizationId: 'org_other' })).toBe('ORGANIZATION_MISMATCH')
    expect(await code(secret, { ...at, organizationId: organization.id })).toBe('VALID')
  })

  test('a holder can end its own key, and no other', async () => {
    const { app, create, code } = await start()
    const mine = await create({ rateLimit: { limit: 1, windowSeconds: 60 } })
    const other = await create()
    await code(mine.secret)
    const end = () =>
      app.inject({ method: 'POST', url: '/v1/keys/self/revoke', headers: { authorization: `Bearer ${mine.secret}` } })
    expect((await end()).json()).toMatchObject({
      key: { id: mine.key.id, status: 'revoked' },
      receipt: { verifiers: 1 },
    })
    expect((await end()).statusCode).toBe(401)
    expect([await code(mine.secret), await code(other.secret)]).toEqual(['REVOKED', 'VALID'])
  })
})

describe('importing', () => {
  test('a key of another system works with the secret it always had, and a thousand come in one call', async () => {
    const { base, call, code } = await start()
    const old = (i: number) => `sk-old-system-${i}-${'x'.repeat(20)}`
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
    expect(await code(old(0))).toBe('MALFORMED')
    const items = Array.from({ length: 1_000 }, (_, i) => ({
      name: `old ${i}`,
      sha256: sha256(old(i)),
      prefix: 'sk-old',
    }))
    const { status, body } = await call('POST', `${base}/keys/import`, { body: { items } })
    expect(status).toBe(200)
    expect(body.items).toHaveLength(1_000)
    expect(body.items[999].key).toMatchObject({ name: 'old 999', prefix: 'sk-old', status: 'active' })
    for (const i of [0, 500, 999]) expect(await code(old(i))).toBe('VALID')
    expect(await code('sk-old-system-of-nobody')).toBe('UNKNOWN')
  }, 30_000)

  test('each item succeeds or fails by itself, and a secret known here is never claimed', async () => {
    const { base, call, create, code } = await start()
    const { secret } = await create()
    const digest = (text: string) => createHash('sha256').update(text).digest('hex')
    const items = [
      { name: 'claimed', sha256: digest(secret) },
      { name: 'good', sha256: digest('other-system-secret') },
      { name: 'again', sha256: digest('other-system-secret') },
      { name: 'wrong', sha256: digest('third-system-secret'), scopes: ['no:such'] },
    ]
    const { body } = await call('POST', `${base}/keys/import`, { body: { items } })
    const outcomes = body.items.map((item: { error?: { code: string } }) => item.error?.code ?? 'imported')
    expect(outcomes).toEqual(['KEY_EXISTS', 'imported', 'KEY_EXISTS', 'UNKNOWN_SCOPE'])
    expect(await code('other-system-secret')).toBe('VALID')
  })
})

describe('sending the same request again', () => {
  test('gives the first answer without its secret, and makes no second key', async () => {
    const { base, call } = await start()
    const headers = { 'idempotency-key': 'order-7' }
    const create = (name: string) => call('POST', `${base}/keys`, { body: { name }, headers })
    const first = await create('a')
    const again = await create('a')
    expect(again.status).toBe(201)
    expect(again.body).toMatchObject({ key: first.body.key, secret: null, sampleRequest: null, replayed: true })
    expect((await create('b')).body.error.code).toBe('IDEMPOTENCY_MISMATCH')
    expect((await call('GET', `${base}/keys`)).body.counts.active).toBe(1)
  })

  test('is forgotten after a day, is told apart by credential, and a refusal is not kept', async () => {
    const { base, call, clock, newServiceKey } = await start()
    const headers = { 'idempotency-key': 'order-7' }
    const create = (body: object, key?: string) =>
      call('POST', `${base}/keys`, { body, headers, ...(key ? { key } : {}) })
    expect((await create({ name: 'a', scopes: ['no:such'] })).status).toBe(400)
    expect((await create({ name: 'a' })).body.secret).not.toBeNull()
    expect((await create({ name: 'a' }, await newServiceKey())).body.secret).not.toBeNull()
    clock.advance(24 * 3_600_000 + 1)
    expect((await create({ name: 'a' })).body.secret).not.toBeNull()
  })

  test('twenty times at once makes one key', async () => {
    const { base, call } = await start()
    const { key } = (await call('POST', `${base}/keys`, { body: { name: 'a' } })).body
    const headers = { 'idempotency-key': 'r' }
    const rotate = () => call('POST', `${base}/keys/${key.id}/rotate`, { body: {}, headers })
    const answers = await Promise.all(Array.from({ length: 20 }, rotate))
    expect(answers.filter(({ body }) => body.secret)).toHaveLength(1)
    for (const { status, body } of answers) {
      expect(status === 200 || body.error.code === 'IDEMPOTENCY_IN_PROGRESS').toBe(true)
    }
  })
})

describe('service keys over HTTP', () => {
  test('mint nothing beyond what they hold, are listed without secrets, and die at once when revoked', async () => {
    const { call, newServiceKey } = await start()
    const minter = await newServiceKey(['service-keys:write', 'keys:read'])
    const mint = (scopes: string[]) => call('POST', '/v1/service-keys', { body: { name: 'm', scopes }, key: minter })
    expect((await mint(['keys:write'])).body.error).toMatchObject({ code: 'SCOPE_EXCEEDS_GRANTOR' })
    expect((await mint(['*'])).body.error).toMatchObject({ code: 'SCOPE_EXCEEDS_GRANTOR' })
    const minted = (await mint(['keys:read'])).body
    expect(minted.secret).toMatch(/^clv_/)
    const list = await call('GET', '/v1/service-keys')
    expect(list.body.items.map(({ id }: { id: string }) => id)).toContain(minted.key.id)
    expect(JSON.stringify(list.body)).not.toContain(minted.secret)
    await call('POST', `/v1/service-keys/${minted.key.id}/revoke`, { body: { reason: 'unused' } })
    expect((await call('GET', '/v1/service-keys', { key: minted.secret })).status).toBe(401)
  })

  test('cannot be reached through an organization’s keys, nor its keys through service keys', async () => {
    const { base, call, create } = await start()
    const { key } = await create()
    expect((await call('POST', `/v1/service-keys/${key.id}/revoke`)).status).toBe(404)
    const service = (await call('POST', '/v1/service-keys', { body: { name: 's' } })).body.key
    expect((await call('GET', `${base}/keys/${service.id}`)).status).toBe(404)
  })
})
