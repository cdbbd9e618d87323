import { describe, expect, test } from 'vitest'
import { verifyChain } from '../domain/audit.ts'
import { ask, startApp } from '../testing/test-domain.ts'

const UNSTORABLE = { 'a NUL character': 'a\0b', 'half a surrogate pair': 'a\ud800b' }

async function start() {
  const server = await startApp()
  const { organization } = (await server.call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const { key, secret } = (await server.call('POST', keys, { body: { name: 'x', scopes: ['*'] } })).body
  return { ...server, organization: organization.id as string, keys, key, secret: secret as string }
}

describe.each(Object.entries(UNSTORABLE))('%s', (_what, text) => {
  test('in a body is refused, and the audit chain stays whole', async () => {
    const { call, keys, key, organization, database, domain } = await start()
    const bodies: [string, string, object][] = [
      ['POST', '/v1/organizations', { name: text }],
      ['POST', '/v1/organizations', { name: 'x', externalId: text }],
      ['POST', keys, { name: text }],
      ['POST', keys, { name: 'x', description: text }],
      ['POST', keys, { name: 'x', externalId: text }],
      ['PATCH', `${keys}/${key.id}`, { name: text }],
      ['POST', `${keys}/${key.id}/revoke`, { note: text }],
      ['POST', '/v1/service-keys', { name: text }],
    ]
    for (const [method, url, body] of bodies) {
      const { status, body: answer } = await call(method as 'POST', url, { body })
      expect([status, answer.error?.code], `${method} ${url} ${JSON.stringify(body)}`).toEqual([
        400,
        'MALFORMED_REQUEST',
      ])
    }
    expect(await verifyChain(database, domain.serverKey, organization)).toMatchObject({ intact: true })
  })

  test('as the address of a caller does not keep uses from being written', async () => {
    const { call, secret, key, usage, database, customers } = await start()
    const asked = await call('POST', '/v1/keys/verify', { body: { key: secret, ip: text } })
    expect(asked.status).toBe(400)
    expect(['VALIDATION_FAILED', 'MALFORMED_REQUEST']).toContain(asked.body.error.code)
    await customers.verify(ask(secret))
    await usage.flush()
    expect((await database.key(key.id))?.lastUsedAt).toEqual(expect.any(Number))
  })
})

test('a NUL character in a URL is refused, never a fault', async () => {
  const { app, call, keys } = await start()
  for (const { method, url } of app.accessOfRoutes()) {
    if (method === 'HEAD' || !url.includes(':')) continue
    const { status } = await call(method as 'GET', url.replace(/:\w+/g, 'a%00b'), method === 'GET' ? {} : { body: {} })
    expect(status, `${method} ${url}`).toBeLessThan(500)
  }
  for (const query of ['q=%00', 'scope=%00', 'environment=%00', 'createdBy=%00']) {
    expect((await call('GET', `${keys}?${query}`)).status, query).toBeLessThan(500)
  }
})
