import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

test('a secret in a User-Agent is not kept, and an endless one is cut', async () => {
  const { call, newServiceKey } = await startApp()
  const secret = await newServiceKey()
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  for (const agent of [`curl ${secret}`, 'x'.repeat(5_000)]) {
    await call('POST', keys, { body: { name: 'a' }, headers: { 'user-agent': agent } })
    const { items } = (await call('GET', `/v1/organizations/${organization.id}/audit?limit=1`)).body
    expect(items[0].actor.userAgent).not.toContain(secret)
    expect(items[0].actor.userAgent.length).toBeLessThanOrEqual(300)
  }
})

test('a secret sent as an Idempotency-Key is not kept', async () => {
  const { call, newServiceKey, database } = await startApp()
  const secret = await newServiceKey()
  const headers = { 'idempotency-key': secret }
  expect((await call('POST', '/v1/organizations', { body: { name: 'Acme' }, headers })).status).toBe(201)
  const replay = await call('POST', '/v1/organizations', { body: { name: 'Acme' }, headers })
  expect(replay.body.replayed).toBe(true)
  const { items } = (await call('GET', `/v1/organizations/${replay.body.organization.id}/audit`)).body
  const request = { credential: items[0].actor.id, route: 'POST /v1/organizations', fingerprint: '' }
  const kept = (key: string) =>
    database.transact(async (writes) => ({ commit: false, value: await writes.keptAnswer({ ...request, key }) }))
  expect(await kept(secret)).toBeUndefined()
  expect(await kept(createHash('sha256').update(secret).digest('hex'))).toBeDefined()
})

test('a secret in what is said of a key is refused at its field, when it is made, changed or imported', async () => {
  const { call, newServiceKey } = await startApp()
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const { key, secret } = (await call('POST', keys, { body: { name: 'a', accessLevel: 'read-only' } })).body
  const service = await newServiceKey()
  const told: [field: string, body: object][] = [
    ['name', { name: secret }],
    ['description', { description: `Stored in: it is ${secret}.` }],
    ['externalId', { externalId: `"${service}"` }],
    ['tags[1]', { tags: ['ci', `KEY=${secret}`] }],
    ['metadata', { metadata: { vault: secret } }],
  ]
  for (const [field, body] of told) {
    const made = { name: 'b', accessLevel: 'read-only', ...body }
    const imported = { sha256: createHash('sha256').update(field).digest('hex'), ...made }
    const answers = [
      await call('POST', keys, { body: made }),
      await call('PATCH', `${keys}/${key.id}`, { body }),
      { status: 400, body: (await call('POST', `${keys}/import`, { body: { items: [imported] } })).body.items[0] },
    ]
    for (const { status, body } of answers) {
      expect(status).toBe(400)
      expect(body.error.code).toBe('VALIDATION_FAILED')
      expect(Object.keys(body.error.details)).toEqual([field])
      expect(body.error.message).toMatch(/holds a secret.* say where the secret is kept instead/)
    }
  }
  expect((await call('GET', keys)).body.items).toHaveLength(1)
})

test('a secret in the note of a revocation is struck out of it, and the key is revoked', async () => {
  const { call } = await startApp()
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const keys = `/v1/organizations/${organization.id}/keys`
  const { key, secret } = (await call('POST', keys, { body: { name: 'a', accessLevel: 'read-only' } })).body
  const body = { reason: 'compromised', note: `found ${secret} in a chat` }
  expect((await call('POST', `${keys}/${key.id}/revoke`, { body })).body.key.status).toBe('revoked')
  const { items } = (await call('GET', `${keys}/${key.id}/audit?limit=1`)).body
  expect(items[0].changes.note).toBe(`found ${key.prefix}… in a chat`)
})
