import { expect, test } from 'vitest'
import { startApp } from '../testing/test-domain.ts'

test('a question by itself is answered as the same question in a batch, whatever the key is called, also when asked again', async () => {
  const { call } = await startApp()
  const { organization } = (await call('POST', '/v1/organizations', { body: { name: 'Acme' } })).body
  const body = {
    name: 'a "quoted" \\ name, ключ 🔑',
    scopes: ['records:read'],
    metadata: { note: '"}],"valid":true' },
    rateLimit: { limit: 100, windowSeconds: 60 },
  }
  const { key, secret } = (await call('POST', `/v1/organizations/${organization.id}/keys`, { body })).body
  const alone = async () => (await call('POST', '/v1/keys/verify', { body: { key: secret, cost: 0 } })).body
  const inBatch = async () => {
    const { items } = (await call('POST', '/v1/keys/verify-batch', { body: { items: [{ key: secret, cost: 0 }] } }))
      .body
    return items[0]
  }
  for (let time = 0; time < 2; time++) {
    const requestId = expect.any(String)
    expect(await alone()).toEqual({ ...(await inBatch()), requestId })
    expect(await alone()).toMatchObject({ valid: true, key: { name: body.name, metadata: body.metadata } })
  }
  const url = `/v1/organizations/${organization.id}/keys/${key.id}`
  await call('PATCH', url, { body: { name: 'another' } })
  expect(await alone()).toMatchObject({ valid: true, key: { name: 'another' } })
  await call('POST', `${url}/revoke`, { body: {} })
  expect(await alone()).toEqual({ ...(await inBatch()), requestId: expect.any(String) })
})
