import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { STANDARD, startWithOrganization as start } from './organization.fixture.ts'

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
