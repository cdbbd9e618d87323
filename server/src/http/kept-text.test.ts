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
