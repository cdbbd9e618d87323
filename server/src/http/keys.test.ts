import { DENY_CODES } from '@claviger/core'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

async function start() {
  const server = await startApp()
  const { body } = await server.call('POST', '/v1/organizations', { body: { name: 'Acme', externalId: 'crm-7' } })
  const keys = `/v1/organizations/${body.organization.id}/keys`
  const create = (input: object = {}) => server.call('POST', keys, { body: { name: 'ci-runner', ...input } })
  const verify = (key: string, more: object = {}) =>
    server.call('POST', '/v1/keys/verify', { body: { key, ...more } }).then((answer) => answer.body)
  return { ...server, organization: body.organization, keys, create, verify }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

describe('a key’s life', () => {
  test('is told whole: issued, verified, rotated, revoked, deleted', async () => {
    const { keys, create, verify, call, organization, domain } = await start()
    const issued = await create({ scopes: ['*'] })
    expect(issued.status).toBe(201)
    expect(issued.headers['cache-control']).toBe('no-store')
    const { key, secret, sampleRequest, receipt } = issued.body
    expect(key).toEqual({
      id: expect.stringMatching(/^key_[0-9A-Za-z]{22}$/),
      organizationId: organization.id,
      name: 'ci-runner',
      description: null,
      environment: null,
      prefix: secret.slice(0, key.prefix.length),
      status: 'active',
      accessLevel: 'restricted',
      scopes: ['*'],
      resources: {},
      allowedIps: [],
      rateLimit: domain.product.plans[0]?.defaultRateLimit,
      credits: null,
      metadata: {},
      tags: [],
      externalId: null,
      createdAt: expect.stringMatching(TIME),
      createdBy: { type: 'service-key', id: expect.stringMatching(/^key_/), name: 'test' },
      owner: null,
      updatedAt: key.createdAt,
      expiresAt: null,
      rotatedAt: null,
      previousSecret: null,
      revokedAt: null,
      lastUsedAt: null,
      lastUsedIp: null,
      version: 1,
    })
    expect(sampleRequest).toContain(secret)
    expect(receipt).toEqual({ effectiveAt: expect.stringMatching(TIME), verifiers: 1 })

    expect(await verify(secret)).toEqual({
      valid: true,
      code: 'VALID',
      key: {
        id: key.id,
        name: 'ci-runner',
        organizationId: organization.id,
        environment: null,
        scopes: ['*'],
        resources: {},
        metadata: {},
        expiresAt: null,
      },
      rateLimit: null,
      requestId: expect.stringMatching(/^req_/),
    })

    const rotated = await call('POST', `${keys}/${key.id}/rotate`)
    expect(rotated.status).toBe(200)
    expect(await verify(secret)).toMatchObject({ valid: false, code: 'ROTATED', message: expect.any(String) })
    expect(await verify(rotated.body.secret)).toMatchObject({ code: 'VALID' })

    const revoked = await call('POST', `${keys}/${key.id}/revoke`, {
      body: { reason: 'compromised', note: 'in a log' },
    })
    expect(revoked.body).toMatchObject({ key: { status: 'revoked', version: 3 }, receipt: { verifiers: 1 } })
    expect(await verify(rotated.body.secret)).toMatchObject({ code: 'REVOKED' })
    expect((await call('GET', `${keys}/${key.id}`)).body).toMatchObject({ id: key.id, status: 'revoked' })

    const deleted = await call('DELETE', `${keys}/${key.id}`)
    expect(deleted).toMatchObject({ status: 200, body: { receipt: { verifiers: 1 } } })
    expect(await verify(rotated.body.secret)).toMatchObject({ code: 'UNKNOWN' })
    expect((await call('GET', `${keys}/${key.id}`)).status).toBe(404)
    expect((await call('DELETE', `${keys}/${key.id}`)).status).toBe(404)
  })

  test('the secret is in no later answer', async () => {
    const { keys, create, call } = await start()
    const { key, secret } = (await create()).body
    const hidden = secret.slice(key.prefix.length)
    for (const url of [keys, `${keys}/${key.id}`]) {
      expect(JSON.stringify((await call('GET', url)).body)).not.toContain(hidden)
    }
    expect(JSON.stringify((await call('POST', `${keys}/${key.id}/revoke`)).body)).not.toContain(hidden)
  })
})

describe('the list', () => {
  test('pages through every key once, newest first', async () => {
    const { keys, create, call, clock } = await start()
    const created: string[] = []
    for (let i = 0; i < 7; i++) {
      created.unshift((await create({ name: `k${i}` })).body.key.id)
      clock.advance(1)
    }
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query: string = cursor === null ? '?limit=3' : `?limit=3&cursor=${cursor}`
      const { body } = await call('GET', keys + query)
      seen.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor
    } while (cursor !== null)
    expect(seen).toEqual(created)
  })

  test('refuses a cursor it did not give and a limit out of bounds', async () => {
    const { keys, call } = await start()
    for (const [query, field] of [
      ['cursor=rubbish', 'cursor'],
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=many', 'limit'],
      ['colour=red', 'colour'],
    ]) {
      const { status, body } = await call('GET', `${keys}?${query}`)
      expect(status, query).toBe(400)
      expect(body.error).toMatchObject({
        code: 'VALIDATION_FAILED',
        details: { [String(field)]: [expect.any(String)] },
      })
    }
  })
})

describe('what is asked for', () => {
  test('unknown and forged properties are refused by name, and nothing is coerced', async () => {
    const { create } = await start()
    const wrong: [object, string][] = [
      [{ organizationId: 'org_other' }, 'organizationId'],
      [{ status: 'active' }, 'status'],
      [{ digest: 'x' }, 'digest'],
      [{ createdBy: { type: 'user' } }, 'createdBy'],
      [{ name: 7 }, 'name'],
      [{ name: '' }, 'name'],
      [{ name: ' ' }, 'name'],
      [{ name: 'x'.repeat(101) }, 'name'],
      [{ scopes: '*' }, 'scopes'],
      [{ scopes: [1] }, 'scopes.0'],
      [{ expiresAt: 'tomorrow' }, 'expiresAt'],
      [{ rateLimit: { limit: '5', windowSeconds: 1 } }, 'rateLimit.limit'],
      [{ metadata: { nested: {} } }, 'metadata.nested'],
    ]
    for (const [input, field] of wrong) {
      const { status, body } = await create(input)
      expect(status, field).toBe(400)
      expect(Object.keys(body.error.details)[0]).toBe(field)
      expect(body.error.message).toContain(field)
    }
  })

  test('a verdict about a scope outside the catalogue is UNKNOWN_SCOPE, not a no', async () => {
    const { call } = await start()
    const { status, body } = await call('POST', '/v1/keys/verify', { body: { key: 'x', scopes: ['no:such'] } })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'UNKNOWN_SCOPE', details: { scopes: ['no:such'] } })
  })

  test('whatever is sent as a key gets a verdict', async () => {
    const { verify } = await start()
    for (const key of ['', 'x', 'ключ', 'y'.repeat(10_000), 'acme_\u0000']) {
      expect(await verify(key)).toEqual({
        valid: false,
        code: 'MALFORMED',
        message: expect.any(String),
        requestId: expect.any(String),
      })
    }
    expect(DENY_CODES).toContain('MALFORMED')
  })
})

describe('the holder', () => {
  test('learns who it is with its own key, and no more than 401 when the key is dead', async () => {
    const { keys, create, call, app } = await start()
    const { key, secret } = (await create({ metadata: { note: 'ours' } })).body
    for (const headers of [{ authorization: `Bearer ${secret}` }, { 'x-api-key': secret }]) {
      const answer = await app.inject({ url: '/v1/keys/self', headers })
      expect(answer.statusCode).toBe(200)
      expect(answer.json()).toMatchObject({ id: key.id, name: 'ci-runner', prefix: key.prefix })
      expect(answer.body).not.toContain('ours')
    }
    const unknown = `${secret.slice(0, -8)}00000000`
    const before = await app.inject({ url: '/v1/keys/self', headers: { authorization: `Bearer ${unknown}` } })
    await call('POST', `${keys}/${key.id}/revoke`)
    const after = await app.inject({ url: '/v1/keys/self', headers: { authorization: `Bearer ${secret}` } })
    expect(after.statusCode).toBe(401)
    const bare = (text: string) => text.replace(/req_\w+/, '')
    expect(bare(after.body)).toBe(bare(before.body))
    expect(after.headers['www-authenticate']).toContain('error="invalid_token"')
  })

  test('sending two different keys is refused, sending none is asked for one', async () => {
    const { app, create } = await start()
    const { secret } = (await create()).body
    const headers = { authorization: `Bearer ${secret}`, 'x-api-key': 'other' }
    expect((await app.inject({ url: '/v1/keys/self', headers })).json().error.code).toBe('MALFORMED_REQUEST')
    const none = await app.inject({ url: '/v1/keys/self' })
    expect([none.statusCode, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="claviger"'])
  })

  test('a key in a URL is refused wherever it stands there', async () => {
    const { app, create } = await start()
    const { secret } = (await create()).body
    for (const url of [`/v1/keys/self?key=${secret}`, `/v1/${secret}`, `/nowhere?x=${encodeURIComponent(secret)}`]) {
      const answer = await app.inject({ url, headers: { authorization: `Bearer ${secret}` } })
      expect(answer.statusCode, url).toBe(400)
      expect(answer.body).not.toContain(secret)
    }
  })
})
